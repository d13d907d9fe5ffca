"""Loan workbooks without a layout of their own: read by the titles of their sheets, or refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking.figures import Layout, Measure
from transforms.model import Payload
from transforms.products import recognise
from transforms.units import Unit

loans_by_area = books.product("loans_by_area")
mortgage_debt = books.product("mortgage_debt")

SCPA = "под залог прав требования по договорам участия в долевом строительстве"
MILLIONS = Unit("RUB", Decimal(1_000_000))


def layout(header: str, *measures: tuple[str, str, Unit, dict[str, str]]) -> Layout:
    """How the synthetic book is laid out: as 02_11 to 02_15 are, with other titles."""
    made = {
        name: Measure(title=title, unit=unit, basis="stock", sheets=sheets) for name, title, unit, sheets in measures
    }
    return Layout(dataset="", measures=made, header=header)


SHEETS = {"RUB": "в рублях", "FX": "в инвалюте", "ALL": "итого"}
LATE = {"RUB": "в т.ч. просроч. в рублях", "FX": "в т.ч. просроч. в инвалюте", "ALL": "в т.ч. просроч."}
VOLUME = f"Объем ипотечных жилищных кредитов, предоставленных физическим лицам-резидентам {SCPA}"
DEBT = "адолженность по жилищным кредитам, предоставленным физическим лицам-резидентам"
IHC = "Количество ипотечных жилищных кредитов, предоставленных физическим лицам-резидентам на цели индивидуального жилищного строительства"
RATES = "по жилищным кредитам, предоставленным физическим лицам-резидентам"


DEPOSITS = "Вклады (депозиты) и другие привлеченные средства физических лиц (без учета счетов эскроу)"
COMPANIES = (
    "адолженность по кредитам, предоставленным{} юридическим лицам - резидентам и индивидуальным предпринимателям{}"
)
SMALL = "адолженность по кредитам, предоставленным{} субъектам малого и среднего предпринимательства - индивидуальным предпринимателям{}"
PRINTED = {  # as of September 2026: sheets of debt and overdue debt, title, does it name the currency in its middle
    "01_05_D": (SHEETS, LATE | {"ALL": "в т.ч. просроч. итого"}, COMPANIES, False),
    "01_13_I": ({"RUB": "ИП в рублях", "FX": "ИП в инвалюте", "ALL": "ИП итого"},
                {"RUB": "ИП в т.ч просроч. в рублях", "FX": "ИП в т.ч. просроч. в инвалюте", "ALL": "ИП в т.ч. просроч. итого"},
                SMALL, True),
}  # fmt: skip


def printed_book(which: str) -> bytes:
    debt, late, title, middle = PRINTED[which]
    words = {"RUB": " в рублях", "FX": " в иностранной валюте и драгоценных металлах", "ALL": ""}
    plan = layout("reporting_date", ("debt", "", MILLIONS, debt), ("overdue", "", MILLIONS, late))

    def titles(made: openpyxl.Workbook) -> None:
        for start, sheets in (("З", debt), ("Просроченная з", late)):
            for currency, name in sheets.items():
                phrase = (words[currency], "") if middle else ("", words[currency])
                made[name]["A1"] = f"{start}{title.format(*phrase)}, млн руб."

    made = books.regional(plan, {"debt": 10, "overdue": 1}, months=1, blank_first_row=False)
    return books.edited(made, titles)


@pytest.mark.parametrize(("which", "kind", "dataset"), [
    ("01_05_D", "CORPORATE_AND_ENTREPRENEURS", "corporate_loans"), ("01_13_I", "SME_ENTREPRENEUR", "sme_loans"),
])  # fmt: skip
def test_a_book_as_it_is_printed_is_read(which: str, kind: str, dataset: str) -> None:
    """01_13_I names the currency in the middle of its titles, and one sheet without a point."""
    content = printed_book(which)
    assert recognise(Payload(content)).PRODUCT == "cbr.loans_by_area"
    made = loans_by_area.read(Payload(content)).observations
    assert [set(made[c]) for c in ("product_code", "dataset", "measure")] == [{kind}, {dataset}, {"debt", "overdue"}]
    assert made.height == 96 * 3 * 2


def book(which: str) -> bytes:
    if which == "debt":
        plan = layout(
            "reporting_date",
            ("debt", f"З{DEBT}", MILLIONS, SHEETS),
            ("overdue", f"Просроченная з{DEBT}", MILLIONS, LATE),
        )
        return books.regional(plan, {"debt": 10, "overdue": 1}, blank_first_row=False)
    if which == "rates":
        months, percent = Unit("months"), Unit("percent")
        plan = layout(
            "month", ("term", f"Средневзвешенный срок {RATES}", months, {"RUB": "срок в руб", "FX": "срок в инвалюте"}),
            ("rate", f"Средневзвешенная ставка {RATES}", percent, {"RUB": "ставка в рублях", "FX": "ставка в инвалюте"}),
        )  # fmt: skip
        return books.regional(plan, {"term": 1, "rate": 1})
    if which == "deposits":
        plan = layout("reporting_date", ("funds", DEPOSITS, MILLIONS, SHEETS))
        return books.regional(plan, {"funds": 3}, months=2, blank_first_row=False)
    title, unit = {"volume": (VOLUME, MILLIONS), "ihc": (IHC, Unit("count"))}[which]
    return books.regional(layout("month", ("new_loans", title, unit, SHEETS)), {"new_loans": 4}, blank_first_row=False)


READ = {  # first series, first and last period
    "volume": ({"MORTGAGE_SCPA"}, {"new_loans"}, {"RESIDENTS"}, date(2024, 2, 29)),
    "ihc": ({"MORTGAGE_IHC"}, {"count"}, {"RESIDENTS"}, date(2024, 2, 29)),
    "debt": ({"HOUSING"}, {"debt", "overdue"}, {"RESIDENTS_EXCL_ACQUIRED", "RAS_OVERDUE_RESIDENTS"}, date(2024, 2, 29)),
    "rates": ({"HOUSING"}, {"term", "rate"}, {"RESIDENTS"}, date(2024, 2, 29)),
}


@pytest.mark.parametrize("which", READ)
def test_a_book_is_read_by_its_titles(which: str) -> None:
    content = book(which)
    assert recognise(Payload(content)).PRODUCT == "cbr.loans_by_area"
    reading = loans_by_area.read(Payload(content))
    made = reading.observations
    got = tuple(set(made[c]) for c in ("product_code", "measure", "definition"))
    assert (*got, made["period_end"].min()) == READ[which]
    assert reading.release.period == "2024-04"
    failed = [r for r in check("cbr.loans_by_area", reading.table, where=which) if not r.success]
    made_up = "expect_column_values_to_be_between"  # magnitudes are no official ones
    assert [r.sentence() for r in failed if r.expectation != made_up] == []


def test_books_with_a_layout_of_their_own_are_left_to_it() -> None:
    weights = {"debt": 10, "overdue": 1, "acquired_claims": 3, "debt_incl_acquired": 13}
    content = books.regional(mortgage_debt.layout, weights, months=2)
    assert not loans_by_area.recognise(Payload(content))
    assert recognise(Payload(content)).PRODUCT == "cbr.mortgage_debt"


def put(sheet: str, cell: str, value: object):
    return lambda book: book[sheet].__setitem__(cell, value)


REFUSED = {
    "unknown words in a title": ("volume", put("итого", "A1", VOLUME + " на вторичном рынке, млн руб."), "unknown_title"),
    "another kind in one sheet": ("volume", put("итого", "A1", "Объем жилищных кредитов, предоставленных физическим лицам-резидентам, млн руб."), "stale_sheet"),
    "currency of the name": ("volume", put("в рублях", "A1", VOLUME + " в иностранной валюте, млн руб."), "currency_mismatch"),
    "unit": ("volume", put("итого", "A1", VOLUME + ", единиц"), "unit_mismatch"),
    "country": ("volume", put("итого", "A3", "Атлантида"), "unknown_area"),
    "sum": ("volume", put("итого", "B3", 10**9), "sum_mismatch"),
    "sheet gone": ("volume", lambda book: book.remove(book["в инвалюте"]), "missing_sheet"),
    "month": ("volume", put("итого", "C2", "01.03.2024"), "bad_period"),
    "overdue above debt": ("debt", put("в рублях", "B3", 0), "sum_mismatch"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    which, change, code = REFUSED[case]
    assert (
        books.refusal(lambda content: loans_by_area.read(Payload(content)), books.edited(book(which), change)) == code
    )


def test_a_book_of_another_kind_is_not_recognised() -> None:
    """A title that no reader knows, over areas: refused until its words are known."""
    title = "Задолженность по кредитам в рублях по видам экономической деятельности, млн руб."
    changed = books.edited(book("volume"), put("в рублях", "A1", title))
    assert books.refusal(lambda content: recognise(Payload(content)).read(Payload(content)), changed) == "unknown_title"


@pytest.mark.parametrize(("title", "kind"), [
    (DEPOSITS, "DEPOSIT_HOUSEHOLD_EXCL_ESCROW"),
    ("Вклады (депозиты) и другие привлеченные средства физических лиц (с учетом счетов эскроу)", "DEPOSIT_HOUSEHOLD"),
    ("Депозиты юридических лиц", "DEPOSIT_CORPORATE"),
    ("Средства индивидуальных предпринимателей", "FUNDS_ENTREPRENEUR"),
])  # fmt: skip
def test_books_of_funds_are_told_by_their_titles(title: str, kind: str) -> None:
    """02_27, 02_06, 02_05, 02_07: by area, and only sums make such a book certain."""
    plan = layout("reporting_date", ("funds", title, MILLIONS, SHEETS))
    content = books.regional(plan, {"funds": 3}, months=2, blank_first_row=False)
    payload = Payload(content)
    assert recognise(payload).PRODUCT == "cbr.funds_by_area"
    reading = recognise(payload).read(payload)
    assert set(reading.observations["product_code"]) == {kind} and reading.observations.height == 96 * 3 * 2
    assert [r.sentence() for r in check("cbr.funds_by_area", reading.table, where="x") if not r.success] == []
