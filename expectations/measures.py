"""Asks a candidate every question of its suite, and the publication before it what was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from expectations.candidate import CHECKS
from expectations.choice import ASKED, asked, choose
from expectations.losses import LOSSES, REAL, by_dataset
from expectations.questions import ask, counted
from warehouse.parts import apart

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BY_PART = [name for name, check in CHECKS.items() if ASKED in check.sql]
"""Questions about each dataset or indicator by itself."""


def measure(
    new: DuckDBPyConnection, old: DuckDBPyConnection | None, before: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Ask everything of the candidate `new`; `old` is the current publication, None before the first.

    Rows as of questions.ask; the subjects are datasets. `before` is what the same questions gave for `old`: then the
    datasets and indicators that are the same in both are not asked again.
    """
    parts = changed(new, old) if old and before is not None else None
    for connection in (new, old):
        if connection:
            choose(connection, parts)
    lost = [counted(name, by_dataset(loss.find(new, old)) if old else None) for name, loss in LOSSES.items()]
    found = pl.concat([ask(new, CHECKS), *lost])
    if old is None or before is None or parts is None:
        return found
    stand = before.filter(pl.col("check").is_in(BY_PART), ~pl.col("subject").is_in([*parts, "all"]))
    kept = pl.concat([stand, _unasked(old)]).filter(pl.col("tested") > 0)
    none = (pl.col("tested") == 0) & pl.col("check").is_in(kept["check"].to_list())  # of those that were asked
    told = pl.concat([found.filter(~none), kept])
    order = pl.col("check").replace_strict({name: place for place, name in enumerate((*CHECKS, *LOSSES))})
    return told.sort(order, "subject")


def _unasked(old: DuckDBPyConnection) -> pl.DataFrame:
    """The rows for datasets that are the same in both and so were not compared: all their cases hold."""
    counts = {"no_series_lost": "series", "no_observation_lost": "observation JOIN series USING (series_id)"}
    counts |= {"revisions_within_bounds": counts["no_observation_lost"],
               "no_vintage_rewritten": "vintage.observation JOIN series USING (series_id)"}  # fmt: skip
    found = [
        counted(name, old.sql(
            f"SELECT dataset AS subject, count(*) AS tested, 0 AS failing, '' AS example FROM {rows} "
            f"WHERE {REAL} AND NOT {asked('dataset')} GROUP BY dataset").pl())
        for name, rows in counts.items()
    ]  # fmt: skip
    return pl.concat(found)


def changed(new: DuckDBPyConnection, old: DuckDBPyConnection) -> list[str]:
    """Datasets and indicators that came, went or are others in `new` than in `old`."""
    held, now = (dict(con.execute("SELECT part, print FROM ops.part").fetchall()) for con in (old, new))
    return apart(now, held)
