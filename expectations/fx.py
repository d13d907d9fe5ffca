"""What the two tables of official rouble rates have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from expectations.rules import Rule, exactly_columns, filled, gap_allowed, one_of, within

COLUMNS = {"period_end": "date", "currency": "str", "nominal": "int", "name": "str",
           "rate": "float", "printed": "float", "precision": "float"}  # fmt: skip
DIVIDED = "rate x nominal = printed"
FIRST = date(1992, 7, 1)
USD = (1.0, 10_000.0)
"""Roubles for a US dollar: 5.96 on 1 January 1998, when three zeros were dropped, to 5,960 the day before."""


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the gap between the rate of one unit and the printed rate of `nominal` units."""
    return frame.with_columns(
        (pl.col("nominal") * pl.col("precision")).alias(f"{DIVIDED}:allowed"),
        (pl.col("rate") * pl.col("nominal") - pl.col("printed")).abs().alias(f"{DIVIDED}:gap"),
    )


def common(further: Mapping[str, str] | None = None) -> list[Rule]:
    """Rules of both tables; `further` are columns that a suite's `prepare` adds, with their types."""
    explained = "The reader makes these columns; another one is a figure nobody has explained."
    return [
        *exactly_columns({**COLUMNS, **(further or {})}, explained, [DIVIDED]),
        *filled(*COLUMNS, why="A rate without its day, currency or nominal cannot be used."),
        one_of("nominal", {10**power for power in range(7)}, "Rates are set for a power of ten units."),
        within("period_end", FIRST, None, "The series of official rates starts on 1 July 1992."),
        within(
            "rate",
            1e-6,
            1e6,
            "The dong is about 0.003 roubles, the SDR about 109: nothing on the list is near these bounds.",
        ),
        within(
            "rate", *USD, "The dollar has cost 5.96 to 5,960 roubles since 1992; three zeros were dropped in 1998."
        ).where("currency", "USD"),
        gap_allowed(DIVIDED, "Nominals change over time: CNY was quoted for 10 in 2022 and for 1 in 2025."),
    ]
