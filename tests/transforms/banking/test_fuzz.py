"""Mutants of every banking product are read right or refused with a reason; nothing else may happen.

A table that checks itself (roubles + foreign currency = total, parts = whole) gives the original figures or none, and so
does any file that lost or gained something by a fault named in REQUIRED. What a format prints once it cannot know to be
changed: how many such mutants were read is counted on a line of its own, and what they change is for the second gate to
see. The last test prints the tables of docs/reliability.md (`pytest -rP`).
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping

import polars as pl
import pytest

from tests.fuzz import MANY
from tests.fuzz.banking_faults import BOOK_FAULTS, BYTE_FAULTS, REQUIRED, UNTOLD, Fault
from tests.fuzz.banking_mutants import BOOKS, BY_AREA, BYTES, Original
from tests.transforms.banking import books
from tests.transforms.data_service_table.test_data_service_ex import OPTIONS as EX
from tests.transforms.household_lending_risk.test_household_lending_risk import page, rows_of
from transforms.banking import household_lending_risk
from transforms.model import Payload, ReadError
from transforms.products import Product, all_products

EACH = 4  # mutants of a fault
SIBLINGS = 1  # of books that one reader reads by another layout
OF_BYTES = 12
FIRST = ("household_debt", "mortgage_debt", "sme_302_19", "loans_by_area")
ROUNDING = 4.5  # nine printed figures, half of the last place each
NAMES = ("name", "native_title", "where")  # what is printed beside a figure, and its place
PROSE = ("indicator", "segment", "value", "unit")
outcomes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)  # by product and fault


def read(product: Product, content: bytes) -> pl.DataFrame | str:
    """The table, or the code of the refusal. Any other exception fails the test."""
    options = {"measure": "в рублях", "period": "2012-12-31"} | EX
    name = "42012_P1.DBF" if product.PRODUCT == "cbr.form_102" else "mutant"
    try:
        reading = product.read(Payload(content, name, options=options))
        books.believed(reading)
        return reading.observations if product.PRODUCT == "cbr.key_rate" else reading.table  # days count as changes
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


def tried(name: str, made_of: Original, faults: Mapping[str, Fault], times: int, rounding: float = 0.0) -> Counter[str]:
    """What became of `times` mutants of each fault: refused, read right, read otherwise."""
    product, original = made_of[0], made_of[1]()
    whole = read(product, original)
    assert isinstance(whole, pl.DataFrame), whole
    columns = PROSE if name == "narrative" else tuple(c for c in whole.columns if c not in NAMES)
    made: Counter[str] = Counter()
    for fault, spoil in faults.items():
        if UNTOLD.get(name) == fault:
            continue
        chance = random.Random(f"{name} {fault}")
        for _ in range(times * MANY):
            mutant = spoil(original, chance)
            if mutant is None or mutant == original:
                continue
            got = read(product, mutant)
            if isinstance(got, str):
                kind = "refused"
            else:
                right = agrees(whole.select(columns), got.select(columns), rounding)
                kind = "read right" if right else "read otherwise"
            outcomes[name, fault][kind] += 1
            made[kind] += 1
    wrong = [fault for fault in REQUIRED if outcomes[name, fault]["read otherwise"]]
    assert wrong == [], "a figure that was not printed"
    return made


@pytest.mark.slow
@pytest.mark.parametrize("name", BY_AREA)
def test_mutants_of_self_checking_books_give_the_original_figures_or_none(name: str) -> None:
    rounding = ROUNDING if name.endswith("count") else ROUNDING * 1e6
    made = tried(name, BY_AREA[name], BOOK_FAULTS, EACH if name in FIRST else SIBLINGS, rounding)
    assert made["read otherwise"] == 0
    assert made["refused"] > made.total() / 3, "most changes must be noticed"


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_mutants_of_other_books_are_read_or_refused(name: str) -> None:
    made = tried(name, BOOKS[name], BOOK_FAULTS, EACH)
    assert made["refused"] > made.total() / 4, "others cost their row alone, or change nothing that is read"


@pytest.mark.slow
@pytest.mark.parametrize("name", BYTES)
def test_mutants_of_bytes_are_read_or_refused(name: str) -> None:
    made = tried(name, BYTES[name], BYTE_FAULTS, OF_BYTES)
    if name != "narrative":  # prose checks nothing: a changed letter leaves its figures as they are
        assert made["refused"] > made.total() / 2


@pytest.mark.slow
def test_every_mutant_of_the_risk_table_keeps_its_amounts_or_is_refused() -> None:
    """Eight printed ratios check sixteen values: an amount that a mutant changes by more than rounding is noticed."""
    original = page(rows_of("2017"))
    whole = read(household_lending_risk, original)
    assert isinstance(whole, pl.DataFrame)
    chance = random.Random(3)
    digits = [i for i, byte in enumerate(original) if chr(byte).isdigit() and original[i - 1 : i] in b"0123456789,"]
    for _ in range(80):
        at = chance.choice(digits)
        mutant = original[:at] + str(chance.randrange(10)).encode() + original[at + 1 :]
        got = read(household_lending_risk, mutant)
        if isinstance(got, pl.DataFrame):
            both = whole.join(got, on="period_end", suffix="_got")
            moved = (pl.col("debt") / pl.col("debt_got") - 1).abs() > 0.02
            assert both.filter(moved).is_empty()


def test_every_banking_product_is_spoiled() -> None:
    tried_ = {product.PRODUCT for product, _ in (BY_AREA | BOOKS | BYTES).values()}
    published = {name for name, product in all_products().items() if product.SOURCE in ("cbr", "reports")}
    assert tried_ == published - {"reports.confirmed"}, "what a person confirmed is no file of a publisher"


def test_what_became_of_the_mutants() -> None:
    """Shown by `pytest -rP`; alone, without the mutants above, there is nothing to count."""
    for what, place in (("fault", 1), ("product", 0)):
        sums: dict[str, Counter[str]] = defaultdict(Counter)
        for key, made in outcomes.items():
            sums[key[place]] += made
        sums["all"] = sum(outcomes.values(), Counter())
        print(f"| {what} | mutants | refused | read right | read otherwise |\n|---|---|---|---|---|")
        for name, made in sums.items():
            print(f"| {name} | {made.total()} | {made['refused']} | {made['read right']} | {made['read otherwise']} |")
    assert not outcomes or sums["all"]["read otherwise"] < sums["all"].total() / 20
