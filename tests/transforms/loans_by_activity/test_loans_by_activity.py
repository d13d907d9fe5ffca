"""Corporate loans by activity: what the rows are is told by the heading of column A, what a sheet holds by its title."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import yaml

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking import loans_by_activity
from transforms.model import Payload
from transforms.products import recognise

LISTS = yaml.safe_load(Path(loans_by_activity.__file__).with_suffix(".yaml").read_text("utf-8"))
COMPANIES = "юридическим лицам - резидентам и индивидуальным предпринимателям"
SMALL = "субъектам малого и среднего предпринимательства"
LONG = ", по видам экономической деятельности и отдельным направлениям использования средств"
PHRASES = {"ALL": "", "RUB": " в рублях", "FX": " в иностранной валюте и драгоценных металлах"}
SHEETS = {"ALL": "итого", "RUB": "в рублях", "FX": "в инвалюте"}
NAMES = {  # of sheets, where a book has others
    "01_01_C": {"в инвалюте": "в валюте"}, "01_10_F": {"в инвалюте": "в валюте"},
    "01_02_A": {"в т.ч. просроч. итого": "в т.ч. просроч."},
}  # fmt: skip
SHARES = {"ALL": 9, "RUB": 7, "FX": 2}
BOOKS = {  # list of rows, whose loans, what follows the currency in the title
    "01_02_A": ("ACTIVITY", COMPANIES, LONG, ("debt", "overdue")),
    "01_02_C": ("OKVED2", COMPANIES, ", по ОКВЭД2", ("debt", "overdue")),
    "01_01_A": ("ACTIVITY", COMPANIES, LONG, ("new_loans",)),
    "01_01_C": ("OKVED2", COMPANIES, ", по ОКВЭД2", ("new_loans",)),
    "01_10_F": ("OKVED2", SMALL, "", ("new_loans",)),
    "01_11_F": ("OKVED2", SMALL, "", ("debt", "overdue")),
    "01_11_I": ("OKVED2", f"{SMALL} - индивидуальным предпринимателям", "", ("debt", "overdue")),
    "01_11": ("BORROWER", SMALL, "", ("debt", "overdue")),
}
STARTS = {"debt": "Задолженность по кредитам, предоставленным ", "overdue": "Просроченная задолженность по кредитам, предоставленным ",
          "new_loans": "Объем кредитов, предоставленных "}  # fmt: skip


def figure(name: str, code: str, weight: int, month: int) -> int:
    parents = LISTS[name].get("parents", {})
    parts = [row for row, parent in parents.items() if parent == code]
    if parts:
        return sum(figure(name, part, weight, month) for part in parts)
    return weight * (100 * (1 + list(LISTS[name]["rows"]).index(code)) + month)


def book(which: str) -> bytes:
    """The book as the bank printed it in September 2026, with figures that add up."""
    name, whose, tail, measures = BOOKS[which]
    made = openpyxl.Workbook()
    made.remove(made.active)
    for measure in measures:
        for currency, sheet_name in SHEETS.items():
            printed = sheet_name if measure != "overdue" else f"в т.ч. просроч. {sheet_name}"
            sheet = made.create_sheet(NAMES.get(which, {}).get(printed, printed))
            sheet.append([f"{STARTS[measure]}{whose}{PHRASES[currency]}{tail}, млн руб."])
            sheet.append([LISTS[name]["heading"] or None, *books.heads("month" if measure == "new_loans" else "reporting_date", 2)])  # fmt: skip
            for code, label in LISTS[name]["rows"].items():
                weight = SHARES[currency] * (1 if measure == "overdue" else 10)
                announced = f"    {label}, из них:" if code in ("MINING", "CONSTRUCTION") else label
                sheet.append([announced, *(figure(name, code, weight, month) for month in range(2))])
    return books.save(made)


@pytest.mark.slow
@pytest.mark.parametrize("which", BOOKS)
def test_a_book_is_read_by_titles_and_heading(which: str) -> None:
    name, whose, _, measures = BOOKS[which]
    content = book(which)
    assert recognise(Payload(content)).PRODUCT == "cbr.loans_by_activity"
    reading = loans_by_activity.read(Payload(content))
    borrower = {SMALL: "SME", COMPANIES: "CORPORATE_AND_ENTREPRENEURS"}.get(whose, "SME_ENTREPRENEUR")
    made = reading.observations
    assert set(made["measure"]) == set(measures)
    assert (made["period_end"].min(), reading.release.period) == (date(2024, 2, 29), "2024-03")
    codes = {f"{borrower}_{name}_{code}" for code in LISTS[name]["rows"] if code != "TOTAL"}
    assert set(made["product_code"]) - {borrower} == codes
    assert set(made["dataset"]) == {"loans_by_activity"}
    assert [r.sentence() for r in check("cbr.loans_by_activity", reading.table, where=which) if not r.success] == []


def test_definitions_are_those_of_the_borrowers() -> None:
    """Debt of small enterprises has breaks of its own each summer; it never shares a definition with companies."""
    for which, wanted in (("01_02_C", {"RESIDENTS_EXCL_ACQUIRED", "RAS_OVERDUE_RESIDENTS"}),
                          ("01_11_F", {"SME_01_13_F", "RAS_OVERDUE_SME_01_13_F"})):  # fmt: skip
        assert set(loans_by_activity.read(Payload(book(which))).observations["definition"]) == wanted


def put(sheet: str, cell: str, value: object) -> Callable[[openpyxl.Workbook], object]:
    return lambda book: book[sheet].__setitem__(cell, value)


REFUSED = {
    "an activity nobody knows": ("01_02_C", put("итого", "A5", "04-Добыча янтаря"), "aside: unknown_label"),
    "a class under another's number": ("01_02_C", put("итого", "A4", "02-Рыболовство и рыбоводство"), "aside: unknown_label"),
    "an activity lost": ("01_02_A", lambda book: book["итого"].delete_rows(10), "aside: missing_row"),
    "branches that do not make the total": ("01_02_A", put("в рублях", "B4", 10**7), "sum_mismatch"),
    "currencies that do not make the total": ("01_11", put("в рублях", "B3", 10**7), "sum_mismatch"),
    "overdue above debt": ("01_11", lambda book: [book[s].__setitem__("B4", v) for s, v in
                           (("в т.ч. просроч. итого", 9 * 10**6), ("в т.ч. просроч. в рублях", 7 * 10**6),
                            ("в т.ч. просроч. в инвалюте", 2 * 10**6))], "part_exceeds_whole"),
    "unit": ("01_10_F", put("итого", "A1", "Объем кредитов, предоставленных субъектам малого и среднего предпринимательства, тыс. руб."), "unit_mismatch"),
    "sheet gone": ("01_11_F", lambda book: book.remove(book["в инвалюте"]), "missing_sheet"),
    "other borrowers in one sheet": ("01_02_C", put("итого", "A1", f"{STARTS['debt']}{SMALL}, млн руб."), "stale_sheet"),
    "another heading in one sheet": ("01_02_C", put("в рублях", "A2", "Вид деятельности"), "no_header"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    which, change, code = REFUSED[case]
    assert (
        books.refusal(lambda content: loans_by_activity.read(Payload(content)), books.edited(book(which), change))
        == code
    )


def test_loans_of_small_enterprises_by_area_are_left_to_their_own_product() -> None:
    sme_debt = books.product("sme_debt")

    content = books.regional(sme_debt.layout, {"debt": 10, "overdue": 1})
    assert recognise(Payload(content)).PRODUCT == "cbr.sme_debt"
