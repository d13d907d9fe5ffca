"""02_12: mortgages of one month by district of borrower and lender, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, filled
from expectations.workbooks import table

KEYS = {"period_end": "date", "reporting_date": "date", "borrower": "str", "lender": "str", "currency": "str"}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *table(KEYS, ["new_loans"], since=(date(2018, 1, 31), "No book of mortgages starts earlier."),
               most=(2e12, "The busiest month so far had 0.8 trillion roubles in all of Russia."),
               least_rows=(8 * 9 * 3, "Nine places on both sides, one row may be set aside."), most_rows=9 * 9 * 3),
        *filled("new_loans", why="The book prints every pair of districts."),
    ]  # fmt: skip
