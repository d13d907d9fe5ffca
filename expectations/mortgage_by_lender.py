"""02_12: mortgages of one month by district of borrower and lender, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, one_of, rows, unique, within
from expectations.workbooks import currency_sums


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = {"period_end": "date", "borrower": "str", "lender": "str", "currency": "str", "new_loans": "float",
               "precision": "float"}  # fmt: skip
    return [
        *exactly_columns(columns, "The reader makes these columns and no others."),
        *filled(*columns, why="The book prints every pair of districts."),
        unique("borrower", "lender", "currency", why="One month a file, one cell a pair."),
        one_of(
            "currency", {"RUB", "FX", "ALL"}, "The book has three sheets: roubles, foreign currency, and both together."
        ),
        rows(
            8 * 9 * 3,
            9 * 9 * 3,
            "Nine places on both sides, one row may be set aside.",
        ),
        within("new_loans", 0, 2e12, "The busiest month so far had 0.8 trillion roubles in all of Russia."),
        *currency_sums(["new_loans"], ["borrower", "lender"], "The third sheet is the sum of the two, to rounding."),
    ]
