"""Mutants of every banking product are read right or refused with a reason; nothing else may happen.

A table that checks itself (roubles + foreign currency = total, parts = whole) gives the original figures or none. Formats
that print a figure once cannot know that a digit changed: how many such mutants were read is counted, and what they
change is for the second gate to see. The last test prints the table of docs/reliability.md (`pytest -rP`).
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Callable

import polars as pl
import pytest

from tests.fuzz.banking_mutants import BOOKS, BY_AREA, BYTES, mutate_book, mutate_bytes
from tests.transforms.household_lending_risk.test_household_lending_risk import page, rows_of
from transforms.banking import household_lending_risk
from transforms.model import Payload, ReadError
from transforms.products import MODULES, Product

MUTANTS = 40
SIBLINGS = 10  # of books that one reader reads by another layout
FIRST = ("household_debt", "mortgage_debt", "sme_302_19", "loans_by_area")
ROUNDING = 4.5  # nine printed figures, half of the last place each
PROSE = ("indicator", "segment", "value", "unit")
outcomes: dict[str, Counter[str]] = defaultdict(Counter)


def read(product: Product, content: bytes) -> pl.DataFrame | str:
    """The table, or the code of the refusal. Any other exception fails the test."""
    options = {"measure": "в рублях", "period": "2012-12-31"}
    name = "42012_P1.DBF" if product.PRODUCT == "cbr.form_102" else "mutant"
    try:
        return product.read(Payload(content, name, options=options)).table
    except ReadError as refusal:
        assert refusal.code and refusal.expected and refusal.got, "a refusal says what was expected and what came"
        return refusal.code


def agrees(whole: pl.DataFrame, got: pl.DataFrame, rounding: float) -> bool:
    """Does `got` hold nothing but figures of `whole`, each within `rounding`?"""
    keys = [c for c, kind in whole.schema.items() if kind != pl.Float64]
    both = got.join(whole, on=keys, how="left", suffix="_whole", nulls_equal=True, coalesce=True)
    apart = [
        ~(pl.col(c) - pl.col(f"{c}_whole")).abs().le(rounding).fill_null(False) & pl.col(c).is_not_null()
        for c, kind in whole.schema.items()
        if kind == pl.Float64
    ]
    known = set(whole.select(keys).iter_rows())
    return (
        both.filter(pl.any_horizontal(pl.lit(False), *apart)).is_empty() and set(got.select(keys).iter_rows()) <= known
    )


def tried(
    name: str, product: Product, original: bytes, mutate: Callable[[bytes, random.Random], bytes], times: int,
    rounding: float = 0.0,
) -> Counter[str]:  # fmt: skip
    """What became of `times` mutants: refused, read right, read otherwise."""
    whole = read(product, original)
    assert isinstance(whole, pl.DataFrame), whole
    columns = PROSE if name == "narrative" else tuple(whole.columns)
    chance = random.Random(f"{name} 1")
    for _ in range(times):
        got = read(product, mutate(original, chance))
        if isinstance(got, str):
            outcomes[name]["refused"] += 1
        else:
            right = agrees(whole.select(columns), got.select(columns), rounding)
            outcomes[name]["read right" if right else "read otherwise"] += 1
    return outcomes[name]


@pytest.mark.parametrize("name", BY_AREA)
def test_mutants_of_self_checking_books_give_the_original_figures_or_none(name: str) -> None:
    product, original = BY_AREA[name]
    rounding = ROUNDING if name.endswith("count") else ROUNDING * 1e6
    made = tried(name, product, original, mutate_book, MUTANTS if name in FIRST else SIBLINGS, rounding)
    assert made["read otherwise"] == 0
    assert made["refused"] > made.total() / 3, "most changes must be noticed"


@pytest.mark.parametrize("name", BOOKS)
def test_mutants_of_other_books_are_read_or_refused(name: str) -> None:
    product, original = BOOKS[name]
    made = tried(name, product, original, mutate_book, MUTANTS)
    assert made["refused"] > made.total() / 3


@pytest.mark.parametrize("name", BYTES)
def test_mutants_of_bytes_are_read_or_refused(name: str) -> None:
    product, original = BYTES[name]
    made = tried(name, product, original, mutate_bytes, 4 * MUTANTS)
    if name != "narrative":  # prose checks nothing: a changed letter leaves its figures as they are
        assert made["refused"] > made.total() / 2


def test_every_mutant_of_the_risk_table_keeps_its_amounts_or_is_refused() -> None:
    """Eight printed ratios check sixteen values: an amount that a mutant changes by more than rounding is noticed."""
    original = page(rows_of("2017"))
    whole = read(household_lending_risk, original)
    assert isinstance(whole, pl.DataFrame)
    chance = random.Random(3)
    digits = [i for i, byte in enumerate(original) if chr(byte).isdigit() and original[i - 1 : i] in b"0123456789,"]
    for _ in range(2 * MUTANTS):
        at = chance.choice(digits)
        mutant = original[:at] + str(chance.randrange(10)).encode() + original[at + 1 :]
        got = read(household_lending_risk, mutant)
        if isinstance(got, pl.DataFrame):
            both = whole.join(got, on="period_end", suffix="_got")
            moved = (pl.col("debt") / pl.col("debt_got") - 1).abs() > 0.02
            assert both.filter(moved).is_empty()


def test_every_banking_product_is_spoiled() -> None:
    tried_ = {product.PRODUCT for product, _ in (BY_AREA | BOOKS | BYTES).values()}
    made = {name.rpartition(".")[2] for name in MODULES if ".banking." in name or ".reports." in name}
    assert {product.rpartition(".")[2] for product in tried_} == made


def test_what_became_of_the_mutants() -> None:
    """Shown by `pytest -rP`; alone, without the mutants above, there is nothing to count."""
    kinds = ("refused", "read right", "read otherwise")
    print("| product | mutants | refused | read right | read otherwise |\n|---|---|---|---|---|")
    for name, made in outcomes.items():
        print(f"| {name} | {made.total()} | {' | '.join(str(made[kind]) for kind in kinds)} |")
    total = sum(outcomes.values(), Counter())
    print(f"| all | {total.total()} | {' | '.join(str(total[kind]) for kind in kinds)} |")
    assert not total or total["read otherwise"] < total.total() / 10
