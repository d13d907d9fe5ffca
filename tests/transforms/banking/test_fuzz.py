"""Mutants of official layouts are read right or refused with a reason; nothing else may happen.

Where a table checks itself (roubles + foreign currency = total, districts = country, shares = ratio of amounts), a mutant
that is read must give the original figures. Elsewhere the only promise is a ReadError instead of any other failure. How many
mutants there were and what became of them is printed by the last test (`pytest -rP` shows it).
"""

from __future__ import annotations

import random
from collections import Counter
from io import BytesIO

import openpyxl
import polars as pl
import pytest

from tests.transforms.banking import books
from tests.transforms.data_service.test_data_service import answer, link, row
from tests.transforms.data_service_table.test_data_service_table import answer as older_answer
from tests.transforms.data_service_table.test_data_service_table import row as older_row
from tests.transforms.form_101.test_form_101 import ROWS, rar, table, without_libarchive
from tests.transforms.fx_daily.test_fx_daily import page as rates
from tests.transforms.fx_daily.test_fx_daily import valute
from tests.transforms.fx_soap.test_fx_soap import dynamic as soap_rates
from tests.transforms.household_lending_risk.test_household_lending_risk import page as risk_page
from tests.transforms.household_lending_risk.test_household_lending_risk import rows_of
from tests.transforms.key_rate.test_key_rate import page as key_page
from tests.transforms.key_rate.test_key_rate import soap
from tests.transforms.loans_by_area.test_loans_by_area import book as area_book
from tests.transforms.mortgage.test_mortgage import book as mortgage_book
from tests.transforms.reports.test_signals import BULLETIN_EN, NOTE_EN
from tests.transforms.sme_302_19.test_sme_302_19 import book as sme_book
from transforms.banking import (
    data_service,
    data_service_table,
    form_101,
    fx_daily,
    fx_soap,
    household_debt,
    household_lending_risk,
    key_rate,
    loans_by_area,
    mortgage,
    mortgage_debt,
    sme_302_19,
)  # fmt: skip
from transforms.model import Payload, ReadError
from transforms.products import Product
from transforms.reports import narrative

MUTANTS = 40
outcomes: Counter[str] = Counter()
TEXTS = ["", "x", "-", "0,0", "нет", "1 000", "1.000,5", "РОССИЙСКАЯ ФЕДЕРАЦИЯ", "Белгородская область", "01.02.2019", "Январь 2019"]  # fmt: skip


def mutate_book(content: bytes, chance: random.Random) -> bytes:
    """One random change of cells, rows, columns or sheets."""
    book = openpyxl.load_workbook(BytesIO(content))
    sheet = chance.choice(book.worksheets)
    cell = sheet.cell(chance.randint(1, sheet.max_row), chance.randint(1, sheet.max_column))
    kind = chance.randrange(9)
    if kind == 0:
        sheet.delete_rows(cell.row)
    elif kind == 1:
        sheet.delete_cols(cell.column)
    elif kind == 2:
        sheet.insert_rows(cell.row)
    elif kind == 3:
        sheet.insert_cols(cell.column)
    elif kind == 4:
        book.remove(sheet)
        if not book.worksheets:
            book.create_sheet("x")
    elif kind == 5:
        sheet.title = "Лист1"
    elif kind == 6 and isinstance(cell.value, int | float):
        cell.value = cell.value * chance.choice([-1, 10, 100, 0.001]) + chance.choice([0, 7, 1000])
    elif type(cell).__name__ != "MergedCell":
        cell.value = chance.choice(TEXTS)
    return books.save(book)


def mutate_bytes(content: bytes, chance: random.Random) -> bytes:
    """One random cut, repetition, deletion or change of bytes."""
    at, length = chance.randrange(len(content)), chance.randint(1, 30)
    kind = chance.randrange(4)
    if kind == 0:
        return content[:at]
    if kind == 1:
        return content[:at] + content[at : at + length] + content[at:]
    if kind == 2:
        return content[:at] + content[at + length :]
    return content[:at] + bytes([chance.choice(b'0123456789,.-<>"/ xZ')]) + content[at + 1 :]


