"""02_12: districts of borrowers across, of lenders down, Moscow beside its district on both sides."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking import areas
from transforms.model import Payload
from transforms.products import recognise

mortgage_by_lender = books.product("mortgage_by_lender")

LAYOUT = mortgage_by_lender.layout.words
MOSCOW = next(label for label, code in LAYOUT["borrowers"].items() if code == "RU-MOW")
DISTRICTS = {label: code for label, code in LAYOUT["borrowers"].items() if label != MOSCOW}
LENDERS = [areas.areas()[code].name for code in DISTRICTS.values()]


def book() -> bytes:
    wb = openpyxl.Workbook()
    wb.remove(wb.active)
    for currency, name in LAYOUT["names"].items():
        sheet = wb.create_sheet(name)
        stem, districts = LAYOUT["stem"].split(" (")
        sheet.append([f"{stem}{books.PHRASES[currency]} ({districts}, млн руб."])
        sheet.append(["Декабрь 2024"])
        heads = [f"{LAYOUT['column']} {words}" for words in DISTRICTS]
        sheet.append([LAYOUT["corner"], heads[0], MOSCOW, *heads[1:]])
        share = {"RUB": 7, "FX": 0, "ALL": 7}[currency]
        for number, label in enumerate([LENDERS[0], "    из них: г. Москва", *LENDERS[1:]]):
            sheet.append([label, *[share * (20 - number - column) for column in range(9)]])
        sheet["D5"] = "0" if currency == "FX" else sheet["D5"].value  # a zero may be text
    return books.save(wb)


def test_pairs_of_districts() -> None:
    assert recognise(Payload(book())).PRODUCT == "cbr.mortgage_by_lender"
    reading = mortgage_by_lender.read(Payload(book()))
    assert reading.table.height == 9 * 9 * 3
    made = reading.observations.filter((pl.col("currency") == "RUB") & (pl.col("ref_area") == "RU-MOW"))
    row = made.filter(pl.col("counterpart_area") == "RUS_FD_CENTRAL").row(0, named=True)
    got = (row["value"], row["period_end"], row["definition"])
    assert got == (7 * 19e6, date(2024, 12, 31), "RESIDENTS_BY_LENDER_DISTRICT")
    assert [r.sentence() for r in check("cbr.mortgage_by_lender", reading.table, where="x") if not r.success] == []


def put(cell: str, value: object, sheet: str = "в рублях"):
    return lambda wb: wb[sheet].__setitem__(cell, value)


def test_a_row_set_aside_leaves_a_table_that_passes_the_gate() -> None:
    reading = mortgage_by_lender.read(Payload(books.edited(book(), put("C9", "#REF!"))))
    assert [row.code for row in reading.set_aside] == ["not_a_number"]
    assert [r.sentence() for r in check("cbr.mortgage_by_lender", reading.table, where="x") if not r.success] == []


REFUSED = {
    "digit": (put("C9", 8), "sum_mismatch"),
    "district": (put("D3", f"{LAYOUT['column']} Крайнего федерального округа"), "unknown_heading"),
    "lender": (put("A6", "Крайний федеральный округ"), "aside: unknown_area"),
    "row lost": (lambda wb: wb["итого"].delete_rows(9), "aside: missing_row"),
    "sheet lost": (lambda wb: wb.remove(wb["итого"]), "missing_sheet"),
    "month": (put("A2", "Декабрь"), "unknown_title"),
    "other month": (put("A2", "Ноябрь 2024"), "stale_sheet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    change, code = REFUSED[case]
    assert (
        books.refusal(lambda content: mortgage_by_lender.read(Payload(content)), books.edited(book(), change)) == code
    )


def test_official_snapshot() -> None:
    """December 2024: 67,620 million to borrowers of the Central district by lenders of it, 26,421 Moscow to Moscow."""
    content = books.official("02_12_Mortgage_by_fed_distr_20250101.xlsx").read_bytes()
    assert recognise(Payload(content)).PRODUCT == "cbr.mortgage_by_lender"
    table = mortgage_by_lender.read(Payload(content)).table.filter(pl.col("currency") == "ALL")
    cells = {(r["borrower"], r["lender"]): r["new_loans"] for r in table.iter_rows(named=True)}
    assert cells["RUS_FD_CENTRAL", "RUS_FD_CENTRAL"] == 67_620e6
    assert cells["RU-MOW", "RU-MOW"] == 26_421e6
    districts = set(DISTRICTS.values())
    total = sum(v for (b, lender), v in cells.items() if b in districts and lender in districts)
    assert abs(total - 291_146e6) < 40e6, "all pairs make the December volume of 02_02 to rounding"
