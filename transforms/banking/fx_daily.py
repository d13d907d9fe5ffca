"""XML_daily.asp, XML_daily_eng.asp: official rates of all currencies that take effect on one day.

Table: one row a currency; `rate` in RUB for one unit, `nominal` and `printed` (RUB for `nominal`) as published,
`period_end` the effective date. A request for a day without rates answers with the last earlier day, so the date is
the root's, never the request's.
"""

from __future__ import annotations

import polars as pl

from transforms.banking import xml
from transforms.banking.doubts import Doubts
from transforms.banking.fx import FX_TABLE, Rate, check_identity, currency_name, reading_of, recognise_root
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.fx_daily", "cbr", "xml"
_FIELDS = {"ID", "NumCode", "CharCode", "Nominal", "Name", "Value", "VunitRate"}


def recognise(payload: Payload) -> bool:
    return recognise_root(payload) == "Valute"


def read(payload: Payload) -> Reading:
    """Every currency of the day. Raises ReadError with the currency in `where`."""
    root = xml.root(payload, "ValCurs")
    effective = xml.day(root.get("Date"), f"{payload.name} <ValCurs Date>")
    xml.leftovers(root, {"Date", "name", "Valute"}, payload.name)
    rows, doubts, per_unit = list[Rate](), Doubts[str](), root.find("Valute/VunitRate") is not None
    for position, node in enumerate(root, start=1):
        where = f"{payload.name} <Valute> {position} ({node.get('ID')})"
        xml.leftovers(node, _FIELDS, where)
        with doubts.about(node.findtext("CharCode") or f"{node.get('ID')}"):
            if per_unit is (node.find("VunitRate") is None):  # it tells a wrong nominal; older days have it nowhere
                raise ReadError(
                    "missing_field", expected="VunitRate for every currency, or for none", got="some", where=where
                )
            code = xml.child(node, "CharCode", where)
            number = xml.child(node, "NumCode", where)
            check_identity(effective, where, number=number, code=code, identity=node.get("ID"))
            rate, nominal, decimals = xml.rate_of_one(node, where)
            name = currency_name(xml.child(node, "Name", where), where)
            rows.append((effective, code, nominal, rate, decimals, name))
    if len({code for _, code, *_ in rows}) < len(rows):
        raise ReadError("duplicate_row", expected="one row for each currency", got=str([r[1] for r in rows]))
    table = pl.DataFrame(rows, schema=FX_TABLE, orient="row")
    return reading_of(PRODUCT, table, f"{effective:%Y-%m-%d}", title=root.get("name", ""), payload=payload,
                      aside=doubts.within(len(root)))  # fmt: skip