WEIGHTS = {"debt": 10, "overdue": 1, "acquired_claims": 3, "debt_incl_acquired": 13}
CHECKED: dict[str, tuple[Product, bytes, float]] = {  # reader, original, rounding in base units
    "household_debt": (household_debt, books.regional(household_debt.LAYOUT, WEIGHTS, months=2), 4.5e6),
    "mortgage_debt": (mortgage_debt, books.regional(mortgage_debt.LAYOUT, WEIGHTS, months=2), 4.5e6),
    "sme_302_19": (sme_302_19, sme_book(), 4.5e6),
    "loans_by_area": (loans_by_area, area_book("debt"), 4.5e6),
}
BYTES: dict[str, tuple[Product, bytes]] = {
    "fx_daily": (fx_daily, rates(valute("CNY", 10, "148,1340", "<VunitRate>14,8134</VunitRate>"), valute("USD", 1, "79,7296"))),
    "household_lending_risk": (household_lending_risk, risk_page(rows_of("2017"))),
    "key_rate_page": (key_rate, key_page()),
    "key_rate_soap": (key_rate, soap()),
    "data_service": (data_service, answer([row()], [link()])),
    "form_101": (form_101, table(form_101.FIELDS, ROWS)),
    "workbook": (mortgage, mortgage_book()),
    "fx_soap": (fx_soap, soap_rates(("2025-12-05", "R01235", "1", "76.9708"), ("2025-12-13", "R01235", "1", "79.7296"))),
    "data_service_table": (data_service_table, older_answer(older_row())),
    "form_101_rar": (form_101, rar(("112015B1.DBF", table(form_101.FIELDS, ROWS)))),
    "narrative": (narrative, (NOTE_EN + BULLETIN_EN).encode()),
}  # fmt: skip


def outcome(product: Product, content: bytes) -> pl.DataFrame | str:
    """The table, or the code of the refusal. Any other exception fails the test."""
    try:
        table = product.read(Payload(content, "mutant", options={"measure": "в рублях"})).table
    except ReadError as refusal:
        assert refusal.code and refusal.expected and refusal.got, "a refusal says what was expected and what came"
        outcomes[f"refused: {refusal.code}"] += 1
        return refusal.code
    outcomes["read"] += 1
    return table


@pytest.mark.parametrize("name", CHECKED)
def test_mutants_of_self_checking_books_give_the_original_figures_or_none(name: str) -> None:
    product, original, rounding = CHECKED[name]
    whole = outcome(product, original)
    assert isinstance(whole, pl.DataFrame)
    chance = random.Random(f"{name} 1")
    refused = 0
    for _ in range(MUTANTS):
        got = outcome(product, mutate_book(original, chance))
        if isinstance(got, str):
            refused += 1
            continue
        keys = ["period_end", "ref_area", "currency"]
        both = whole.join(got, on=keys, how="full", suffix="_got")
        for measure in [c for c, kind in whole.schema.items() if kind == pl.Float64]:
            changed = both.filter((pl.col(measure) - pl.col(f"{measure}_got")).abs() > rounding)
            assert changed.is_empty(), changed
        assert set(got["period_end"]) <= set(whole["period_end"])
    assert refused > MUTANTS / 3, "most changes must be noticed"


@pytest.mark.parametrize("name", BYTES)
def test_mutants_of_bytes_are_read_or_refused(name: str) -> None:
    if name.endswith("_rar") and without_libarchive():
        pytest.skip("the system has no libarchive")
    product, original = BYTES[name]
    assert isinstance(outcome(product, original), pl.DataFrame)
    chance = random.Random(f"{name} 1")
    results = [outcome(product, mutate_bytes(original, chance)) for _ in range(4 * MUTANTS)]
    if name != "narrative":  # prose checks nothing: a changed letter leaves its figures as they are
        assert sum(isinstance(got, str) for got in results) > MUTANTS / 2


def test_every_mutant_of_the_risk_table_keeps_its_amounts_or_is_refused() -> None:
    """Eight printed ratios check sixteen values: an amount that a mutant changes by more than rounding is noticed."""
    original = risk_page(rows_of("2017"))
    whole = outcome(household_lending_risk, original)
    assert isinstance(whole, pl.DataFrame)
    chance = random.Random(3)
    digits = [i for i, byte in enumerate(original) if chr(byte).isdigit() and original[i - 1 : i] in b"0123456789,"]
    for _ in range(2 * MUTANTS):
        at = chance.choice(digits)
        mutant = original[:at] + str(chance.randrange(10)).encode() + original[at + 1 :]
        got = outcome(household_lending_risk, mutant)
        if isinstance(got, pl.DataFrame):
            both = whole.join(got, on="period_end", suffix="_got")
            moved = (pl.col("debt") / pl.col("debt_got") - 1).abs() > 0.02
            assert both.filter(moved).is_empty()


def test_what_became_of_the_mutants() -> None:
    """Shown by `pytest -rP`; alone, without the mutants above, there is nothing to count."""
    total = sum(outcomes.values())
    print(f"{total} mutants: {dict(outcomes.most_common())}")
    assert not total or outcomes["read"] < total
