"""Bulletin table (7) in the form to 2019, with the kinds of foreign-invested enterprises; invented figures add up."""

from __future__ import annotations

from tests.transforms.customs_case import page
from tests.transforms.customs_pages import Cell
from tests.transforms.customs_products import imports_by_enterprise_bulletin as imports
from tests.transforms.exports_by_enterprise_bulletin.test_exports_by_enterprise_bulletin import value


def test_kinds_of_foreign_invested_enterprises_to_2019() -> None:
    title = "(7) Imports by Type Enterprise and by Customs Regime, 1-2. 2018"
    heads: list[list[Cell]] = [
        [("Customs regime/Type of Enterprise", 1, 3), ("Total", 1, 2), ("SOE", 1, 2), ("FIE", 4, 1), ("POE", 1, 2), ("Other", 1, 2)],
        ["Sub.Tot", "CJV", "EJV", "FOE"],
        ["Value/±%"] * 8,
    ]  # fmt: skip
    names = ["TOTAL", "Ordinary Trade", "Processing and Assembling", "Process with Imported Materials", "Other"]
    body: list[list[Cell]] = []
    for name, times in zip(names, (10, 4, 3, 2, 1), strict=True):
        body += [[name, *(f"{times * n}" for n in (100, 14, 60, 10, 20, 30, 18, 8))], ["", *["1.0"] * 8]]
    rows = [[(title, 9, 1)], [("Unit: US$1,000", 9, 1)], *heads, *body]
    reading = imports.read(page((title, rows)))
    assert (reading.release.period, len(reading.table)) == ("2018-02", 5 * 8)
    assert value(reading, "REGIME_ORDINARY", "ENTERPRISE_FOREIGN_JOINT") == 80_000
    body[2][4] = "49"
    odd = imports.read(page((title, rows)))
    assert [(row.row, row.code) for row in odd.set_aside] == [("Ordinary Trade", "sum_mismatch")]
