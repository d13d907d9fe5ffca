"""Workbooks by area that are read by the titles of their sheets: amounts add up over currencies and areas."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, part_of, rows, within
from expectations.suites import Suite
from expectations.workbooks import FIRST, common
from transforms.banking.titled_areas import Layout

AMOUNTS = ("count", "new_loans", "debt", "overdue", "funds")
FUNDS = date(2000, 12, 31)
"""Books of funds start later, each in its own year; an earlier date was mistyped."""


def of(layout: Layout) -> Suite:
    amounts = [name for name in layout.measures if name in AMOUNTS]

    def expectations(context: Mapping[str, Any]) -> list[Expectation]:
        averages = {
            "term": within("term", 0, 480, "No loan is granted for more than forty years on average."),
            "rate": within("rate", 0, 100, "A lending rate in percent a year."),
        }
        since = FUNDS if "funds" in amounts else FIRST
        overdue = "Overdue debt is part of the debt of the same borrowers."
        return [
            *common(dict.fromkeys(layout.measures, "float"), amounts, since=since),
            rows(9 * 2, None, "Even one month has the country and eight districts in two currencies."),
            *([part_of("overdue", "debt", overdue)] if "overdue" in amounts else []),
            *[rule for name, rule in averages.items() if name in layout.measures],
        ]

    return Suite(expectations)
