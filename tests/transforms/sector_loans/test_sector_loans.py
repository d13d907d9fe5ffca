"""obs_tabl20с since 2024: codes one column to the right, lines of households under codes of government."""

from __future__ import annotations

from datetime import date

import openpyxl
import polars as pl
import pytest
import yaml

from expectations.gate import check
from tests.transforms.banking import books
from transforms.banking import loan_portfolio, sector_loans
from transforms.model import Payload, ReadError
from transforms.products import recognise

CODES = yaml.safe_load(sector_loans._YAML.read_text("utf-8"))["codes"]
PARTS = dict(sector_loans.LAYOUT.sums)


def amount(name: str) -> float:
    return float(sum(amount(part) for part in PARTS[name])) if name in PARTS else 1.5


def book() -> bytes:
    """As the bank prints it: a first column and rows that are empty, a caption for each block, other lines between."""
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "Активы - всего"
    sheet.append([])
    sheet.append([None, f"{sector_loans.LAYOUT.recognise} (Таблица сборника)"])
    sheet.append([])
    sheet.append([None, "№ п.п.", "Показатель (млрд руб.)", date(2026, 7, 1), date(2026, 8, 1)])
    sheet.append([None, "Активы всего"])
    sheet.append([None, 1, "Денежные средства и их эквиваленты", 5737.276465, 5647.010318])
    for name, measure in sector_loans.LAYOUT.measures.items():
        sheet.append(
            [None, CODES[name], measure.title, amount(name), "x" if name == "all_provisions" else amount(name)]
        )
    sheet.append([None, None, "ППТ действующие", 1, 1])
    sheet.append([None, "Итого активов", None, 9, 9])
    made.create_sheet("Активы - рубли").append([None, "x"])
    return books.save(made)


def test_lines_of_loans_are_series_apart_from_those_before_2024() -> None:
    content = book()
    assert recognise(Payload(content)).PRODUCT == "cbr.sector_loans"
    reading = sector_loans.read(Payload(content))
    made = reading.observations.filter(pl.col("period_end") == date(2026, 6, 30), pl.col("product_code") == "HOUSEHOLD")
    assert sorted(made.select("measure", "definition", "value").rows()) == [
        ("accrued_interest", "SECTOR_2024", 1.5e9), ("acquired_claims", "SECTOR_ACQUIRED_PERFORMING_2024", 1.5e9),
        ("debt", "SECTOR_2024", 6e9), ("debt", "SECTOR_PERFORMING_2024", 1.5e9), ("overdue", "RAS_OVERDUE_2024", 1.5e9),
    ]  # fmt: skip
    assert reading.notes == ("3 other lines of Активы - всего and 1 other sheets not read",)
    before = {measure.definition for measure in loan_portfolio.LAYOUT.measures.values()}
    assert not before & set(reading.observations["definition"]), "two presentations never share a series"
    assert [r.sentence() for r in check("cbr.sector_loans", reading.table, where="obs") if not r.success] == []


@pytest.mark.parametrize(("cell", "value", "code"), [
    ("D12", 99.5, "sum_mismatch"),  # overdue of nonfinancial companies
    ("C11", "Просроченная задолженность банков", "missing_row"),
    ("E4", date(2026, 9, 1), "period_gap"),
    ("B2", "Структура активов кредитных организаций в рублях", "unknown_title"),
    ("C4", "Показатель (млн руб.)", "unknown_title"),
    ("D8", "нет", "not_a_number"),
])  # fmt: skip
def test_refused(cell: str, value: object, code: str) -> None:
    changed = books.edited(book(), lambda made: made["Активы - всего"].__setitem__(cell, value))
    with pytest.raises(ReadError) as refusal:
        sector_loans.read(Payload(changed))
    assert refusal.value.code == code
