"""RC_F<from>_T<to>.xlsx: official rates of one currency over a range of days, the site's Excel export. Newest first.

Table: as `fx_dynamic`. Other exports have names of the same pattern, so the header decides: nominal, data, curs, cdx.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl
import yaml

from transforms.banking import workbook
from transforms.banking.fx import FX_TABLE, reading_of
from transforms.banking.xml import NOMINALS, PLACES
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.fx_export", "cbr", "xlsx"
HEADER = ("nominal", "data", "curs", "cdx")


@cache
def currency_names() -> dict[str, str]:
    """Names that the export prints, and their ISO 4217 codes."""
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))["currency_names"])


def recognise(payload: Payload) -> bool:
    if not workbook.is_workbook(payload):
        return False
    sheets = workbook.open_workbook(payload)
    return len(sheets) == 1 and bool(sheets[0].rows) and tuple(map(workbook.text, sheets[0].rows[0][:4])) == HEADER


def read(payload: Payload) -> Reading:
    """Every day of the export. Raises ReadError with the cell."""
    sheet = workbook.open_workbook(payload)[0]
    if not sheet.rows or len(sheet.rows[0]) != len(HEADER):
        raise ReadError("leftover_column", expected=str(HEADER), got=str(sheet.rows[:1]), where=sheet.where(0))
    rows: list[tuple[date, str, int, Decimal, int, str]] = []
    for index, (nominal, day, rate, name) in enumerate(sheet.rows[1:], start=1):
        code = currency_names().get(workbook.text(name))
        if code is None:
            raise ReadError("unknown_currency", expected=f"one of {sorted(currency_names())}", got=repr(name),
                            where=sheet.where(index, 3), hint="Add it to fx_export.yaml.")  # fmt: skip
        units = workbook.number(nominal, sheet.where(index, 0), decimals=0)
        value = workbook.number(rate, sheet.where(index, 2), decimals=PLACES)
        if units is None or units not in NOMINALS or value is None or value <= 0:
            raise ReadError("not_a_number", expected="a nominal and a positive rate", got=f"{nominal!r}, {rate!r}",
                            where=sheet.where(index, 2))  # fmt: skip
        effective = _day(day, sheet.where(index, 1))
        if rows and (effective >= rows[-1][0] or code != rows[-1][1]):
            raise ReadError("bad_period", expected=f"a day before {rows[-1][0]}, {rows[-1][1]}",
                            got=f"{effective}, {code}", where=sheet.where(index, 1))  # fmt: skip
        rows.append((effective, code, int(units), value / units, PLACES, workbook.text(name)))
    table = pl.DataFrame(rows, schema=FX_TABLE, orient="row")
    period = f"{rows[0][0]:%Y-%m-%d}" if rows else ""
    return reading_of(PRODUCT, table, period, title="Официальный курс", payload=payload)


def _day(cell: workbook.Cell, where: str) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    raise ReadError("bad_period", expected="an Excel date", got=repr(cell), where=where)
