"""RC_F<from>_T<to>.xlsx: official rates of one currency over a range of days, the site's Excel export or text of it.

Table: as `fx_dynamic`. Other exports have names of the same pattern, so the header decides: nominal, data, curs, cdx.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path

import polars as pl

from transforms import yaml_file
from transforms.banking import workbook
from transforms.banking.doubts import Doubts
from transforms.banking.fx import FX_TABLE, Rate, reading_of
from transforms.banking.grids import Grid, day, grids
from transforms.banking.xml import NOMINALS, PLACES
from transforms.model import Payload, ReadError, Reading
from transforms.units import parse_number

PRODUCT, SOURCE, EXTENSION = "cbr.fx_export", "cbr", "xlsx"
SUITE = "fx_dynamic"
HEADER = ("nominal", "data", "curs", "cdx")


@cache
def currency_names() -> dict[str, str]:
    """Names that the export prints, and their ISO 4217 codes."""
    return dict(yaml_file.load(Path(__file__).with_suffix(".yaml"))["currency_names"])


def recognise(payload: Payload) -> bool:
    """Is there one table with these four headings, in any order, as exported or saved as text?"""
    try:
        return _columns(payload) is not None
    except ReadError:
        return False


def _columns(payload: Payload) -> tuple[Grid, list[int]] | None:
    """The one table, and the places of nominal, day, rate and name in it."""
    found = [grid for grid in grids(payload) if grid.kind in ("xlsx", "text")]
    if len(found) != 1 or not found[0].rows:
        return None
    heads = [workbook.text(cell).casefold() for cell in found[0].rows[0]]
    if any(heads.count(name) != 1 for name in HEADER):
        return None
    return found[0], [heads.index(name) for name in HEADER]


def read(payload: Payload) -> Reading:
    """Every day of the export, newest or oldest first. Raises ReadError with the cell."""
    if (found := _columns(payload)) is None:
        raise ReadError("no_header", expected=", ".join(HEADER), got="another table", where=payload.name)
    grid, places = found
    if len(grid.rows[0]) != len(HEADER):
        raise ReadError("leftover_column", expected=str(HEADER), got=str(list(grid.rows[0])), where=grid.where(0))
    if grid.kind == "text" and not payload.content.rstrip(b" \t\0").endswith(b"\n"):
        raise ReadError("truncated", expected="a line end after the last line", got=str(list(grid.rows[-1])),
                        where=payload.name, hint="The last rate may be cut short. Save it again.")  # fmt: skip
    rows, doubts = list[Rate](), Doubts[str]()
    for index, row in enumerate(grid.rows[1:], start=1):
        if sum(cell != "" for cell in row) == 0:
            continue
        if len(row) != len(HEADER):
            raise ReadError("leftover_column", expected=str(HEADER), got=str(list(row)), where=grid.where(index))
        with doubts.about(str(row[places[1]]), "not_a_number", "empty_cell", "too_precise"):
            rows.append(_row(grid, index, places, rows))
    table = pl.DataFrame(rows, schema=FX_TABLE, orient="row")
    period = f"{max(rows)[0]:%Y-%m-%d}" if rows else ""
    return reading_of(PRODUCT, table, period, title="Официальный курс", payload=payload,
                      aside=doubts.within(len(grid.rows) - 1))  # fmt: skip


def _row(grid: Grid, index: int, places: Sequence[int], rows: Sequence[Rate]) -> Rate:
    """The rate of a day; days stand in one order, all of one currency."""
    nominal, printed, rate, name = (grid.rows[index][place] for place in places)
    where = [grid.where(index, place) for place in places]
    code = currency_names().get(workbook.text(name))
    if code is None:
        raise ReadError("unknown_currency", expected="a name of fx_export.yaml", got=repr(name),
                        where=where[3], hint="Add it to fx_export.yaml.")  # fmt: skip
    effective = day(printed)
    if effective is None or (grid.kind == "xlsx" and isinstance(printed, str)):
        raise ReadError("bad_period", expected="a day", got=repr(printed), where=where[1])
    if rows and (effective == rows[-1][0] or code != rows[-1][1]):
        raise ReadError("bad_period", expected=f"another day than {rows[-1][0]}, {rows[-1][1]}",
                        got=f"{effective}, {code}", where=where[1])  # fmt: skip
    if len(rows) > 1 and (effective > rows[-1][0]) != (rows[-1][0] > rows[-2][0]):
        raise ReadError("bad_period", expected="days in one order", got=f"{effective} after {rows[-1][0]}",
                        where=where[1])  # fmt: skip
    units, value = _number(nominal, where[0], 0), _number(rate, where[2], PLACES)
    if units is None or units not in NOMINALS or value is None or value <= 0:
        raise ReadError("not_a_number", expected="a nominal and a positive rate", got=f"{nominal!r}, {rate!r}",
                        where=where[2])  # fmt: skip
    return effective, code, int(units), value / units, PLACES, workbook.text(name)


def _number(cell: workbook.Cell, where: str, decimals: int) -> Decimal | None:
    """A figure of Excel, or text with either decimal sign."""
    if isinstance(cell, str) and "." in cell:
        return parse_number(cell, where)
    return workbook.number(cell, where, decimals=decimals)
