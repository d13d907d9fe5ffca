"""02_03 of corporations: shown whole, kept to kopecks; zeros as text; benchmarks make the floating part."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.model import Payload, ReadError
from transforms.products import recognise

corporate_debt_by_rate = books.product("corporate_debt_by_rate")

WORDS = {"rows": corporate_debt_by_rate.layout.rows, "recognise": corporate_debt_by_rate.layout.recognise}


def book() -> bytes:
    """The first total is the official one of 1 February 2019; its split is made up."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Данные"
    sheet.append([f"{WORDS['recognise']}, млн руб."])
    sheet.append([None, date(2019, 2, 1), date(2019, 3, 1)])
    floating = {"KEY_RATE": 9000000.4, "MOSPRIME": 1458250.1871635}
    for code, label in WORDS["rows"].items():
        value = {"TOTAL": 32458250.1871635, "FIXED": 21999999.6, "FLOATING": 10458250.5871635}.get(code, floating.get(code, "0"))  # fmt: skip
        sheet.append([label if code in ("TOTAL", "FIXED", "FLOATING") else f"    {label}", value, value])
    sheet.append(["* Прочие компоненты за исключением вышеперечисленных"])
    return books.save(made)


def test_debt_by_rate_in_roubles_at_the_end_of_january() -> None:
    content = book()
    assert recognise(Payload(content)).PRODUCT == "cbr.corporate_debt_by_rate"
    reading = corporate_debt_by_rate.read(Payload(content))
    first = reading.observations.filter(pl.col("period_end") == date(2019, 1, 31))
    values = dict(first.select("product_code", "value").rows())
    assert values["CORPORATE_AND_ENTREPRENEURS_RATE_TOTAL"] == 32_458_250e6
    assert values["CORPORATE_AND_ENTREPRENEURS_RATE_RUONIA"] == 0.0, "a printed zero is a figure"
    assert set(first["definition"]) == {"RESIDENTS_INCL_ACQUIRED"}
    assert [r.sentence() for r in check("cbr.corporate_debt_by_rate", reading.table, where="x") if not r.success] == []


def test_a_row_set_aside_leaves_a_table_that_passes_the_gate() -> None:
    changed = books.edited(book(), lambda made: made["Данные"].__setitem__("B9", "#REF!"))
    reading = corporate_debt_by_rate.read(Payload(changed))
    assert [row.code for row in reading.set_aside] == ["not_a_number"]
    assert [r.sentence() for r in check("cbr.corporate_debt_by_rate", reading.table, where="x") if not r.success] == []


@pytest.mark.parametrize(("sign", "page"), [(",", "utf-8"), (";", "cp1251"), ("\t", "utf-16")])
def test_the_sheet_saved_as_text_is_read_as_the_sheet(sign: str, page: str) -> None:
    content = books.saved_as_text(book(), sign, page)
    assert recognise(Payload(content, "book.csv")).PRODUCT == "cbr.corporate_debt_by_rate"
    reading = books.believed(corporate_debt_by_rate.read(Payload(content)))
    assert reading.observations.equals(corporate_debt_by_rate.read(Payload(book())).observations)


def test_text_that_ends_within_a_line_is_not_read() -> None:
    cut = books.saved_as_text(book(), ",", "utf-8").rstrip()[:-90]
    with pytest.raises(ReadError) as refusal:
        recognise(Payload(cut, "book.csv"))
    assert refusal.value.code == "no_reader", "a table that nobody reads is no prose"


@pytest.mark.parametrize(("cell", "value", "code"), [
    ("B4", 21999990, "sum_mismatch"),
    ("B6", 9000010, "sum_mismatch"),
    ("A9", "    SOFR", "aside: unknown_label"),
    ("A1", f"{WORDS['recognise']}, тыс. ед.", "unknown_unit"),
    ("C2", date(2019, 4, 1), "period_gap"),
])  # fmt: skip
def test_refused(cell: str, value: object, code: str) -> None:
    changed = books.edited(book(), lambda made: made["Данные"].__setitem__(cell, value))
    assert books.refusal(lambda content: corporate_debt_by_rate.read(Payload(content)), changed) == code
