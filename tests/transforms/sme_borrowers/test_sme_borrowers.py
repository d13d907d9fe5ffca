"""02_02_SME_Borrowers_info: blocks told by their titles, stocks dated by the day after, flows by their month."""

from __future__ import annotations

from datetime import date
from functools import cache
from io import BytesIO

import openpyxl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from tests.transforms.loans_by_activity.test_loans_by_activity import put
from transforms.banking.definitions import definitions
from transforms.model import Payload, ReadError
from transforms.products import recognise

sme_borrowers = books.product("sme_borrowers")

SHEET = "Данные"
DATES = ["01.02.2019", "01.03.2019", "01.04.2019"]
MONTHS = ["Январь 2019", "Февраль 2019", "Март 2019"]
WITH_DEBT = [232_975, 235_260, 241_044]  # as printed on those dates; all other figures are made up
BLOCKS: dict[int, tuple[str, str, int]] = {  # row of the header -> measure, title, row of the title; as of September 2026
    5: ("borrowers", "Количество субъектов МСП, имеющих задолженность (включая просроченную), ед.", 4),
    17: ("borrowers_overdue", "в том числе количество субъектов МСП, имеющих просроченную задолженность, ед.", 16),
    29: ("borrowers_granted", "2. Количество субъектов МСП, получивших кредит в отчетном месяце, ед.", 26),
    42: ("count_outstanding", "Количество кредитов субъектов МСП, по которым имеется задолженность (в том числе просроченная) по состоянию на отчетную дату, ед.", 41),
    54: ("count_overdue", "в том числе - количество кредитов субъектов МСП, по которым имеется просроченная задолженность по состоянию на отчетную дату, ед.", 53),
    66: ("count", "4. Количество кредитов, предоставленных субъектам МСП, в отчетном месяце, ед.", 63),
}  # fmt: skip
HEADINGS = {
    2: "1. Количество субъектов МСП, имеющих задолженность",
    39: "3. Количество кредитов субъектов МСП, по которым имеется задолженность по состоянию на отчетную дату, ед.",
}
KINDS = ("Субъекты МСП - юридические лица", "Субъекты МСП - индивидуальные предприниматели")
SIZES = ("Микропредприятие", "Малое предприятие", "Среднее предприятие")
SHARES = (60_000, 30_000, 2_000, 100_000, 9_000)


def parts(measure: str, month: int) -> list[int]:
    """Six sizes that make up all enterprises."""
    weight = {"borrowers": 1.0, "borrowers_overdue": 0.1, "count_outstanding": 2.0, "count_overdue": 0.2}.get(
        measure, 0.3
    )
    first = [round((share + 100 * month) * weight) for share in SHARES]
    total = WITH_DEBT[month] if measure == "borrowers" else sum(first) + 5 + month
    return [*first, total - sum(first)]


