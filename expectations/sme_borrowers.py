"""02_02_SME_Borrowers_info: numbers of enterprises and loans; the sizes of both kinds make up all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from expectations.rules import Rule, exactly_columns, filled, gap_allowed, group_identity, part_of, rows, unique, within

COUNTS = ("borrowers", "borrowers_overdue", "borrowers_granted", "count_outstanding", "count_overdue", "count")
SUM = "sizes = all enterprises"
PARTS = {"borrowers_overdue": "borrowers", "count_overdue": "count_outstanding"}


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    signs = pl.when(pl.col("borrower") == "SME").then(-1).otherwise(1)
    for column in COUNTS:
        frame = group_identity(frame, f"{column}: {SUM}", column, by=["period_end"], signs=signs, terms=7,
                               precision="precision")  # fmt: skip
    for part, whole in PARTS.items():
        frame = part_of(frame, part, whole)
    return frame


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    sums = [f"{column}: {SUM}" for column in COUNTS]
    parts = [f"{part} within {whole}" for part, whole in PARTS.items()]
    columns = {"period_end": "date", "reporting_date": "date", "borrower": "str", **dict.fromkeys(COUNTS, "float"),
               "precision": "float"}  # fmt: skip
    return [
        *exactly_columns(columns, "The reader makes these columns and no others.", identities=[*sums, *parts]),
        *filled("period_end", "borrower", why="A number is of a month and of enterprises of one kind."),
        unique("period_end", "borrower", why="A block prints a row once a month."),
        within("period_end", date(2019, 1, 31), None, "The sheet starts with January 2019."),
        *[within(c, 0, 20e6, "Some six million enterprises are small; 0.6 million had debt in 2024.") for c in COUNTS],
        *[gap_allowed(name, "The rows say that all enterprises include these.") for name in sums],
        *[gap_allowed(name, "Those overdue are among those with debt.") for name in parts],
        rows(7, None, "Even one month has seven rows."),
    ]  # fmt: skip
