"""02_05 household debt: read cell by cell, areas and currencies apart, every contradiction refused with its cell."""

from __future__ import annotations

import math
from datetime import date

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.model import Payload, ReadError
from transforms.products import recognise

household_debt = books.product("household_debt")

WEIGHTS = {"debt": 10, "overdue": 1}


@pytest.fixture(scope="module")
def book() -> bytes:
    return books.regional(household_debt.layout, WEIGHTS)


def read(content: bytes):
    return household_debt.read(Payload(content, "02_05_Debt_ind.xlsx"))


def test_recognised_by_its_title_whatever_the_file_name(book: bytes) -> None:
    assert recognise(Payload(book, "download (3).bin")).PRODUCT == "cbr.household_debt"


def test_reporting_date_is_the_end_of_the_month_before(book: bytes) -> None:
    table = read(book).table
    assert table["reporting_date"].min() == date(2024, 3, 1)
    assert table["period_end"].min() == date(2024, 2, 29)
    assert read(book).release.period == "2024-04"


def test_values_are_in_roubles_with_half_a_million_of_rounding(book: bytes) -> None:
    row = read(book).observations.filter(
        (pl.col("ref_area") == "RU-BEL") & (pl.col("currency") == "RUB") & (pl.col("measure") == "debt")
    )
    assert row["value"].to_list() == [7 * 10 * (200 + m) * 1e6 for m in range(3)]
    assert set(row["precision"]) == {500_000.0}
    assert set(read(book).observations["unit"]) == {"RUB"}, "foreign currency as its equivalent"


def test_aggregates_kept_as_binary_floats_are_whole_millions(book: bytes) -> None:
    """The country and the districts are sums that Excel keeps as floats, regions are whole numbers."""

    def noise(wb: openpyxl.Workbook) -> None:
        for row in wb["итого"].iter_rows(min_row=4, max_row=5, min_col=2):
            for cell in row:
                cell.value = math.nextafter(cell.value, math.inf)

    assert read(books.edited(book, noise)).table.equals(read(book).table)


def test_levels_are_kept_apart_so_that_nothing_is_counted_three_times(book: bytes) -> None:
    table = read(book).table.filter((pl.col("currency") == "ALL") & (pl.col("period_end") == date(2024, 2, 29)))
    sums = dict(table.group_by("area_level").agg(pl.col("debt").sum()).iter_rows())
    assert sums["country"] == sums["federal_district"] == sums["region"]
    assert table["area_level"].value_counts().sort("area_level").rows() == [
        ("country", 1), ("federal_district", 8), ("part_of_region", 5), ("region", 82),
    ]  # fmt: skip


def test_debt_and_overdue_carry_their_definitions(book: bytes) -> None:
    pairs = read(book).observations.select("measure", "definition").unique().rows()
    assert set(pairs) == {("debt", "RESIDENTS_EXCL_ACQUIRED"), ("overdue", "RAS_OVERDUE_RESIDENTS")}


def _set(sheet: str, cell: str, value: object):
    return lambda wb: wb[sheet].__setitem__(cell, value)


def _all(*changes):
    def change(book: openpyxl.Workbook) -> None:
        for one in changes:
            one(book)

    return change


REFUSED = {
    "unknown district": (_set("в рублях", "A5", "Тмутараканский федеральный округ"), "unknown_area", "row 5"),
    "sheet twice": (lambda wb: wb.copy_worksheet(wb["итого"]), "duplicate_row", "итого Copy"),
    "sheet missing": (lambda wb: wb.remove(wb["итого"]), "missing_sheet", ""),
    "one digit wrong": (_set("в рублях", "C9", 1), "sum_mismatch", "sheet 'в рублях'"),
    "total does not add up": (_set("итого", "B4", 123), "sum_mismatch", "sheet 'итого', cell B4"),
    "cell of a district emptied": (_set("в инвалюте", "B5", None), "empty_cell", "cell B5"),
    "text in a cell": (_set("в инвалюте", "C5", "нет"), "not_a_number", "cell C5"),
    "date in a cell": (_set("в рублях", "C5", date(2024, 1, 1)), "not_a_number", "cell C5"),
    "decimals where there were none": (_set("в рублях", "C5", 10.5), "too_precise", "cell C5"),
    "month skipped": (_set("в рублях", "D3", date(2024, 6, 1)), "period_gap", "cell D3"),
    "header not a date": (_set("в рублях", "C3", "апрель"), "bad_period", "cell C3"),
    "thousands instead of millions": (
        _set("в рублях", "A2", household_debt.layout.recognise + " в рублях, тыс. руб."), "unit_mismatch", "в рублях"),
    "title of another currency": (
        _set("в рублях", "A2", household_debt.layout.recognise + " в иностранной валюте, млн руб."),
        "currency_mismatch", "в рублях"),
    "title of another statistic": (_set("в рублях", "A2", "Вклады физических лиц, млн руб."), "unknown_title", "title"),
    "row repeated": (_set("в рублях", "A8", "Белгородская область"), "duplicate_row", "row 8"),
    "three rows lost": (lambda wb: wb["в рублях"].delete_rows(7, 3), "missing_row", "sheet 'в рублях'"),
    "column beyond the header": (_set("в рублях", "F4", 5), "leftover_column", "cell F4"),
    "three rows of a sheet unreadable": (_all(*(_set("в рублях", f"C{row}", "#REF!") for row in (7, 8, 9))),
                                         "not_a_number", "cell C9"),
}  # fmt: skip


