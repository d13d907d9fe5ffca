"""01_03_C and 01_12_A: whose loans, what of them and in which month is told by the words above the sections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from tests.transforms.loans_by_activity.test_loans_by_activity import COMPANIES, SMALL, STARTS, put
from transforms.banking.areas import areas
from transforms.model import Payload, ReadError
from transforms.products import recognise

loans_by_district_activity = books.product("loans_by_district_activity")

NAMES = {
    "A": "Сельское, лесное хозяйство, охота, рыболовство и рыбоводство", "B": "Добыча полезных ископаемых",
    "C": "Обрабатывающие производства", "D": "Обеспечение электрической энергией, газом и паром",
    "E": "Водоснабжение; водоотведение", "F": "Строительство", "G": "Торговля оптовая и розничная",
    "H": "Транспортировка и хранение", "I": "Деятельность гостиниц", "J": "Деятельность в области информации и связи",
    "K": "Деятельность финансовая и страховая", "L": "Деятельность по операциям с недвижимым имуществом",
    "M": "Деятельность профессиональная, научная и техническая", "P": "Образование",
    "R": "Деятельность в области культуры, спорта",
}  # fmt: skip
SHEETS = {"new_loans": "объем", "debt": "задолженность", "overdue": "в т.ч. просроченная"}
WEIGHTS = {"new_loans": 4, "debt": 10, "overdue": 1}
ON, DURING = "по состоянию на 01.07.2026", "за июнь 2026 года"


@cache
def book(whose: str = COMPANIES, during: str = DURING, on: str = ON) -> bytes:
    """The form that is known: three sheets, their headers a row apart, fifteen sections and others, eight districts."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for measure, name in SHEETS.items():
        sheet = made.create_sheet(name)
        when = during if measure == "new_loans" else on
        sheet.append([f"{STARTS[measure]}{whose}, по федеральным округам и разделам ОКВЭД2, {when}, млн руб."])
        if measure == "overdue":
            sheet.append(["Федеральный округ", "Виды экономической деятельности"])
        sheet.append([None, *(f"{letter}. {label}" for letter, label in NAMES.items()), "Прочие"])
        districts = [area.name.upper() for area in areas().values() if area.level == "federal_district"]
        for row, label in enumerate(districts, start=1):
            sheet.append([label, *(WEIGHTS[measure] * (100 * row + column) for column in range(16))])
    return books.save(made)


@pytest.mark.parametrize(("whose", "borrower"), [(COMPANIES, "CORPORATE_AND_ENTREPRENEURS"), (SMALL, "SME")])
def test_a_book_gives_stocks_and_flows_of_one_month(whose: str, borrower: str) -> None:
    content = book(whose)
    assert recognise(Payload(content)).PRODUCT == "cbr.loans_by_district_activity"
    reading = loans_by_district_activity.read(Payload(content, "01_03_C_of_any_name.xlsx"))
    assert (reading.release.period, reading.table.height, reading.notes) == ("2026-06", 8 * 16, ())
    failed = [r for r in check(reading.release.product, reading.table, where=whose) if not r.success]
    assert [r.sentence() for r in failed] == []
    made = reading.observations
    assert (set(made["period_end"]), set(made["currency"]), made.height) == ({date(2026, 6, 30)}, {"ALL"}, 8 * 16 * 3)
    one = made.filter(ref_area="RUS_FD_URAL", product_code=f"{borrower}_OKVED2_SECTION_F").sort("measure")
    row = [a.code for a in areas().values() if a.level == "federal_district"].index("RUS_FD_URAL") + 1
    assert one.select("measure", "basis", "value").rows() == [
        ("debt", "stock", (100 * row + 5) * 10e6), ("new_loans", "month", (100 * row + 5) * 4e6),
        ("overdue", "stock", (100 * row + 5) * 1e6),
    ]  # fmt: skip
    overdue = {"SME": "RAS_OVERDUE_SME_01_13_F"}.get(borrower, "RAS_OVERDUE_RESIDENTS")
    assert one.filter(measure="overdue")["definition"].to_list() == [overdue]


def test_smaller_sections_are_a_member_of_their_own() -> None:
    made = loans_by_district_activity.read(Payload(book())).observations
    codes = {code.rpartition("_")[2] for code in made["product_code"]}
    assert codes == {*NAMES, "OTHER"}, "N, O, Q, S, T and U are not told apart"


@pytest.mark.parametrize(
    "during", ["в июне 2026 года", "июнь 2026 г.", "за месяц, на 01.07.2026", "в течение отчетного месяца, 01.07.2026"]
)
def test_words_that_name_one_month_date_the_loans_granted(during: str) -> None:
    reading = loans_by_district_activity.read(Payload(book(during=during)))
    assert set(reading.observations.filter(measure="new_loans")["period_end"]) == {date(2026, 6, 30)}


