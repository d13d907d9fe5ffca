"""obs_tabl20c: loan portfolio of the banking sector by borrower and currency, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from expectations.rules import Rule, exactly_columns, filled, gap_allowed, one_of, rows, unique, within
from expectations.workbooks import CURRENCY_SUM, KEYS, ROUBLES, currency_sums

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
LINES = {  # total -> its parts; a dash or x among them counts as nothing
    "household_debt": ("household_performing", "household_acquired", "household_overdue"),
    "corporate_debt": ("nonfinancial_debt", "financial_debt", "entrepreneur_debt"),
    "all_net": ("all_debt", "all_provisions", "all_revaluation"),
}
TOTAL_OVERDUE = "four borrowers' overdue near the row without a code"


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """Add RUB + FX = ALL of the main rows, the sums of LINES, and the unlabelled total against the overdue rows."""
    frame = currency_sums(frame, SUMS, ["period_end"])
    for total, parts in LINES.items():
        frame = frame.with_columns(
            (pl.col("precision") * (len(parts) + 1) + pl.col(total).abs() * 1e-12).alias(f"{_sum(total)}:allowed"),
            (pl.sum_horizontal(parts) - pl.col(total)).abs().alias(f"{_sum(total)}:gap"),
        )
    four = pl.sum_horizontal([f"{b}_overdue" for b in BORROWERS])
    return frame.with_columns(
        (pl.col("all_overdue").abs() * 0.002).alias(f"{TOTAL_OVERDUE}:allowed"),
        (four - pl.col("all_overdue")).abs().alias(f"{TOTAL_OVERDUE}:gap"),
    )


def _sum(total: str) -> str:
    return f"{total} = {' + '.join(LINES[total])}"


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    columns = {**KEYS, **dict.fromkeys(AMOUNTS, "float"), "precision": "float"}
    identities = [*(f"{c}: {CURRENCY_SUM}" for c in SUMS), *map(_sum, LINES), TOTAL_OVERDUE]
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
        *[gap_allowed(f"{c}: {CURRENCY_SUM}", "The first sheet is the sum of the two others.") for c in SUMS],
        *[
            gap_allowed(_sum(c), "So the table defines the line; it held in all 186 months to July 2023.")
            for c in LINES
        ],
        gap_allowed(TOTAL_OVERDUE, "It has been within 0.16 percent since 2008; another row would not be."),
    ]
