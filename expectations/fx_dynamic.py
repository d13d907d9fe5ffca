"""XML_dynamic: official rates of one currency over a range of days, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations import fx
from expectations.rules import Expectation, rows, unique, warn, within

JUMP = "ratio to the day before"


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the ratio of each rate to the one before it."""
    frame = frame.sort("currency", "period_end")
    return frame.with_columns((pl.col("rate") / pl.col("rate").shift(1).over("currency")).alias(JUMP))


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    largest = (
        "The largest daily moves of the dollar since 1992 are +39% (12 October 1994) and -24% (10 September 1998)."
    )
    return [
        *fx.common({JUMP: "float"}),
        rows(1, None, "A range without rates is an empty answer, not a table."),
        unique("period_end", "currency", why="A day has one official rate for a currency."),
        warn(within(JUMP, 0.7, 1.4, largest)),
    ]
