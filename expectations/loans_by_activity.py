"""Loans to companies by economic activity, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation
from expectations.workbooks import table

KEYS = {"period_end": "date", "reporting_date": "date", "borrower": "str", "classification": "str", "activity": "str",
        "currency": "str"}  # fmt: skip
MOST = (300e12, "All corporate loans were 90 trillion in 2026; thousands read as millions pass at once.")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    first = (date(2018, 1, 31), "The books by OKVED2 start in January 2018, the others in 2019.")
    return table(KEYS, ["new_loans", "debt", "overdue"], since=first, most=MOST,
                 least_rows=(2 * 3, "Even the shortest list has two rows in three currencies."))  # fmt: skip
