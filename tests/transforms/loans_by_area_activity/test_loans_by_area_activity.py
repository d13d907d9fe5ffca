"""Corporate debt by area and activity on one date: every sum of the book is checked, the country is left to 01_02_A."""

from __future__ import annotations

from datetime import date
from functools import cache

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from tests.transforms.loans_by_activity.test_loans_by_activity import (
    COMPANIES,
    LISTS,
    LONG,
    PHRASES,
    SHARES,
    STARTS,
    figure,
    put,
)
from transforms.banking.areas import areas
from transforms.model import Payload, ReadError
from transforms.products import recognise

loans_by_area_activity = books.product("loans_by_area_activity")

SHEETS = {"RUB": "задолж. в рублях", "FX": "задолж. в инвалюте", "ALL": "задолж. итого"}
PARTS = ("MINING_FUEL", "FOOD_TOBACCO", "BUILDINGS")


@cache
def areas_below(code: str) -> int:
    parts = [area.code for area in areas().values() if area.parent == code]
    return sum(map(areas_below, parts)) if parts else 1


@cache
def book(day: str = "01.06.2026") -> bytes:
    """The book as it is described for June 2026: a rule over parts of a branch, the date in words above the areas."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for measure in ("debt", "overdue"):
        for currency, name in SHEETS.items():
            sheet = made.create_sheet(name if measure == "debt" else f"просроч. {name}")
            sheet.append([f"{STARTS[measure]}{COMPANIES}{PHRASES[currency]}{LONG}, млн руб."])
            sheet.append([f"Задолженность по кредитам по состоянию на {day}"])
            labels = LISTS["ACTIVITY"]["rows"]
            sheet.append([None, *(f"_________\n{labels[c]}" if c in PARTS else f"{labels[c]}, из них:" if c == "MINING"
                                  else labels[c] for c in labels)])  # fmt: skip
            weight = SHARES[currency] * (1 if measure == "overdue" else 10)
            for area in areas().values():
                sheet.append([area.name.upper() if area.level == "federal_district" else area.name,
                              *(areas_below(area.code) * figure("ACTIVITY", c, weight, 0) for c in labels)])  # fmt: skip
    return books.save(made)


@pytest.mark.slow
def test_a_book_gives_districts_and_regions_by_activity() -> None:
    assert recognise(Payload(book())).PRODUCT == "cbr.loans_by_area_activity"
    reading = loans_by_area_activity.read(Payload(book()))
    assert (reading.release.period, reading.table.height) == ("2026-05", 96 * 26 * 3)
    assert [r.sentence() for r in check("cbr.loans_by_area_activity", reading.table, where="x") if not r.success] == []
    made = reading.observations
    assert made["ref_area"].n_unique() == 95 and "RUS" not in made["ref_area"]
    one = made.filter(pl.col("ref_area") == "RU-BEL", pl.col("currency") == "RUB", pl.col("measure") == "overdue",
                      pl.col("product_code") == "CORPORATE_AND_ENTREPRENEURS_ACTIVITY_CONSTRUCTION")  # fmt: skip
    assert one.select("period_end", "value", "definition", "dataset").rows() == [
        (
            date(2026, 5, 31),
            figure("ACTIVITY", "CONSTRUCTION", 7, 0) * 1e6,
            "RAS_OVERDUE_RESIDENTS",
            "loans_by_activity",
        )
    ]
    assert "CORPORATE_AND_ENTREPRENEURS" in made["product_code"], "all activities of an area"


DEBT = SHEETS["RUB"]


@pytest.mark.slow
def test_an_area_set_aside_leaves_a_table_that_passes_the_gate() -> None:
    reading = loans_by_area_activity.read(Payload(books.edited(book(), put(DEBT, "E9", "#REF!"))))
    assert [row.code for row in reading.set_aside] == ["not_a_number"]
    failed = [r.sentence() for r in check("cbr.loans_by_area_activity", reading.table, where="x") if not r.success]
    assert failed == []


REFUSED = {
    "an activity nobody knows": (put(DEBT, "C3", "добыча янтаря"), "no_header"),
    "an activity twice": (put(DEBT, "C3", "ВСЕГО"), "no_header"),
    "an area nobody knows": (put(DEBT, "A6", "Янтарная область"), "aside: unknown_area"),
    "an area lost": (lambda book: book[DEBT].delete_rows(9), "aside: missing_row"),
    "an area twice": (put(DEBT, "A7", "Белгородская область"), "duplicate_row"),
    "a figure": (put(DEBT, "E9", 10**7), "sum_mismatch"),
    "an empty cell": (put(DEBT, "E9", None), "aside: empty_cell"),
    "a column more": (put(DEBT, "AB9", 5), "aside: leftover_column"),
    "another date": (put(DEBT, "A2", "на 01.05.2026"), "stale_sheet"),
    "no date": (put(DEBT, "A2", "на 15.05.2026"), "bad_period"),
    "unit": (put(DEBT, "A1", f"{STARTS['debt']}{COMPANIES} в рублях{LONG}, тыс. руб."), "unit_mismatch"),
    "sheet gone": (lambda book: book.remove(book[DEBT]), "missing_sheet"),
    "sheet twice": (put(SHEETS["ALL"], "A1", f"{STARTS['overdue']}{COMPANIES}{LONG}, млн руб."), "duplicate_row"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    change, code = REFUSED[case]
    assert books.refusal(lambda c: loans_by_area_activity.read(Payload(c)), books.edited(book(), change)) == code


@pytest.mark.slow
def test_branches_of_an_area_make_its_total() -> None:
    """A figure moved from one activity to another in all areas and currencies alike."""

    def move(made: openpyxl.Workbook) -> None:
        for sheet in made.worksheets:
            for row in range(4, sheet.max_row + 1):
                sheet.cell(row, 3).value *= 2

    with pytest.raises(ReadError, match=r"sum_mismatch.*TOTAL"):
        books.believed(loans_by_area_activity.read(Payload(books.edited(book(), move))))
