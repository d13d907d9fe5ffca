"""02_05: debt and overdue debt of resident households by area and currency, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.rules import Rule, gap_allowed, part_of, rows
from expectations.workbooks import common, sums

AMOUNTS = ("debt", "overdue")
PART = "overdue within debt"


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    return part_of(sums(frame, AMOUNTS), "overdue", "debt")


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    return [
        *common(dict.fromkeys(AMOUNTS, "float"), AMOUNTS, [PART]),
        rows(9 * 3, None, "Even one month has the country and eight districts in three currencies."),
        gap_allowed(PART, "Overdue debt is part of the debt of the same borrowers."),
    ]
