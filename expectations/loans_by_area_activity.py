"""01_05_A: debt of companies on one date by area and activity: amounts add up over currencies and districts."""

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
from expectations.workbooks import currency_sums, district_sums

KEYS = {"period_end": "date", "reporting_date": "date", "borrower": "str", "ref_area": "str", "activity": "str",
        "currency": "str"}  # fmt: skip
AMOUNTS = ("debt", "overdue")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    sums = "Sums of the same sheet or sheets, to rounding."
    return [
        *exactly_columns({**KEYS, **dict.fromkeys(AMOUNTS, "float"), "precision": "float"},
                         "The reader makes these columns and no others."),
        *filled(*KEYS, why="They say what a figure is; no row may lack one."),
        unique("ref_area", "activity", "currency", why="One date a file, one cell for each area and activity."),
        one_of("currency", {"RUB", "FX", "ALL"}, "Sheets are in roubles, in foreign currency, and together."),
        within("period_end", date(2019, 1, 31), None, "The oldest book known of is of 1 February 2019."),
        *[within(c, 0, 300e12, "All corporate loans were 90 trillion in 2026; thousands read as millions pass at once.")
          for c in AMOUNTS],
        *currency_sums(AMOUNTS, ["ref_area", "activity"], sums),
        *district_sums(AMOUNTS, ["activity", "currency"], sums),
        part_of("overdue", "debt", "Overdue debt is part of the debt of the same borrowers."),
        rows(94 * 26 * 3, 96 * 26 * 3, "All areas but two that may be set aside, in three currencies."),
    ]  # fmt: skip