SET_ASIDE = {
    "unknown area": (_set("в рублях", "A7", "Тмутараканская область"), "unknown_area", "row 7"),
    "cell emptied": (_set("в инвалюте", "B10", None), "empty_cell", "cell B10"),
    "error of Excel": (_set("в рублях", "C9", "#REF!"), "not_a_number", "cell C9"),
    "row lost": (lambda wb: wb["в рублях"].delete_rows(20), "missing_row", "sheet 'в рублях'"),
    "too narrow a column": (_set("в рублях", "C9", "########"), "not_a_number", "cell C9"),
    "column beyond the header": (_set("в рублях", "F9", 5), "leftover_column", "cell F9"),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", SET_ASIDE)
def test_a_row_that_cannot_be_read_costs_that_row(book: bytes, case: str) -> None:
    """One region in one currency; every other figure is what it is without the fault, and the sums still hold."""
    change, code, place = SET_ASIDE[case]
    made, whole = read(books.edited(book, change)), read(book)
    assert [row.code for row in made.set_aside] == [code] and place in made.set_aside[0].where
    lost = whole.observations.join(made.observations, on=["ref_area", "currency", "measure", "period_end"], how="anti")
    assert lost.select("ref_area", "currency", "measure").n_unique() == 1 and len(lost) == 3
    both = whole.observations.join(
        made.observations, on=["ref_area", "currency", "measure", "period_end"], suffix="_got"
    )
    assert both.filter(pl.col("value") != pl.col("value_got")).is_empty()
    assert [r.sentence() for r in check(made.release.product, made.table, where=case) if not r.success] == []


def _reverse(book: openpyxl.Workbook) -> None:
    book._sheets.reverse()


def _rename(book: openpyxl.Workbook) -> None:
    for number, sheet in enumerate(book.worksheets):
        sheet.title = f"Лист{number}"


def _contents(book: openpyxl.Workbook) -> None:
    book.create_sheet("Содержание", 0).append(["Содержание", "Таблица 02_05"])


def _marks(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets:
        sheet["A2"].value += "1"
        sheet["A5"].value += "*"
        sheet["A7"].value += " 2)"
        sheet.append(["Источник: Банк России"])


AS_KEPT = {
    "sheets in another order": _reverse,
    "sheets renamed": _rename,
    "a sheet of contents": _contents,
    "an empty column before": lambda book: [sheet.insert_cols(1) for sheet in book.worksheets],
    "an empty row between": lambda book: [sheet.insert_rows(9) for sheet in book.worksheets],
    "marks of footnotes": _marks,
    "a column of somebody's own": lambda book: [book["итого"].cell(row, 5).__setattr__("value", value)
                                                for row, value in ((3, "Примечание"), (6, "?"), (7, 5))],
}  # fmt: skip


@pytest.mark.parametrize("case", AS_KEPT)
def test_books_as_people_keep_them_say_the_same(book: bytes, case: str) -> None:
    kept = Payload(books.edited(book, AS_KEPT[case]))
    assert recognise(kept).PRODUCT == household_debt.PRODUCT
    assert household_debt.read(kept).table.equals(read(book).table)


def test_an_error_of_excel_is_told_as_what_the_cell_shows(book: bytes) -> None:
    def change(made: openpyxl.Workbook) -> None:
        made["в рублях"]["C9"] = "#REF!"
        made["в рублях"]["C9"].data_type = "e"

    (row,) = read(books.edited(book, change)).set_aside
    assert row.code == "not_a_number" and "#REF!" in row.reason and "cell C9" in row.where


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_reason_and_place(book: bytes, case: str) -> None:
    change, code, place = REFUSED[case]
    with pytest.raises(ReadError) as refusal:
        books.believed(read(books.edited(book, change)))
    assert refusal.value.code == code
    assert place in refusal.value.where


def test_overdue_above_debt_is_refused() -> None:
    content = books.regional(household_debt.layout, {"debt": 1, "overdue": 2})
    with pytest.raises(ReadError, match="part_exceeds_whole"):
        books.believed(read(content))


def test_truncated_workbook_is_refused(book: bytes) -> None:
    with pytest.raises(ReadError) as refusal:
        read(book[: len(book) // 2])
    assert refusal.value.code == "truncated"


def test_signs_for_no_figure_are_gaps_and_text_numbers_are_numbers(book: bytes) -> None:
    def change(wb):
        wb["в т.ч. просроч. в инвалюте"]["B6"] = " -"  # Belgorod has none, so roubles are all there is
        rub = wb["в т.ч. просроч. в рублях"]["B6"].value
        fx = wb["в т.ч. просроч. в инвалюте"]
        wb["в т.ч. просроч."]["B6"] = str(rub)
        gone = 2 * 200
        for sheet, cells in ((fx, ("B4", "B5")), (wb["в т.ч. просроч."], ("B4", "B5"))):
            for cell in cells:
                sheet[cell] = sheet[cell].value - gone

    got = read(books.edited(book, change)).table.filter(pl.col("ref_area") == "RU-BEL").sort("period_end", "currency")
    assert got["overdue"].head(3).to_list() == [1400e6, None, 1400e6]


@pytest.mark.slow
def test_equals_the_published_figures_cell_by_cell() -> None:
    """Every row of the tidy file, which has Russia and the federal districts."""
    got = household_debt.read(Payload(books.official("02_05_Debt_ind.xlsx").read_bytes(), "02_05")).table
    cells = {(r["reporting_date"], r["area_name"].upper(), r["currency"]): r for r in got.iter_rows(named=True)}
    compared = 0
    for row in books.tidy("household_loans_debt_overdue_monthly.csv"):
        currency = row["currency"].replace("TOTAL", "ALL")
        cell = cells[date.fromisoformat(row["reporting_date"]), row["area_name_ru"].upper(), currency]
        assert cell[row["measure"]] == float(row["value"]) * 1e6, row
        compared += 1
    assert compared == 9 * 73 * 6


@pytest.mark.slow
def test_golden_debt_and_overdue_of_russia() -> None:
    """README: 2021-01-01 has 888 bn (RAS overdue, 02_05); 2025-02-01 debt 34,766,903 mln, overdue 1,337,460 mln."""
    got = household_debt.read(Payload(books.official("02_05_Debt_ind.xlsx").read_bytes(), "02_05")).table
    russia = got.filter((pl.col("ref_area") == "RUS") & (pl.col("currency") == "ALL"))
    by_date = {r["reporting_date"]: r for r in russia.iter_rows(named=True)}
    assert round(by_date[date(2021, 1, 1)]["overdue"] / 1e9) == 888
    assert by_date[date(2025, 2, 1)]["debt"] == 34_766_903e6
    assert by_date[date(2025, 2, 1)]["overdue"] == 1_337_460e6


def test_one_sheet_saved_as_text_is_told_as_a_part_of_the_book(book: bytes) -> None:
    with pytest.raises(ReadError) as refusal:
        read(books.saved_as_text(book, ",", "utf-8"))
    assert (refusal.value.code, "итого" in refusal.value.expected) == ("missing_sheet", True)


def test_a_figure_that_is_said_not_to_be_known_costs_itself_alone(book: bytes) -> None:
    changed = books.edited(book, lambda wb: wb["в рублях"].__setitem__("C9", "н/д"))
    whole, reading = read(book), books.believed(read(changed))
    assert reading.set_aside == ()
    assert whole.observations.height - reading.observations.height == 1


def test_the_english_book_is_told_as_one(book: bytes) -> None:
    def translate(made: openpyxl.Workbook) -> None:
        for number, sheet in enumerate(made.worksheets):
            sheet.title, sheet["A2"] = f"Sheet{number}", "Loans to resident individuals in rubles, millions of rubles"
            for row in range(4, sheet.max_row + 1):
                sheet.cell(row, 1).value = f"Region {row}"

    with pytest.raises(ReadError) as refusal:
        recognise(Payload(books.edited(book, translate), "02_05_Debt_ind_e.xlsx"))
    assert (refusal.value.code, "Russian" in refusal.value.hint) == ("english_edition", True)
