"""Loans to companies by economic activity: amounts add up over currencies; overdue is part of the debt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from expectations.rules import (
    Rule,
    exactly_columns,
    filled,
    gap_allowed,
    one_of,
    part_of,
    rows,
    unique,
    within,
)  # fmt: skip
from expectations.workbooks import CURRENCY_SUM, currency_sums

KEYS = {"period_end": "date", "reporting_date": "date", "borrower": "str", "classification": "str", "activity": "str",
        "currency": "str"}  # fmt: skip
AMOUNTS = ("new_loans", "debt", "overdue")
PART = "overdue within debt"


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    return part_of(currency_sums(frame, AMOUNTS, ["period_end", "activity"]), "overdue", "debt")


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    identities = [*(f"{column}: {CURRENCY_SUM}" for column in AMOUNTS), PART]
    return [
        *exactly_columns({**KEYS, **dict.fromkeys(AMOUNTS, "float"), "precision": "float"},
                         "The reader makes these columns and no others.", identities=identities),
        *filled(*KEYS, why="They say what a figure is; no row may lack one."),
        unique("period_end", "activity", "currency", why="Each sheet prints an activity once a month."),
        one_of("currency", {"RUB", "FX", "ALL"}, "Sheets are in roubles, in foreign currency, and together."),
        within("period_end", date(2018, 1, 31), None, "The books by OKVED2 start in January 2018, the others in 2019."),
        *[within(c, 0, 300e12, "All corporate loans were 90 trillion in 2026; thousands read as millions pass at once.")
          for c in AMOUNTS],
        *[gap_allowed(f"{c}: {CURRENCY_SUM}", "The third sheet is the sum of the two, to rounding.") for c in AMOUNTS],
        gap_allowed(PART, "Overdue debt is part of the debt of the same borrowers."),
        rows(2 * 3, None, "Even the shortest list has two rows in three currencies."),
    ]  # fmt: skip
