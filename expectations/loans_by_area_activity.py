"""01_05_A: debt of companies on one date by area and activity: amounts add up over currencies and districts."""

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
    group_identity,
    one_of,
    part_of,
    rows,
    unique,
    within,
)  # fmt: skip
from expectations.workbooks import AREA_SUM, CURRENCY_SUM, currency_sums

KEYS = {"period_end": "date", "reporting_date": "date", "borrower": "str", "ref_area": "str", "activity": "str",
        "currency": "str"}  # fmt: skip
AMOUNTS = ("debt", "overdue")
PART = "overdue within debt"


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    area = pl.col("ref_area")
    level = pl.when(area == "RUS").then(-1).when(area.str.starts_with("RUS_FD_")).then(1)
    frame = currency_sums(frame, AMOUNTS, ["ref_area", "activity"])
    for column in AMOUNTS:
        frame = group_identity(frame, f"{column}: {AREA_SUM}", column, by=["activity", "currency"], signs=level,
                               terms=9, precision="precision")  # fmt: skip
    return part_of(frame, "overdue", "debt")


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    sums = [f"{column}: {kind}" for column in AMOUNTS for kind in (CURRENCY_SUM, AREA_SUM)]
    return [
        *exactly_columns({**KEYS, **dict.fromkeys(AMOUNTS, "float"), "precision": "float"},
                         "The reader makes these columns and no others.", identities=[*sums, PART]),
        *filled(*KEYS, why="They say what a figure is; no row may lack one."),
        unique("ref_area", "activity", "currency", why="One date a file, one cell for each area and activity."),
        one_of("currency", {"RUB", "FX", "ALL"}, "Sheets are in roubles, in foreign currency, and together."),
        within("period_end", date(2019, 1, 31), None, "The oldest book known of is of 1 February 2019."),
        *[within(c, 0, 300e12, "All corporate loans were 90 trillion in 2026; thousands read as millions pass at once.")
          for c in AMOUNTS],
        *[gap_allowed(name, "Sums of the same sheet or sheets, to rounding.") for name in sums],
        gap_allowed(PART, "Overdue debt is part of the debt of the same borrowers."),
        rows(96 * 26 * 3, 96 * 26 * 3, "Every area and activity, in three currencies."),
    ]  # fmt: skip
