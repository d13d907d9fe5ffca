"""country.xlsx of the US Census Bureau: imports and exports of all partners, every month since 1985.

One row a year and partner: IJAN..IDEC, IYR, EJAN..EDEC, EYR in million dollars, general imports at customs value and
total exports f.a.s., not seasonally adjusted. Months that are not yet published are 0: the last published month is
the last one in which the world's imports and exports are not 0. IYR is the year to date. Groups of countries (codes
below 1000) are sums: World and the European Union are kept, the others are not. The properties of the document name
another day than that of publication and are not looked at. Source: US Census Bureau,
www.census.gov/foreign-trade/balance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from transforms.banking import workbook
from transforms.banking.workbook import Cell, Sheet
from transforms.context import census
from transforms.context.points import Point, Points, reading_of, sums
from transforms.model import TERM, Payload, ReadError, Reading
from transforms.periods import month_end

PRODUCT, SOURCE, EXTENSION = "census.census_balance", "census", "xlsx"
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
FLOWS = {"I": ("import", "GENERAL_IMPORTS"), "E": ("export", "TOTAL_EXPORTS_FAS")}
HEADER = ("year", "CTY_CODE", "CTYNAME", *(f"{flow}{month}" for flow in FLOWS for month in (*MONTHS, "YR")))
WORLD = "0015"
PLACES = 6
"""Millions with the dollars behind the point; 254949.692795 may be kept as 254949.69279499998."""


def recognise(payload: Payload) -> bool:
    sheet = _sheet(payload)
    return sheet is not None and set(HEADER) <= set(map(workbook.text, sheet.rows[0]))


def read(payload: Payload) -> Reading:
    """Every published month. Raises ReadError `no_world`, `leftover_column`; rows that do not sum are set aside."""
    sheet = _sheet(payload)
    names = [workbook.text(cell) for cell in sheet.rows[0]] if sheet else []
    if sheet is None or any(names.count(name) != 1 for name in HEADER):
        raise ReadError(
            "leftover_column",
            expected=f"the {len(HEADER)} columns year, CTY_CODE, CTYNAME, IJAN..EYR, each once",
            got=str(names[:4]),
            where=payload.name,
        )
    points = Points()
    for name in filter(None, set(names) - set(HEADER)):
        points.leave(name, "unknown_column", f"expected the columns {HEADER[0]} to {HEADER[-1]}", payload.name)
    places = {name: names.index(name) for name in HEADER}
    lines = [(index, _line(row, places, sheet, index)) for index, row in enumerate(sheet.rows[1:], start=1) if any(row)]
    last = _last_month([line for _, line in lines], payload)
    points.notes.append(f"months up to {last:%Y-%m} are published; later ones are printed as 0")
    rows = []
    for index, (year, code, name, cells) in lines:
        where = sheet.where(index)
        if area := census.partner(code, name, points, where):
            rows.append((year, code, name, area, where, cells))
    named = [{"row": f"{year} {name}", "where": where, **cells} for year, _, name, _, where, cells in rows]
    wrong = points.judge(named, sums("census"))
    for year, code, name, area, where, cells in rows:
        if f"{year} {name}" in wrong:
            continue
        for flow, (direction, definition) in FLOWS.items():
            means = {
                **census.US,
                "counterpart_area": area,
                "flow": direction,
                "product_code": "TOTAL",
                "measure": "value",
                "basis": "month",
                "definition": definition,
                "factor": 1_000_000,
                "places": PLACES,
            }
            for number, month in enumerate(MONTHS, start=1):
                end = month_end(year, number)
                value = cells[f"{flow}{month}"]
                if end <= last:
                    points.found.append(Point(f"{code}.{flow}", end, value, means, name))
                elif value:
                    points.leave(
                        f"{year} {name} {month}",
                        "unpublished_month",
                        f"expected 0 after {last:%Y-%m}, the last month of the world, got {value}",
                        where,
                    )
    points.terms = pl.concat([points.terms, _within_the_world(points)])
    return reading_of(PRODUCT, points, title="US imports and exports by country", where=payload.name)


def _sheet(payload: Payload) -> Sheet | None:
    sheets = workbook.open_workbook(payload) if workbook.is_workbook(payload) else ()
    return next((sheet for sheet in sheets if sheet.rows and HEADER[1] in map(workbook.text, sheet.rows[0])), None)


def _line(
    row: Sequence[Cell], places: Mapping[str, int], sheet: Sheet, index: int
) -> tuple[int, str, str, dict[str, Decimal]]:
    """Year, code, name and the numbers by column. A code that is kept as a number has lost its leading zeros."""
    year, code, name = (
        f"{cell:.0f}" if isinstance(cell, float | int) else str(cell).strip()
        for cell in (row[places[word]] for word in HEADER[:3])
    )
    code = code.zfill(4) if code.isdigit() else code
    if not (year.isdigit() and len(year) == 4 and len(code) == 4 and code.isdigit()):
        raise ReadError(
            "bad_period",
            expected="a year and a code of four digits as text",
            got=f"{year!r}, {code!r}",
            where=sheet.where(index),
        )
    cells = {}
    for word in HEADER[3:]:
        cell, where = row[places[word]], sheet.where(index, places[word])
        value = workbook.number(cell, where, decimals=None)
        if value is None:
            raise ReadError("not_a_number", expected="a number", got=repr(cell), where=where)
        cells[word] = value
    return int(year), code, name, cells


def _last_month(lines: list[tuple[int, str, str, dict[str, Decimal]]], payload: Payload) -> date:
    """The last month in which the world's imports and exports are both printed."""
    world = {year: cells for year, code, _, cells in lines if code == WORLD}
    if not world:
        raise ReadError(
            "no_world",
            expected=f"rows of code {WORLD}, World, Not Seasonally Adjusted",
            got="none",
            where=payload.name,
            hint="Without them an unpublished month is not to be told from no trade.",
        )
    filled = [
        month_end(year, number)
        for year, cells in world.items()
        for number, month in enumerate(MONTHS, start=1)
        if cells[f"I{month}"] and cells[f"E{month}"]
    ]
    return max(filled, default=date(min(world), 1, 1))


def _within_the_world(points: Points) -> pl.DataFrame:
    """Countries are parts of the world, by flow and month: one read twice, or a group among them, shows here."""
    figures = [(point.series[:4], point.series[-1], point.period_end, float(point.number)) for point in points.found]
    schema = {"code": pl.String, "flow": pl.String, "end": pl.Date, "value": pl.Float64}
    frame = pl.DataFrame(figures, schema=schema, orient="row")
    world, group = pl.col("code") == WORLD, pl.col("code").str.starts_with("0")
    return frame.filter(world | ~group).select(
        identity=pl.format("countries <= world, {} at {}", "flow", "end"), code=pl.lit("part_exceeds_whole"),
        relation=pl.lit("<="), sign=pl.when(world).then(-1).otherwise(1), value="value",
        half=pl.lit(5 * 10.0 ** (-PLACES - 1)), where=pl.format("{} {}", "code", "flow"),
    ).cast(dict(TERM))  # type: ignore[arg-type]  # fmt: skip
