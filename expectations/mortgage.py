"""02_02: mortgages of resident households in Russia: number, volume, debt, overdue, claims, term and rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, adds_up, one_of, part_of, rows, within
from expectations.workbooks import common

MONEY = ("new_loans", "debt", "overdue", "acquired_claims", "debt_incl_acquired")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    measures = dict.fromkeys(("count", *MONEY, "term", "rate"), "float")
    return [  # `precision` is that of money; loans are counted whole
        *common(measures, ("count", *MONEY), {"count": "0.5"}),
        one_of("ref_area", {"RUS"}, "This book has the country alone."),
        rows(3, None, "Even one month has three currencies."),
        within("count", 0, 1_000_000, "The busiest month so far had 238,197 mortgages."),
        within("term", 1, 600, "Mortgages run for up to 50 years; a term of 0 is the book's sign for no loans."),
        within("rate", 0.01, 50, "No monthly average has come near; a rate of 0 is the book's sign for no loans."),
        part_of("overdue", "debt", "Overdue debt is part of the debt of the same borrowers."),
        adds_up({"debt": 1, "acquired_claims": 1, "debt_incl_acquired": -1}, "The book prints both and their sum."),
    ]
