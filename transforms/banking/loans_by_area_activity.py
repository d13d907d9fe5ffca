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

from transforms.banking import headers, loans_by_activity, regional, titled, workbook
from transforms.banking.areas import areas, is_area, resolve
from transforms.banking.figures import CURRENCIES, Figures, Measure
from transforms.banking.rows import Wanted, cells
from transforms.banking.sheets import collect
from transforms.banking.statistic import reading
from transforms.banking.workbook import Sheet
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.loans_by_area_activity", "cbr", "xlsx"
HEADING = "виды экономической деятельности и отдельные направления использования средств"
COUNTRY = "RUS"
AMOUNTS = ("debt", "overdue")
SET_ASIDE = 0.025
"""Share of a sheet's rows that may be set aside: two of some 96 areas."""


def recognise(payload: Payload) -> bool:
    """Do activities head the columns under a title of titles.yaml?"""
    return bool(titled.matches(payload)) and _head(workbook.figure_sheets(payload)[0]) is not None


def read(payload: Payload) -> Reading:
    """All six sheets of one date. Raises ReadError with sheet, row and cell."""
    book = titled.Book()

    def tell(sheet: Sheet) -> tuple[tuple[str, str], date, tuple[str, str, int]]:
        name, kind, currency, stem = titled.sheet_title(sheet)
        if (top := _head(sheet)) is None:
            raise ReadError("no_header", expected="a row with every ACTIVITY of loans_by_activity.yaml",
                            got="none in the first ten rows", where=f"sheet {sheet.name!r}")  # fmt: skip
        return (name, currency), headers.stated_date(sheet, range(top)), (kind, stem, top)

    six = {(name, currency): f"{name} in {currency}" for name in AMOUNTS for currency in CURRENCIES}
    sheets = collect(payload, book.figures, tell, wanted=six)
    book.say(payload, {(name, kind): stem for (name, _), (_, (kind, stem, _)) in sheets.items()}, sheets)
    known = loans_by_activity.lists()[HEADING]
    for (name, currency), (sheet, (_, _, top)) in sheets.items():
        row = sheet.rows[top]
        columns = {at: known["rows"][_activity(cell)] for at, cell in enumerate(row) if at and cell != ""}
        end = headers.stated_date(sheet, range(top))
        of_areas(sheet, top + 1, columns, name, currency, end, book.figures, areas(), SET_ASIDE)
    layout = book.layout("Loans to companies by area and economic activity", AMOUNTS, dataset="loans_by_activity",
                         column_parents=known["parents"])  # fmt: skip
    keys = {"borrower": pl.lit(book.kind), "ref_area": pl.col("row"), "activity": pl.col("column"),
            "currency": pl.col("currency")}  # fmt: skip
    return reading(PRODUCT, layout, book.figures, keys, observed=pl.col("row") != COUNTRY, ref_area=pl.col("row"),
                   product_code=loans_by_activity.product_code(book.kind, "ACTIVITY", pl.col("column")))  # fmt: skip


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


def of_areas(
    sheet: Sheet, first: int, columns: Mapping[int, str], name: str, currency: str, end: date, figures: Figures,
    wanted: Iterable[str], share: float = 0.0,
) -> None:  # fmt: skip
    """Put the cells from row `first` on, a row an area of `wanted`, under the codes of `columns` into `figures`."""
    measure = titled.measures()[name]
    heads = {(name, area.code) for area in areas().values() if area.level in regional.HEADLINES}

    def place(index: int) -> tuple[Measure, str] | None:
        if all(cell == "" for cell in sheet.rows[index][1:]) and not is_area(sheet.label(index)):
            return None  # a footnote
        return measure, resolve(sheet.label(index), sheet.where(index)).code

    keys = [(name, area) for area in wanted]
    for _, area, code, value, where in cells(sheet, first, columns, {}, currency, figures, place,
                                             Wanted(keys, heads & set(keys), share)):  # fmt: skip
        figures.put(name, currency, area, end, value, where, code)
