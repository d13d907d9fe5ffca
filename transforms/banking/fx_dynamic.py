"""XML_dynamic.asp: official rates of one currency over a range of days.

Table: as `fx_daily`, one row a day. The answer names the currency by the bank's own id (R01235 is USD), which
`fx.yaml` translates; nominals change over time and are printed with each day.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import polars as pl

from transforms.banking import xml
from transforms.banking.fx import FX_TABLE, currency, reading_of, recognise_root
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
    rows: list[tuple[date, str, int, Decimal, int, str]] = []
    for position, node in enumerate(root, start=1):
        where = f"{payload.name} <Record> {position} ({node.get('Date')})"
        xml.leftovers(node, {"Date", "Id", "Nominal", "Value", "VunitRate"}, where)
        effective = xml.day(node.get("Date"), where)
        if not first <= effective <= last:
            raise ReadError("bad_period", expected=f"{first} to {last}", got=str(effective), where=where)
        if node.get("Id", identity) != identity:
            raise ReadError("unknown_currency", expected=identity, got=repr(node.get("Id")), where=where)
        if rows and effective <= rows[-1][0]:
            raise ReadError("bad_period", expected=f"a day after {rows[-1][0]}", got=str(effective), where=where)
        rate, nominal, decimals = xml.rate_of_one(node, where)
        rows.append((effective, code, nominal, rate, decimals, code))
    table = pl.DataFrame(rows, schema=FX_TABLE, orient="row")
    period = f"{rows[-1][0]:%Y-%m-%d}" if rows else f"{last:%Y-%m-%d}"
    return reading_of(PRODUCT, table, period, title=root.get("name", ""), payload=payload)
