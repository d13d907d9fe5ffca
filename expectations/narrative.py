"""Narrative reports: one stated figure a row, with unit, originator or definition, and the sentence it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.rules import Expectation, exactly_columns, filled, within

TEXT = (
    "indicator", "segment", "value", "unit", "as_of", "kind", "published_date", "originator", "definition",
    "source", "note", "sentence", "place",
)  # fmt: skip


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the value as a number, and whether the row says who vouches for it or what it counts (1 or 0)."""
    attributed = pl.col("originator").is_not_null() | pl.col("definition").is_not_null()
    return frame.with_columns(
        pl.col("value").cast(pl.Float64).alias("number"), attributed.cast(pl.Int64).alias("attributed")
    )


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    optional = {"as_of", "originator", "definition", "note"}
    columns = dict.fromkeys(TEXT, "str") | {"number": "float", "attributed": "int"}
    return [
        *exactly_columns(columns, "The columns of reported_figure and the two added here."),
        *filled(*(set(TEXT) - optional), "number", why="A figure without unit, date or sentence cannot be defended."),
        within("attributed", 1, 1, "Somebody must vouch for a figure, or a definition say what it counts."),
        within("number", -1e9, 1e9, "Tables print millions of roubles: eight digits; more is a misread number."),
    ]
