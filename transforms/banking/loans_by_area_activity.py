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
from decimal import Decimal

import polars as pl

from transforms.banking import headers, loans_by_activity, regional, titled, workbook
from transforms.banking.areas import areas, is_area, resolve
from transforms.banking.figures import Figures, Layout, Measure
from transforms.banking.rows import Wanted, cells
from transforms.banking.statistic import tall, with_dimensions
from transforms.banking.sums import check
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading, Release

PRODUCT, SOURCE, EXTENSION = "cbr.loans_by_area_activity", "cbr", "xlsx"
HEADING = "виды экономической деятельности и отдельные направления использования средств"
COUNTRY = "RUS"
Cell = tuple[str, str, Decimal | None, str]  # area, activity, value, where
SET_ASIDE = 0.025
"""Share of a sheet's rows that may be set aside: two of some 96 areas."""


def recognise(payload: Payload) -> bool:
    """Do activities head the columns under a title of titles.yaml?"""
    return bool(titled.matches(payload)) and _head(workbook.figure_sheets(payload)[0]) is not None


def read(payload: Payload) -> Reading:
    """All six sheets of one date. Raises ReadError with sheet, row and cell."""
    book, ends = titled.Book(), {}
    tables: dict[tuple[str, str], list[Cell]] = {}
    for sheet in workbook.figure_sheets(payload):
        name, kind, currency, book.titles[name] = titled.sheet_title(sheet)
        if (name, currency) in tables or (book.kind and kind != book.kind):
            raise ReadError("duplicate_row", expected=f"one sheet of {name} in {currency}, all of one kind of loans",
                            got=f"{kind} again", where=f"sheet {sheet.name!r}")  # fmt: skip
        book.kind = kind
        end, tables[name, currency] = _cells(sheet, name, currency, book.figures)
        ends[end] = sheet.name
    wanted = {(name, currency) for name in ("debt", "overdue") for currency in ("RUB", "FX", "ALL")}
    if set(tables) != wanted or len(ends) != 1:
        raise ReadError("missing_sheet", expected="debt and overdue in RUB, FX and ALL, on one date",
                        got=f"{sorted(tables)}, {ends}", where=payload.name)  # fmt: skip
    layout = book.layout("Loans to companies by area and economic activity")
    parents = loans_by_activity.lists()[HEADING]["parents"]
    return _reading(layout, book, checked(layout, tables, end, parents, book.figures))


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


def _cells(sheet: Sheet, name: str, currency: str, figures: Figures) -> tuple[date, list[Cell]]:
    top = _head(sheet)
    if top is None:
        raise ReadError("no_header", expected="a row with every ACTIVITY of loans_by_activity.yaml",
                        got="none in the first ten rows", where=f"sheet {sheet.name!r}")  # fmt: skip
    end = headers.stated_date(sheet, range(top))
    codes = loans_by_activity.lists()[HEADING]["rows"]
    columns = {column: codes[_activity(cell)] for column, cell in enumerate(sheet.rows[top]) if column and cell != ""}
    return end, of_areas(sheet, top + 1, columns, (name, currency), figures, areas(), SET_ASIDE)


def of_areas(
    sheet: Sheet, first: int, columns: Mapping[int, str], what: tuple[str, str], figures: Figures,
    wanted: Iterable[str], share: float = 0.0,
) -> list[Cell]:  # fmt: skip
    """The cells from row `first` on, a row an area of `wanted`, under the activities that `columns` have."""
    name, currency = what
    measure = titled.measures()[name]
    heads = {(name, area.code) for area in areas().values() if area.level in regional.HEADLINES}

    def place(index: int) -> tuple[Measure, str] | None:
        if all(cell == "" for cell in sheet.rows[index][1:]) and not is_area(sheet.label(index)):
            return None  # a footnote
        return measure, resolve(sheet.label(index), sheet.where(index)).code

    found = cells(sheet, first, columns, {}, currency, figures, place,
                  Wanted([(name, area) for area in wanted], heads & {(name, area) for area in wanted}, share),
                  )  # fmt: skip
    return [(area, activity, value, where) for _, area, activity, value, where in found]


def checked(
    layout: Layout, sheets: Mapping[tuple[str, str], list[Cell]], end: date, parents: Mapping[str, str], kept: Figures
) -> pl.DataFrame:
    """Figures that add up over areas and currencies for each activity, and over activities for each area.

    `parents` says which activity is a part of which; `kept` what was set aside. One row a measure, currency, ref_area
    and activity.
    """
    by_activity: dict[str, Figures] = {}
    by_area: dict[str, Figures] = {}
    for key, found in sheets.items():
        for area, activity, value, where in found:
            by_activity.setdefault(activity, Figures(lost=kept.lost)).put(key, area, end, value, where)
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


def _reading(layout: Layout, book: titled.Book, long: pl.DataFrame) -> Reading:
    kind = book.kind
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
    release = Release(PRODUCT, f"{end:%Y-%m}", title=layout.title, language="ru", currency="RUB")
    return Reading(release, table, made, notes=tuple(book.figures.notes), set_aside=tuple(book.figures.aside))
