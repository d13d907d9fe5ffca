"""obs_tabl20c: loan portfolio of the banking sector by borrower and currency, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from expectations.rules import Rule, exactly_columns, filled, gap_allowed, group_identity, one_of, rows, unique, within
from expectations.workbooks import KEYS, ROUBLES

BORROWERS = ("nonfinancial", "financial", "entrepreneur", "household")
NEGATIVE = ("all_provisions",)
SIGNED = ("all_revaluation", "all_fair_value", "all_value_adjustment", "all_provision_adjustment")
PARTS = ("debt", "performing", "acquired", "overdue")
POSITIVE = (
    "all_net", "all_debt", "all_overdue", "corporate_debt", "government_debt", "regional_government_debt",
    "all_acquired", "other_debt", "all_overdue_interest", "nonfinancial_other_placed", "financial_other_placed",
    *[f"{borrower}_{part}" for borrower in BORROWERS for part in PARTS],
)  # fmt: skip
AMOUNTS = (*POSITIVE, *NEGATIVE, *SIGNED)
SUMS = ("all_debt", "corporate_debt", "household_debt", "household_overdue")
TOTAL_OVERDUE = "four borrowers' overdue near the row without a code"


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """Add RUB + FX = ALL of the main rows, and how near the unlabelled total is to the four overdue rows."""
    signs = pl.col("currency").replace_strict({"RUB": 1, "FX": 1, "ALL": -1}, default=None, return_dtype=pl.Int64)
    for column in SUMS:
        frame = group_identity(frame, f"{column}: RUB + FX = ALL", column, by=["period_end"], signs=signs, terms=3,
                               precision="precision")  # fmt: skip
    four = pl.sum_horizontal([f"{b}_overdue" for b in BORROWERS])
    return frame.with_columns(
        (pl.col("all_overdue").abs() * 0.002).alias(f"{TOTAL_OVERDUE}:allowed"),
        (four - pl.col("all_overdue")).abs().alias(f"{TOTAL_OVERDUE}:gap"),
    )


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    columns = {**KEYS, **dict.fromkeys(AMOUNTS, "float"), "precision": "float"}
    identities = [*(f"{c}: RUB + FX = ALL" for c in SUMS), TOTAL_OVERDUE]
    return [
        *exactly_columns(columns, "One column for each line of the sheets.", identities),
        *filled("period_end", "currency", *SUMS, why="These lines have had a figure since 2008."),
        unique("period_end", "currency", why="Each sheet has a month once."),
        one_of("ref_area", {"RUS"}, "The table has the whole banking sector alone."),
        one_of("currency", {"RUB", "FX", "ALL"}, "Three sheets: together, in roubles, in foreign currency."),
        within("period_end", date(2008, 1, 31), None, "The statistics start on 1 February 2008."),
        rows(3, None, "Even one month has three currencies."),
        *[within(c, 0, ROUBLES, "Amounts are never negative; billions read as trillions pass this.") for c in POSITIVE],
        *[within(c, -ROUBLES, 0, "Provisions are printed with a minus.") for c in NEGATIVE],
        *[gap_allowed(f"{c}: RUB + FX = ALL", "The first sheet is the sum of the two others.") for c in SUMS],
        gap_allowed(TOTAL_OVERDUE, "It has been within 0.16 percent since 2008; another row would not be."),
    ]
