"""obs_tabl20с since 2024: loans of the sector by borrower."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, has_columns, one_of, rows, unique, within

WHOLES = {
    "household": ("performing", "acquired", "overdue", "accrued_interest"),
    "nonfinancial": ("performing", "acquired", "other_placed", "overdue"),
    "financial": ("performing", "acquired", "other_placed", "overdue"),
    "entrepreneur": ("performing", "acquired", "overdue"),
}
SMALLEST, LARGEST = -50e12, 500e12
"""Provisions are negative; all loans were about 150 trillion in 2026, and thousands read as billions pass at once."""


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = [f"{who}_{part}" for who, parts in WHOLES.items() for part in ("debt", *parts)]
    return [
        *has_columns(dict.fromkeys(columns, "float"), "The lines of each borrower."),
        unique("period_end", "currency", why="One sheet, one column a month."),
        one_of("ref_area", {"RUS"}, "The sheet has the country alone."),
        one_of("currency", {"RUB", "FX", "ALL"}, "Three sheets: together, in roubles, in foreign currency."),
        within("period_end", date(2016, 1, 31), None, "The history was made again from 1 February 2016."),
        *[within(column, SMALLEST, LARGEST, "In roubles, not in billions.") for column in columns],
        rows(1, None, "An empty sheet is no release."),
    ]
