"""01_05_A: debt of companies on one date by area and activity, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.loans_by_activity import MOST
from expectations.rules import Expectation
from expectations.workbooks import table

KEYS = {"period_end": "date", "reporting_date": "date", "borrower": "str", "ref_area": "str", "activity": "str",
        "currency": "str"}  # fmt: skip


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    first = (date(2019, 1, 31), "The oldest book known of is of 1 February 2019.")
    whole = (94 * 26 * 3, "All areas but two that may be set aside, in three currencies.")
    return table(KEYS, ["debt", "overdue"], since=first, most=MOST, least_rows=whole, most_rows=96 * 26 * 3)