@cache
def book() -> bytes:
    """The sheet cell by cell where the bank's has them."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = SHEET
    for row, words in HEADINGS.items():
        sheet.cell(row, 1, words)
    for top, (measure, title, row) in BLOCKS.items():
        sheet.cell(row, 1, title)
        heads = DATES if sme_borrowers.layout.measures[measure].basis == "stock" else MONTHS
        sheet.cell(top + 1, 1, "Все российские субъекты МСП, всего, в том числе:")
        sheet.merge_cells(start_row=top + 1, end_row=top + 1, start_column=1, end_column=2)
        for kind, words in enumerate(KINDS):
            sheet.cell(top + 2 + 3 * kind, 1, words)
            sheet.merge_cells(start_row=top + 2 + 3 * kind, end_row=top + 4 + 3 * kind, start_column=1, end_column=1)
            for size, words in enumerate(SIZES):
                sheet.cell(top + 2 + 3 * kind + size, 2, words)
        for month, head in enumerate(heads):
            figures = parts(measure, month)
            for at, value in enumerate([head, sum(figures), *figures]):
                sheet.cell(top + at, 3 + month, value)
    return books.save(made)


def test_blocks_are_read_by_their_titles_and_dated_by_their_headers() -> None:
    assert recognise(Payload(book())).PRODUCT == "cbr.sme_borrowers"
    reading = sme_borrowers.read(Payload(book()))
    assert (reading.release.period, reading.table.height) == ("2019-03", 3 * 7)
    assert [r.sentence() for r in check("cbr.sme_borrowers", reading.table, where="x") if not r.success] == []
    made = reading.observations
    assert set(made["unit"]) == {"count"} and made.height == 3 * 7 * 6
    assert set(made["definition"]) == {"SME_REGISTER"} <= set(definitions()["definition"])
    ends = [date(2019, 1, 31), date(2019, 2, 28), date(2019, 3, 31)]
    debtors = made.filter(measure="borrowers", product_code="SME").sort("period_end")
    assert debtors.select("period_end", "value", "basis").rows() == [
        (end, float(n), "stock") for end, n in zip(ends, WITH_DEBT, strict=True)
    ]
    granted = made.filter(measure="count", product_code="SME_ENTREPRENEUR_SMALL").sort("period_end")
    assert granted["period_end"].to_list() == ends, "months stand for themselves, dates for the month before"
    assert set(granted["basis"]) == {"month"}
    assert granted["value"].to_list() == [float(parts("count", month)[4]) for month in range(3)]


REFUSED = {
    "a block of other words": (put(SHEET, "A16", "в том числе количество субъектов МСП, ед."), "unknown_title"),
    "a block without its title": (put(SHEET, "A41", None), "unknown_title"),
    "another unit": (put(SHEET, "A63", BLOCKS[66][1].replace("ед.", "тыс. ед.")), "unknown_unit"),
    "roubles": (put(SHEET, "A63", BLOCKS[66][1].replace("ед.", "млн руб.")), "unknown_title"),
    "months over a stock": (put(SHEET, "C5", "Январь 2019"), "bad_period"),
    "dates over a flow": (put(SHEET, "D29", "01.03.2019"), "bad_period"),
    "a month lost": (put(SHEET, "D17", "01.04.2019"), "period_gap"),
    "a block that ends earlier": (lambda made: [made[SHEET].cell(row, 5).__setattr__("value", None)
                                                for row in range(54, 62)], "stale_sheet"),
    "a size nobody knows": (put(SHEET, "B8", "Крупное предприятие"), "aside: unknown_label"),
    "a size twice": (put(SHEET, "B8", SIZES[0]), "duplicate_row"),
    "a row lost": (lambda made: [made[SHEET].cell(33, c).__setattr__("value", None) for c in range(2, 6)], "aside: missing_row"),
    "sizes that do not make up all": (put(SHEET, "C7", 10**6), "sum_mismatch"),
    "more overdue than there are": (lambda made: [made[SHEET].cell(row, 3).__setattr__("value", value)
                                                  for row, value in ((18, 10**6), (19, 10**6 - 5), (20, 1), (21, 1),
                                                                     (22, 1), (23, 1), (24, 1))], "part_exceeds_whole"),
    "an empty cell": (put(SHEET, "D9", None), "aside: empty_cell"),
    "a column without a period": (put(SHEET, "F9", 5), "aside: leftover_column"),
    "another sheet": (lambda made: made.copy_worksheet(made[SHEET]), "unknown_sheet"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    change, code = REFUSED[case]
    assert books.refusal(lambda c: sme_borrowers.read(Payload(c)), books.edited(book(), change)) == code


def test_a_footnote_below_the_blocks_changes_nothing() -> None:
    noted = books.edited(book(), put(SHEET, "A75", "Данные приведены по реестру субъектов МСП"))
    assert sme_borrowers.read(Payload(noted)).table.equals(sme_borrowers.read(Payload(book())).table)


def test_a_book_without_any_row_of_dates_is_refused() -> None:
    """Titles alone: told as a book whose blocks have no months, no crash of its reader."""
    changed = openpyxl.load_workbook(BytesIO(book()))
    for row in BLOCKS:
        for month in range(len(DATES)):
            changed.active.cell(row, 3 + month, None).value = None
    with pytest.raises(ReadError, match="stale_sheet"):
        sme_borrowers.read(Payload(books.save(changed), "book.xlsx"))
