"""Loans to companies by economic activity: amounts add up over currencies; overdue is part of the debt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import (
    Expectation,
    exactly_columns,
    filled,
    one_of,
    part_of,
    rows,
    unique,
    within,
)  # fmt: skip
from expectations.workbooks import currency_sums

KEYS = {"period_end": "date", "reporting_date": "date", "borrower": "str", "classification": "str", "activity": "str",
        "currency": "str"}  # fmt: skip
AMOUNTS = ("new_loans", "debt", "overdue")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *exactly_columns({**KEYS, **dict.fromkeys(AMOUNTS, "float"), "precision": "float"},
                         "The reader makes these columns and no others."),
        *filled(*KEYS, why="They say what a figure is; no row may lack one."),
        unique("period_end", "activity", "currency", why="Each sheet prints an activity once a month."),
        one_of("currency", {"RUB", "FX", "ALL"}, "Sheets are in roubles, in foreign currency, and together."),
        within("period_end", date(2018, 1, 31), None, "The books by OKVED2 start in January 2018, the others in 2019."),
        *[within(c, 0, 300e12, "All corporate loans were 90 trillion in 2026; thousands read as millions pass at once.")
          for c in AMOUNTS],
        *currency_sums(AMOUNTS, ["period_end", "activity"], "The third sheet is the sum of the two, to rounding."),
        part_of("overdue", "debt", "Overdue debt is part of the debt of the same borrowers."),
        rows(2 * 3, None, "Even the shortest list has two rows in three currencies."),
    ]  # fmt: skip
