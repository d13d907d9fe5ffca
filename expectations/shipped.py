"""The figures that ship with Portvault, judged at gate 2: what was found when they were collected must come out again.

Each suite is a module with CHECKS, questions of the tables `claims` (columns of CLAIM, and `block`, the part of
release_id that names the file: `history/gacc/totals_usd_mirror`) and `area` (columns of transforms.areas.names).
"""

from __future__ import annotations

from importlib import import_module

import duckdb
import polars as pl

from expectations.gate import CheckResult, check
from expectations.questions import answered, ask
from transforms.areas import names

SUITES = ("history_customs",)
WHERE = "shipped history"


def check_shipped(claims: pl.DataFrame) -> list[CheckResult]:
    """Results of all suites on `claims`, those of the shipped history as they stand in its blocks."""
    results = []
    with duckdb.connect() as connection:
        connection.register("claims", claims.with_columns(block=pl.col("release_id").str.split("#").list.first()))
        connection.register("area", names())
        for suite in SUITES:
            measured = ask(connection, import_module(f"expectations.{suite}").CHECKS)
            results += answered(check(suite, measured, where=WHERE), measured)
    return results
