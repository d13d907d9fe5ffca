"""deposits.xlsx: depositors over terms in a header of several rows, months down the rows; the data service's series."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking import rates_by_term
from transforms.model import Payload, ReadError
from transforms.products import recognise

TERMS = ["''до востребова-ния''**", "до 30 дней, включая ''до востребова-ния''", "от 91 до 180 дней", "свыше 1 года"]
COMPANIES = TERMS[1:]
MONTHS = ["Январь 2020", "Февраль 2020", "Март 2020"]


def book(**sheets: list[list[object]]) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    rates = [[month, *(round(1 + m / 10 + t, 2) for t in range(7))] for m, month in enumerate(MONTHS)]
    for name, rows in ({"ставки_руб": rates, "ставки_долл.США": rates, "cтруктура_руб": rates} | sheets).items():
        sheet = made.create_sheet(name)
        unit = "млн руб." if name.startswith("объем") else "% годовых"
        sheet.append([f"Сведения по вкладам (депозитам) физических лиц и нефинансовых организаций, {unit}"])
        sheet.append([None, "Физических лиц, со сроком привлечения", None, None, None,
                      "Нефинансовых организаций, со сроком привлечения"])  # fmt: skip
        sheet.append([None, *TERMS, *COMPANIES])
        for row in rows:
            sheet.append(row)
        sheet.append(["* Сноска"])
        sheet.merge_cells("B2:E2")
        sheet.merge_cells("F2:H2")
    return books.save(made)


def test_rates_by_depositor_and_term_are_the_series_of_the_data_service() -> None:
    payload = Payload(book(), "deposits.xlsx")
    assert recognise(payload).PRODUCT == "cbr.rates_by_term"
    reading = rates_by_term.read(payload)
    one = reading.observations.filter(product_code="DEPOSIT_NONFINANCIAL_91_TO_180_DAYS", currency="USD")
    assert one.select("dataset", "measure", "definition", "basis", "unit").unique().rows() == [
        ("interest_rate", "rate", "RESIDENTS", "month", "percent")
    ]
    assert one.sort("period_end").select("period_end", "value").rows()[2] == (date(2020, 3, 31), 6.2)
    assert set(reading.observations["measure"]) == {"rate", "share"} and len(reading.observations) == 3 * 3 * 7
    assert [r.sentence() for r in check("cbr.rates_by_term", reading.table, where="x") if not r.success] == []


def test_volumes_are_in_the_unit_of_the_title() -> None:
    rows: list[list[object]] = [[month, *[100] * 7] for month in MONTHS]
    made = rates_by_term.read(Payload(book(объем_руб=rows))).observations.filter(measure="volume")
    assert set(made["value"]) == {100e6} and set(made["unit"]) == {"RUB"}
    with pytest.raises(ReadError, match="unit_mismatch"):
        rates_by_term.read(Payload(book(объем_евро=rows)))


def put(cell: str, value: object) -> bytes:
    return books.edited(book(), lambda wb: wb["ставки_руб"].__setitem__(cell, value))


def test_a_month_that_cannot_be_read_is_set_aside() -> None:
    reading = rates_by_term.read(Payload(put("C5", "####")))
    assert [(row.row, row.where) for row in reading.set_aside] == [("Февраль 2020", "sheet 'ставки_руб', cell C5")]
    kept = reading.observations.filter(pl.col("currency") == "RUB", pl.col("measure") == "rate")
    assert set(kept["period_end"]) == {date(2020, 1, 31), date(2020, 3, 31)}


def test_a_new_term_costs_its_column() -> None:
    reading = rates_by_term.read(Payload(put("D3", "от 5 до 7 дней")))
    assert [(row.code, row.row) for row in reading.set_aside] == [("unknown_heading", "от 5 до 7 дней")]
    assert len(reading.observations) == 3 * 3 * 7 - 3


@pytest.mark.parametrize(("title", "lost"), [("Ставки по вкладам в рублях, % годовых", 0), ("Вклады, % годовых", 1)])
def test_a_sheet_under_another_name_is_told_by_its_words_or_set_aside(title: str, lost: int) -> None:
    def rename(made: openpyxl.Workbook) -> None:
        made["ставки_руб"]["A1"], made["ставки_руб"].title = title, "Лист1"

    reading = rates_by_term.read(Payload(books.edited(book(), rename)))
    assert [row.code for row in reading.set_aside] == ["unknown_sheet"] * lost
    assert len(reading.observations) == (3 - lost) * 3 * 7


REFUSED = {
    "new terms": (books.edited(book(), lambda wb: [wb["ставки_руб"].__setitem__(c, f"{c} дней") for c in ("C3", "D3")]),
                  "unknown_heading"),
    "a term twice": (put("D3", "свыше 1 года"), "duplicate_row"),
    "a month lost": (put("A5", "Апрель 2020"), "bad_period"),
    "two months unreadable": (books.edited(book(), lambda wb: [wb["ставки_руб"].__setitem__(c, "-?") for c in ("C5", "C6")]),
                              "too_many_set_aside"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    content, code = REFUSED[case]
    with pytest.raises(ReadError, match=code):
        rates_by_term.read(Payload(content))
