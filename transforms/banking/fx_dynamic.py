"""XML_dynamic.asp: official rates of one currency over a range of days.

Table: as `fx_daily`, one row a day. The answer names the currency by the bank's own id (R01235 is USD), which
`fx.yaml` translates; nominals change over time and are printed with each day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from xml.etree.ElementTree import Element

import polars as pl

from transforms.banking import xml
from transforms.banking.doubts import Doubts
from transforms.banking.fx import FX_TABLE, Rate, currency, reading_of, recognise_root
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.fx_dynamic", "cbr", "xml"


def recognise(payload: Payload) -> bool:
    return recognise_root(payload) == "Record"


def read(payload: Payload) -> Reading:
    """Every day of the range. Raises ReadError with the day in `where`; `empty` for a range without rates."""
    root = xml.root(payload, "ValCurs")
    xml.leftovers(root, {"ID", "DateRange1", "DateRange2", "name", "Record"}, payload.name)
    identity = root.get("ID", "")
    code = currency(identity, f"{payload.name} <ValCurs ID>")
    first = xml.day(root.get("DateRange1"), f"{payload.name} <ValCurs DateRange1>")
    last = xml.day(root.get("DateRange2"), f"{payload.name} <ValCurs DateRange2>")
    rows, doubts = list[Rate](), Doubts[str]()
    for position, node in enumerate(root, start=1):
        where = f"{payload.name} <Record> {position} ({node.get('Date')})"
        xml.leftovers(node, {"Date", "Id", "Nominal", "Value", "VunitRate"}, where)
        with doubts.about(node.get("Date", where), "not_a_number", "bad_nominal", "missing_field"):
            rows.append(_row(node, code, identity, (first, last), rows, where))
    table = pl.DataFrame(rows, schema=FX_TABLE, orient="row")
    period = f"{rows[-1][0]:%Y-%m-%d}" if rows else f"{last:%Y-%m-%d}"
    return reading_of(PRODUCT, table, period, title=root.get("name", ""), payload=payload,
                      aside=doubts.within(len(root)))  # fmt: skip


def _row(
    node: Element, code: str, identity: str, span: tuple[date, date], rows: Sequence[Rate], where: str
) -> Rate:  # fmt: skip
    effective = xml.day(node.get("Date"), where)
    if not span[0] <= effective <= span[1]:
        raise ReadError("bad_period", expected=f"{span[0]} to {span[1]}", got=str(effective), where=where)
    if node.get("Id", identity) != identity:
        raise ReadError("unknown_currency", expected=identity, got=repr(node.get("Id")), where=where)
    if rows and effective <= rows[-1][0]:
        raise ReadError("bad_period", expected=f"a day after {rows[-1][0]}", got=str(effective), where=where)
    rate, nominal, decimals = xml.rate_of_one(node, where)
    return effective, code, nominal, rate, decimals, code
