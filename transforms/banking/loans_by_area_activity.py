"""01_05_A: debt of companies and entrepreneurs on one date, by area (rows) and activity (columns). Dated names.

Six sheets, debt and overdue in each currency, told by their titles (titled.py); activities are the publisher's own
list (ACTIVITY of loans_by_activity.yaml). Table: one row an area, activity and currency; amounts in RUB. Observations
are of districts and regions: Russia as a whole is in 01_02_A with the same numbers, and is revised there.

The form (titles, date in words, 26 activities, 96 areas) is after a public program that reads these books and the
synthetic book of its tests; no file of the bank was at hand. What differs is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from transforms.banking import loans_by_activity, titled, workbook
from transforms.banking.areas import areas, resolve
from transforms.banking.statistic import Figures, Layout, Measure, check, tall, with_dimensions
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading, Release

PRODUCT, SOURCE, EXTENSION = "cbr.loans_by_area_activity", "cbr", "xlsx"
HEADING = "виды экономической деятельности и отдельные направления использования средств"
COUNTRY = "RUS"
Cells = dict[tuple[str, str], tuple[object, str]]  # area, activity -> cell, where


def recognise(payload: Payload) -> bool:
    """Do activities head the columns under a title of titles.yaml?"""
    return titled.is_titled(payload) and _head(workbook.open_workbook(payload)[0]) is not None


def read(payload: Payload) -> Reading:
    """All six sheets of one date. Raises ReadError with sheet, row and cell."""
    book, ends = titled.Book(), {}
    cells: dict[tuple[str, str], Cells] = {}
    for sheet in workbook.open_workbook(payload):
        name, kind, currency, book.titles[name] = titled.sheet_title(sheet)
        if (name, currency) in cells or (book.kind and kind != book.kind):
            raise ReadError("duplicate_row", expected=f"one sheet of {name} in {currency}, all of one kind of loans",
                            got=f"{kind} again", where=f"sheet {sheet.name!r}")  # fmt: skip
        book.kind = kind
        end, cells[name, currency] = _cells(sheet)
        ends[end] = sheet.name
    wanted = {(name, currency) for name in ("debt", "overdue") for currency in ("RUB", "FX", "ALL")}
    if set(cells) != wanted or len(ends) != 1:
        raise ReadError("missing_sheet", expected="debt and overdue in RUB, FX and ALL, on one date",
                        got=f"{sorted(cells)}, {ends}", where=payload.name)  # fmt: skip
    layout = book.layout("Loans to companies by area and economic activity")
    return _reading(layout, book.kind, checked(layout, cells, end, loans_by_activity.lists()[HEADING]["parents"]))


def _head(sheet: Sheet) -> int | None:
    """The row with every activity of the list once from column B on."""
    known = loans_by_activity.lists()[HEADING]["rows"]
    return next(
        (i for i, row in enumerate(sheet.rows[:10])
         if sorted(_activity(cell) for cell in row[1:] if cell != "") == sorted(known)), None,
    )  # fmt: skip


def _activity(cell: object) -> str:
    """A heading without the rule that is drawn over parts of a branch."""
    return loans_by_activity.activity_label(workbook.text(cell).replace("_", " "))


def _cells(sheet: Sheet) -> tuple[date, Cells]:
    top = _head(sheet)
    if top is None:
        raise ReadError("no_header", expected="a row with every ACTIVITY of loans_by_activity.yaml",
                        got="none in the first ten rows", where=f"sheet {sheet.name!r}")  # fmt: skip
    end = workbook.stated_date(sheet, range(top))
    codes = loans_by_activity.lists()[HEADING]["rows"]
    columns = {column: codes[_activity(cell)] for column, cell in enumerate(sheet.rows[top]) if column and cell != ""}
    below = range(top + 1, len(sheet.rows))
    cells = of_areas(sheet, (index for index in below if not workbook.is_note(sheet.rows[index])), columns)
    if set(cells) != {(area, activity) for area in areas() for activity in columns.values()}:
        missing = sorted(set(areas()) - {area for area, _ in cells})
        raise ReadError("missing_area", expected="a row for every area, a figure for every activity",
                        got=f"none for {', '.join(missing)}" if missing else "cells missing",
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    return end, cells


def of_areas(sheet: Sheet, rows: Iterable[int], columns: Mapping[int, str]) -> Cells:
    """The cells of `rows`, each of an area of its own, under the activities that `columns` have."""
    cells: Cells = {}
    found: set[str] = set()
    for index in rows:
        area = resolve(sheet.label(index), sheet.where(index)).code
        if area in found:
            raise ReadError("duplicate_row", expected="one row for each area", got=area, where=sheet.where(index))
        found.add(area)
        for column, cell in enumerate(sheet.rows[index][1:], start=1):
            where = sheet.where(index, column)
            if column in columns:
                cells[area, columns[column]] = cell, where
            elif cell != "":
                raise ReadError("leftover_column", expected="figures under activities", got=repr(cell), where=where)
    return cells


def checked(
    layout: Layout, sheets: dict[tuple[str, str], Cells], end: date, parents: Mapping[str, str]
) -> pl.DataFrame:
    """Figures that add up over areas and currencies for each activity, and over activities for each area.

    `parents` says which activity is a part of which. One row a measure, currency, ref_area and activity.
    """
    by_activity: dict[str, Figures] = {}
    by_area: dict[str, Figures] = {}
    for key, cells in sheets.items():
        for (area, activity), (cell, where) in cells.items():
            value = layout.measures[key[0]].number(cell, where)
            by_activity.setdefault(activity, Figures()).put(key, area, end, value, where)
            by_area.setdefault(area, Figures()).put(key, activity, end, value, where)
    for figures in by_activity.values():
        check(layout, figures)
    rows = Layout(layout.dataset, "", "", "", "", layout.measures, [], [], parents=parents)
    for figures in by_area.values():
        check(rows, figures)
    return pl.concat(
        tall(layout, figures).rename({"row": "ref_area"}).with_columns(activity=pl.lit(activity))
        for activity, figures in by_activity.items()
    )


def _reading(layout: Layout, kind: str, long: pl.DataFrame) -> Reading:
    wide = long.pivot("name", index=["period_end", "ref_area", "activity", "currency"], values="value")
    debt: Measure = layout.measures["debt"]
    table = wide.select(
        "period_end", pl.col("period_end").dt.offset_by("1d").alias("reporting_date"), pl.lit(kind).alias("borrower"),
        "ref_area", "activity", "currency", "debt", "overdue", pl.lit(debt.precision).alias("precision"),
    ).sort("ref_area", "activity", "currency")  # fmt: skip
    coded = long.filter(pl.col("ref_area") != COUNTRY).with_columns(
        product_code=loans_by_activity.product_code(kind, "ACTIVITY")
    )
    end: date = table["period_end"][0]
    made = with_dimensions(Layout("loans_by_activity", "", "", "", "", layout.measures, [], []), coded.drop("activity"))
    return Reading(Release(PRODUCT, f"{end:%Y-%m}", title=layout.title, language="ru", currency="RUB"), table, made)