@pytest.mark.parametrize("during", ["на 01.07.2026", "за январь - июнь 2026 года", "с начала года на 01.07.2026"])
def test_loans_granted_in_no_single_month_are_left_out_with_a_note(during: str) -> None:
    """A year to date must not pass for a month; the stocks of the other sheets stand."""
    reading = loans_by_district_activity.read(Payload(book(during=during)))
    assert set(reading.observations["measure"]) == {"debt", "overdue"}
    assert "'объем' not read" in reading.notes[0]


def test_overdue_debt_without_a_date_is_of_the_date_of_the_debt() -> None:
    undated = put(SHEETS["overdue"], "A1", f"в том числе просроченная з{STARTS['debt'][1:]}{COMPANIES}, млн руб.")
    reading = loans_by_district_activity.read(Payload(books.edited(book(), undated)))
    assert reading.table.equals(loans_by_district_activity.read(Payload(book())).table)


DEBT = SHEETS["debt"]


def title(words: str) -> Callable[[openpyxl.Workbook], object]:
    return put(DEBT, "A1", f"{STARTS['debt']}{COMPANIES}{words}")


REFUSED = {
    "other borrowers": (put(DEBT, "A1", f"{STARTS['debt']}физическим лицам-резидентам, {ON}, млн руб."), "unknown_title"),
    "borrowers of another sheet": (put(DEBT, "A1", f"{STARTS['debt']}{SMALL}, {ON}, млн руб."), "stale_sheet"),
    "words nobody knows": (title(f" с учетом приобретенных прав требования, {ON}, млн руб."), "unknown_title"),
    "one currency": (title(f" в рублях, {ON}, млн руб."), "unknown_title"),
    "unit": (title(f", {ON}, тыс. руб."), "unit_mismatch"),
    "no unit": (title(f", {ON}"), "unit_mismatch"),
    "no date": (title(", по состоянию на 15.07.2026, млн руб."), "bad_period"),
    "another date": (title(", по состоянию на 01.06.2026, млн руб."), "stale_sheet"),
    "loans of another month": (put("объем", "A1", f"{STARTS['new_loans']}{COMPANIES}, за май 2026 года, млн руб."), "stale_sheet"),
    "a section more": (put(DEBT, "R2", "S. Предоставление прочих видов услуг"), "unknown_heading"),
    "a section under another letter": (put(DEBT, "B2", "C. Обрабатывающие производства"), "unknown_heading"),
    "a total": (put(DEBT, "R2", "Всего"), "unknown_heading"),
    "a figure under no section": (put(DEBT, "R3", 5), "leftover_column"),
    "a region": (put(DEBT, "A3", "Белгородская область"), "missing_row"),
    "a district lost": (lambda made: made[DEBT].delete_rows(5), "missing_row"),
    "a district twice": (put(DEBT, "A4", "ЦЕНТРАЛЬНЫЙ ФЕДЕРАЛЬНЫЙ ОКРУГ"), "duplicate_row"),
    "an empty cell": (put(DEBT, "D5", None), "empty_cell"),
    "overdue above debt": (put(DEBT, "D5", 1), "part_exceeds_whole"),
    "sheet gone": (lambda made: made.remove(made[DEBT]), "missing_sheet"),
    "sheet twice": (put(DEBT, "A1", f"Просроченная з{STARTS['debt'][1:]}{COMPANIES}, {ON}, млн руб."), "duplicate_row"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    change, code = REFUSED[case]
    assert books.refusal(lambda c: loans_by_district_activity.read(Payload(c)), books.edited(book(), change)) == code


def test_a_book_of_other_words_is_refused_for_them() -> None:
    """Its form tells what it is; the reason says which words were not expected."""
    content = books.edited(book(), lambda made: [sheet.__setitem__("A1", "Сведения о кредитах") for sheet in made])
    with pytest.raises(ReadError, match=r"unknown_title.*Сведения о кредитах"):
        recognise(Payload(content)).read(Payload(content))


def country(made: openpyxl.Workbook, off: int = 0) -> None:
    for sheet in made.worksheets:
        first = sheet.max_row - 7
        sums = [sum(sheet.cell(first + row, column).value for row in range(8)) for column in range(2, 18)]
        sheet.append(["РОССИЙСКАЯ ФЕДЕРАЦИЯ", sums[0] + off, *sums[1:]])
        sheet.append(["Данные могут уточняться"])


def test_the_country_where_it_is_printed_is_the_sum_of_its_districts() -> None:
    reading = loans_by_district_activity.read(Payload(books.edited(book(), country)))
    assert reading.table.filter(pl.col("ref_area") == "RUS").height == 16
    with pytest.raises(ReadError, match="sum_mismatch"):
        books.believed(loans_by_district_activity.read(Payload(books.edited(book(), lambda made: country(made, 100)))))
