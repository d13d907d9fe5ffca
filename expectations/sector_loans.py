"""obs_tabl20с since 2024: loans of the sector by borrower; parts make the whole where their names say so."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, adds_up, has_columns, one_of, part_of, rows, unique, within
from expectations.workbooks import currency_sums

WHOLES = {
    "household": ("performing", "acquired", "overdue", "accrued_interest"),
    "nonfinancial": ("performing", "acquired", "other_placed", "overdue"),
    "financial": ("performing", "acquired", "other_placed", "overdue"),
    "entrepreneur": ("performing", "acquired", "overdue"),
}
TOTALS = ("all_debt", "corporate_debt", "household_debt", "household_overdue")
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
        *currency_sums(TOTALS, ["period_end"], "The third sheet is the sum of the two, exactly."),
        *[
            adds_up(
                {**{f"{who}_{part}": 1 for part in parts}, f"{who}_debt": -1},
                "The sheet prints the parts below their whole.",
                name=f"{who}: parts = debt",
            )
            for who, parts in WHOLES.items()
        ],
        part_of("household_overdue", "household_debt", "Overdue debt is part of the debt."),
        rows(1, None, "An empty sheet is no release."),
    ]
