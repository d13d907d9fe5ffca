"""Loan workbooks by area that are read by the titles of their sheets: amounts add up over currencies and areas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, part_of, rows, within
from expectations.workbooks import common

AMOUNTS = ("count", "new_loans", "debt", "overdue")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *common(dict.fromkeys((*AMOUNTS, "term", "rate"), "float"), AMOUNTS),
        rows(9 * 2, None, "Even one month has the country and eight districts in two currencies."),
        part_of("overdue", "debt", "Overdue debt is part of the debt of the same borrowers."),
        within("term", 0, 480, "No loan is granted for more than forty years on average."),
        within("rate", 0, 100, "A lending rate in percent a year."),
    ]
