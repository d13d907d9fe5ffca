"""02_02_SME_Borrowers_info: numbers of enterprises and of their loans."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation
from expectations.workbooks import table

KEYS = {"period_end": "date", "reporting_date": "date", "borrower": "str"}
COUNTS = ("borrowers", "borrowers_overdue", "borrowers_granted", "count_outstanding", "count_overdue", "count")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    first = (date(2019, 1, 31), "The sheet starts with January 2019.")
    most = (20e6, "Some six million enterprises are small; 0.6 million had debt in 2024.")
    return table(KEYS, COUNTS, since=first, most=most, least_rows=(6, "Even one month has seven rows, or six of them."))
