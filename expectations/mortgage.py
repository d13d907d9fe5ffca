"""02_02: mortgages of resident households in Russia: number, volume, debt, overdue, claims, term and rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.rules import Rule, gap_allowed, identity, one_of, part_of, rows, within
from expectations.workbooks import common, sums

MONEY = ("new_loans", "debt", "overdue", "acquired_claims", "debt_incl_acquired")
PART, WHOLE = "overdue within debt", "debt + acquired = including acquired"


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """`precision` is that of money; loans are counted whole."""
    terms = {"debt": 1, "acquired_claims": 1, "debt_incl_acquired": -1}
    frame = part_of(sums(frame, MONEY), "overdue", "debt")
    frame = sums(frame.with_columns(whole=pl.lit(0.5)), ["count"], "whole").drop("whole")
    return identity(frame, WHOLE, terms, dict.fromkeys(terms, "precision"))


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    measures = dict.fromkeys(("count", *MONEY, "term", "rate"), "float")
    return [
        *common(measures, ("count", *MONEY), [PART, WHOLE]),
        one_of("ref_area", {"RUS"}, "This book has the country alone."),
        rows(3, None, "Even one month has three currencies."),
        within("count", 0, 1_000_000, "The busiest month so far had 238,197 mortgages."),
        within("term", 1, 600, "Mortgages run for up to 50 years; a term of 0 is the book's sign for no loans."),
        within("rate", 0.01, 50, "No monthly average has come near; a rate of 0 is the book's sign for no loans."),
        gap_allowed(PART, "Overdue debt is part of the debt of the same borrowers."),
        gap_allowed(WHOLE, "The book prints both and their sum."),
    ]
