"""Workbooks by area that are read by the titles of their sheets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, within
from expectations.suites import Suite
from expectations.workbooks import FIRST, of_areas
from transforms.banking.titled_areas import Layout

AMOUNTS = ("count", "new_loans", "debt", "overdue", "funds")
AVERAGES = {
    "term": (480, "No loan is granted for more than forty years on average."),
    "rate": (100, "A lending rate in percent a year."),
}
FUNDS = date(2000, 12, 31)
"""Books of funds start later, each in its own year; an earlier date was mistyped."""


def of(layout: Layout) -> Suite:
    amounts = [name for name in layout.measures if name in AMOUNTS]
    averages = [name for name in layout.measures if name in AVERAGES]

    def expectations(context: Mapping[str, Any]) -> list[Expectation]:
        return [
            *of_areas(amounts, averages, 9 * 2, FUNDS if "funds" in amounts else FIRST),
            *[within(name, 0, *AVERAGES[name]) for name in averages],
        ]

    return Suite(expectations)
