"""The figures that ship with Portvault, judged at gate 2: what was found when they were collected must come out again.

Each suite is a module with CHECKS, questions of the tables `claims` (columns of CLAIM, and `block`, the part of
release_id that names the file: `history/gacc/totals_usd_mirror`), `reported_figure` as shipped, and `area` (columns of
transforms.areas.names).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

import duckdb
import polars as pl

from expectations.gate import CheckResult, check
from expectations.questions import answered, ask
from transforms.areas import names
from warehouse.history import History

SUITES = ("history_customs", "history_banking")
WHERE = "shipped history"


@contextmanager
def tables(shipped: History) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the tables that the suites ask."""
    claims = shipped.claims.with_columns(block=pl.col("release_id").str.split("#").list.first())
    with duckdb.connect() as connection:
        connection.register("claims", claims)
        connection.register("reported_figure", shipped.records["reported_figure"])
        connection.register("area", names())
        yield connection


def check_shipped(shipped: History) -> list[CheckResult]:
    """Results of all suites on the shipped history as it stands in its blocks."""
    results = []
    with tables(shipped) as connection:
        for suite in SUITES:
            measured = ask(connection, import_module(f"expectations.{suite}").CHECKS)
            results += answered(check(suite, measured, where=WHERE), measured)
    return results
