"""Corporate debt by kind of interest rate: fixed and floating make the total, benchmarks the floating part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from expectations.rules import Rule, exactly_columns, filled, gap_allowed, group_identity, rows, unique, within

COLUMNS = {"period_end": "date", "reporting_date": "date", "rate": "str", "debt": "float", "precision": "float"}
KINDS, BENCHMARKS = "fixed + floating = total", "benchmarks = floating"


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    rate = pl.col("rate")
    kinds = rate.replace_strict({"FIXED": 1, "FLOATING": 1, "TOTAL": -1}, default=None, return_dtype=pl.Int64)
    parts = pl.when(rate.is_in(["FIXED", "TOTAL"])).then(None).when(rate == "FLOATING").then(-1).otherwise(1)
    frame = group_identity(frame, KINDS, "debt", by=["period_end"], signs=kinds, terms=3, precision="precision")
    return group_identity(frame, BENCHMARKS, "debt", by=["period_end"], signs=parts, terms=12, precision="precision")


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    return [
        *exactly_columns(COLUMNS, "The reader makes these columns and no others.", identities=[KINDS, BENCHMARKS]),
        *filled("period_end", "rate", why="An amount is of a month and a kind of rate."),
        unique("period_end", "rate", why="The sheet prints a row once a month."),
        within("period_end", date(2019, 1, 31), None, "The sheet starts on 1 February 2019."),
        within("debt", 0, 300e12, "Corporate loans were 90 trillion in 2026; a misread unit passes this."),
        gap_allowed(KINDS, "A rate is fixed or it is not."),
        gap_allowed(BENCHMARKS, "The benchmarks are listed to the last, others together."),
        rows(14, None, "Even one month has fourteen rows."),
    ]  # fmt: skip
