"""02_14 mortgage debt: with and without acquired claims are two definitions; sheets start on different dates."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.banking import books
from transforms.model import Payload, ReadError
from transforms.products import recognise

mortgage = books.product("mortgage")
mortgage_debt = books.product("mortgage_debt")

WEIGHTS = {"debt": 10, "overdue": 1, "acquired_claims": 3, "debt_incl_acquired": 13}


@pytest.fixture(scope="module")
def book() -> bytes:
    return books.regional(mortgage_debt.layout, WEIGHTS, blank_first_row=False)


def test_recognised(book: bytes) -> None:
    assert recognise(Payload(book)).PRODUCT == "cbr.mortgage_debt"


def test_debt_with_and_without_acquired_claims_are_two_series(book: bytes) -> None:
    made = mortgage_debt.read(Payload(book)).observations
    debts = made.filter(pl.col("measure") == "debt")["definition"].unique()
    assert set(debts) == {"RESIDENTS_EXCL_ACQUIRED", "RESIDENTS_INCL_ACQUIRED"}
    assert "debt_incl_acquired" not in set(made["measure"])


@pytest.mark.slow
def test_acquired_claims_may_start_later_than_debt(book: bytes) -> None:
    def drop_first_month(wb):
        for name in [n for n in wb.sheetnames if "приобр" in n]:
            wb[name].delete_cols(2)

    table = mortgage_debt.read(Payload(books.edited(book, drop_first_month))).table
    first = table.filter(pl.col("period_end") == date(2024, 2, 29))
    assert first["acquired_claims"].null_count() == len(first)
    assert first["debt"].null_count() == 0


def test_debt_plus_claims_must_be_debt_including_claims(book: bytes) -> None:
    wrong = books.regional(mortgage_debt.layout, WEIGHTS | {"debt_incl_acquired": 14}, blank_first_row=False)
    with pytest.raises(ReadError) as refusal:
        books.believed(mortgage_debt.read(Payload(wrong)))
    assert (refusal.value.code, "debt_incl_acquired" in refusal.value.expected) == ("sum_mismatch", True)


def test_a_sheet_that_was_not_updated_is_refused(book: bytes) -> None:
    with pytest.raises(ReadError) as refusal:
        mortgage_debt.read(Payload(books.edited(book, lambda wb: wb["по приобр. правам в рублях"].delete_cols(4))))
    assert refusal.value.code == "stale_sheet"


@pytest.mark.slow
def test_equals_the_published_figures() -> None:
    """The six figures of 2025-02-01 that the tidy file takes from this book."""
    got = mortgage_debt.read(Payload(books.official("02_14_Debt_mortgage.xlsx").read_bytes())).table
    cells = {r["currency"]: r for r in got.filter(pl.col("ref_area") == "RUS").iter_rows(named=True)
             if r["reporting_date"] == date(2025, 2, 1)}  # fmt: skip
    rows = [row for row in books.tidy("mortgage_monthly.csv") if "02_14" in row["source"]]
    assert len(rows) == 6
    for row in rows:
        assert cells[row["currency"].replace("TOTAL", "ALL")][row["measure"]] == float(row["value"]) * 1e6


@pytest.mark.slow
def test_revises_one_date_of_the_older_book_and_repeats_the_rest() -> None:
    """README: 02_14 of March against 02_02 of February 2025 differs for 2024-12-01 alone (91,008 became 91,121)."""
    new = mortgage_debt.read(Payload(books.official("02_14_Debt_mortgage.xlsx").read_bytes())).observations
    old = mortgage.read(Payload(books.official("02_02_Mortgage.xlsx").read_bytes())).observations
    keys = [c for c in new.columns if c not in ("value", "precision", "native_title", "obs_status")]
    both = old.join(new, on=keys, suffix="_new")
    changed = both.filter(pl.col("value") != pl.col("value_new"))
    assert len(both) == 702
    assert set(changed["period_end"]) == {date(2024, 11, 30)}
    lent = ["RESIDENTS_EXCL_ACQUIRED", "RAS_OVERDUE_RESIDENTS"]
    cells, differ = (frame.filter(pl.col("definition").is_in(lent)).height for frame in (both, changed))
    assert (cells - differ, differ) == (428, 4), "debt and overdue debt of 72 months in three currencies"
    overdue = changed.filter((pl.col("measure") == "overdue") & (pl.col("currency") == "RUB"))
    assert overdue.select("value", "value_new").rows() == [(91_008e6, 91_121e6)]
