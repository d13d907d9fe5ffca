"""obs_tabl20с since 2024: codes one column to the right, lines of households under codes of government."""

from __future__ import annotations

from datetime import date
from functools import cache

import openpyxl
import pytest

from expectations.gate import check
from tests.transforms.banking import books
from transforms.model import Payload
from transforms.products import recognise

sector_loans, loan_portfolio = books.product("sector_loans"), books.product("loan_portfolio")
LINES = sector_loans.layout.measures
CODES = {name: line.code for name, line in sector_loans.layout.measures.items()}
PARTS = {one.total: one.parts for one in sector_loans.layout.sums}


TITLES = {  # of September 2026
    "ALL": "Структура активов кредитных организаций, сгруппированных по направлениям вложений (Таблица сборника)",
    "RUB": "Структура активов кредитных организаций в рублях, сгруппированных по направлениям вложений, млрд руб.",
    "FX": "Структура активов кредитных организаций в иностранной валюте, сгруппированных по направлениям вложений, млрд руб.",
}
SHEETS = {"ALL": "Активы - всего", "RUB": "Активы - рубли", "FX": "Активы - валюта"}
CASH = {"ALL": 5737.276465, "RUB": 2878.493571, "FX": 2858.782894}  # official, 1 February 2016; loans are made up
SHARES = {"ALL": 1.5, "RUB": 1.25, "FX": 0.25}


def amount(name: str, currency: str = "ALL") -> float:
    return float(sum(amount(part, currency) for part in PARTS[name])) if name in PARTS else SHARES[currency]


@cache
def book() -> bytes:
    """As the bank prints it: a first column and rows that are empty, a caption for each block, other lines between."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for currency, name in SHEETS.items():
        sheet = made.create_sheet(name)
        sheet.append([])
        sheet.append([None, TITLES[currency]])
        sheet.append([])
        sheet.append([None, "№ п.п.", "Показатель (млрд руб.)", date(2026, 7, 1), date(2026, 8, 1)])
        sheet.append([None, "Активы всего"])
        sheet.append([None, 1, "Денежные средства и их эквиваленты", CASH[currency], "x" if currency != "ALL" else 9.5])
        for line, measure in LINES.items():
            value = amount(line, currency)
            sheet.append([None, CODES[line], measure.title, value, "x" if line == "all_provisions" else value])
        sheet.append([None, None, "ППТ действующие", 1, 1])
        sheet.append([None, "Итого активов", None, 9, 9])
    made.create_sheet("Активы - в ин. валюте $").append([None, "x"])
    return books.save(made)


def test_lines_of_loans_are_series_apart_from_those_before_2024() -> None:
    content = book()
    assert recognise(Payload(content)).PRODUCT == "cbr.sector_loans"
    reading = sector_loans.read(Payload(content))
    made = reading.observations.filter(period_end=date(2026, 6, 30), product_code="HOUSEHOLD", currency="ALL")
    assert sorted(made.select("measure", "definition", "value").rows()) == [
        ("accrued_interest", "SECTOR_2024", 1.5e9), ("acquired_claims", "SECTOR_ACQUIRED_PERFORMING_2024", 1.5e9),
        ("debt", "SECTOR_2024", 6e9), ("debt", "SECTOR_PERFORMING_2024", 1.5e9), ("overdue", "RAS_OVERDUE_2024", 1.5e9),
    ]  # fmt: skip
    assert sum(note.startswith("3 other lines of ") for note in reading.notes) == 3
    before = {measure.definition for measure in loan_portfolio.layout.measures.values()}
    assert not before & set(reading.observations["definition"]), "two presentations never share a series"
    assert [r.sentence() for r in check("cbr.sector_loans", reading.table, where="obs") if not r.success] == []


def test_roubles_and_foreign_currency_are_sheets_of_their_own() -> None:
    made = sector_loans.read(Payload(book())).observations
    debt = made.filter(period_end=date(2026, 7, 31), product_code="HOUSEHOLD", definition="SECTOR_2024", measure="debt")
    assert dict(debt.select("currency", "value").rows()) == {"ALL": 6e9, "RUB": 5e9, "FX": 1e9}


def put(sheet: str, cell: str, value: object):
    return lambda made: made[sheet].__setitem__(cell, value)


REFUSED = {
    "overdue of companies": (put("Активы - всего", "D12", 99.5), "sum_mismatch"),
    "a line": (put("Активы - всего", "C11", "Просроченная задолженность банков"), "aside: missing_row"),
    "a line of the rouble sheet": (
        put("Активы - рубли", "C11", "Просроченная задолженность банков"),
        "aside: missing_row",
    ),
    "a date": (put("Активы - всего", "E4", date(2026, 9, 1)), "period_gap"),
    "a month that one sheet lacks": (lambda made: made["Активы - валюта"].delete_cols(5), "stale_sheet"),
    "the title of another currency": (put("Активы - всего", "B2", TITLES["RUB"]), "currency_mismatch"),
    "the title of the liabilities": (put("Активы - рубли", "B2", "Структура пассивов в рублях"), "unknown_title"),
    "unit": (put("Активы - валюта", "C4", "Показатель (млн руб.)"), "unknown_title"),
    "text": (put("Активы - рубли", "D8", "нет"), "not_a_number"),
    "roubles that do not make the total": (put("Активы - рубли", "D7", 99.5), "sum_mismatch"),
    "a sheet lost": (lambda made: made.remove(made["Активы - валюта"]), "missing_sheet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    change, code = REFUSED[case]
    assert books.refusal(lambda content: sector_loans.read(Payload(content)), books.edited(book(), change)) == code
