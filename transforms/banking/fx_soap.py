"""SOAP GetCursDynamic and GetCursOnDate of DailyInfo.asmx: official rates, decimal point, a nominal to divide by.

Table: as `fx_daily`, one row a currency and day. GetCursDynamic says the effective date of each rate (CursDate) and the
bank's own id of the currency; GetCursOnDate gives all currencies of the day in OnDate, by their ISO code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from xml.etree.ElementTree import Element

import polars as pl

from transforms.banking import xml
from transforms.banking.doubts import Doubts
from transforms.banking.fx import FX_TABLE, Rate, check_identity, currency, currency_name, reading_of
from transforms.banking.xml import NOMINALS
from transforms.model import Payload, ReadError, Reading
from transforms.units import parse_number

PRODUCT, SOURCE, EXTENSION = "cbr.fx_soap", "cbr", "xml"
SUITE = "fx_dynamic"
DYNAMIC = {"CursDate", "Vcode", "Vnom", "Vcurs"}
ON_DATE = {"Vname", "Vnom", "Vcurs", "Vcode", "VchCode"}


def recognise(payload: Payload) -> bool:
    return b"<ValuteCursDynamic" in payload.content or b"<ValuteCursOnDate" in payload.content


def read(payload: Payload) -> Reading:
    """Every rate. Raises ReadError with the element's number: truncated, unsafe_xml, leftover_field, bad_period ..."""
    root, doubts = xml.parse(payload.content, payload.name), Doubts[str]()
    made = [*_dynamic(root, payload.name, doubts), *_on_date(root, payload.name, doubts)]
    rows = [row for row in made if row is not None]
    table = pl.DataFrame(sorted(rows, key=lambda row: row[:2]), schema=FX_TABLE, orient="row")
    if table.select("period_end", "currency").is_duplicated().any():
        raise ReadError("duplicate_row", expected="one rate for each currency and day", got="two", where=payload.name)
    last = max((row[0] for row in rows), default=date.min)
    return reading_of(PRODUCT, table, f"{last:%Y-%m-%d}", title="Official rates by SOAP", payload=payload,
                      aside=doubts.within(len(made)))  # fmt: skip


def _dynamic(root: Element, name: str, doubts: Doubts[str]) -> Iterator[Rate | None]:
    for where, fields in _elements(root, "ValuteCursDynamic", name):
        if not set(fields) - {"VunitRate"} == DYNAMIC:
            raise ReadError("leftover_field", expected=str(sorted(DYNAMIC)), got=str(sorted(fields)), where=where)
        code = currency(fields["Vcode"], where)
        day = xml.day_of_time(fields["CursDate"], where)
        rate = None
        with doubts.about(f"{code} {day}"):
            rate = _rate(fields, where)
        yield (day, code, *rate, code) if rate else None


def _on_date(root: Element, name: str, doubts: Doubts[str]) -> Iterator[Rate | None]:
    days = {
        said for node in root.iter() for name, said in node.attrib.items() if name.rpartition("}")[2] == "OnDate"
    }  # a DataSet keeps it as an attribute of its schema, in Microsoft's namespace
    for where, fields in _elements(root, "ValuteCursOnDate", name):
        if not set(fields) - {"VunitRate"} == ON_DATE:
            raise ReadError("leftover_field", expected=str(sorted(ON_DATE)), got=str(sorted(fields)), where=where)
        code = fields["VchCode"]
        try:
            (printed,) = days
            day = datetime.strptime(str(printed), "%Y%m%d").date()
        except ValueError as error:
            raise ReadError(
                "bad_period", expected="one OnDate yyyymmdd", got=", ".join(sorted(days)) or "none", where=where
            ) from error
        row = None
        with doubts.about(f"{code} {day}"):
            check_identity(day, where, number=fields["Vcode"], code=code)
            row = (day, code, *_rate(fields, where), currency_name(fields["Vname"], where))
        yield row


def _elements(root: Element, tag: str, name: str) -> Iterator[tuple[str, Mapping[str, str]]]:
    found = (node for node in root.iter() if node.tag.rpartition("}")[2] == tag)
    for number, node in enumerate(found, start=1):
        where = f"{name} {tag} {number}"
        yield where, {c.tag.rpartition("}")[2]: xml.text(c, where) for c in node}


def _rate(fields: Mapping[str, str], where: str) -> tuple[int, Decimal, int]:
    """Nominal, roubles for one unit, decimals printed. `VunitRate`, where printed, must be the same number."""
    nominal, value = parse_number(fields["Vnom"], where), parse_number(fields["Vcurs"], where)
    if nominal is None or nominal not in NOMINALS:
        raise ReadError("bad_nominal", expected="1, 10, 100 ... 1000000", got=repr(fields["Vnom"]), where=where)
    if value is None or value <= 0:
        raise ReadError("not_a_number", expected="a positive rate", got=repr(fields["Vcurs"]), where=where)
    one = value / nominal
    if unit := fields.get("VunitRate"):
        try:
            wrong = abs(float(unit) - float(one)) > 1e-6 * float(one)
        except ValueError as error:
            raise ReadError("not_a_number", expected="a rate", got=unit, where=where) from error
        if wrong:
            raise ReadError("nominal_mismatch", expected=f"{value} / {nominal} = {one}", got=unit, where=where)
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return int(nominal), one, max(-exponent, 0)
