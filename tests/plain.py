"""A small history for tests that need many runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import polars as pl

from expectations import shipped
from transforms import indicators
from transforms.indicators import balances, shares, trade
from warehouse import history

SMALL = r"^history/gacc/(totals|growth_usd|by_partner_preliminary_cny)"
"""Blocks that a small history keeps: totals, growth and partners of Chinese trade, 5,700 of 68,000 values."""


def save_small_history(folder: Path) -> None:
    """Keep SMALL of the shipped history as Parquet, from which `small_history` is loaded in no time."""
    whole = history.load()
    folder.mkdir(parents=True, exist_ok=True)
    whole.claims.filter(pl.col("release_id").str.contains(SMALL)).write_parquet(folder / "claims.parquet")
    whole.releases.write_parquet(folder / "releases.parquet")
    for name, frame in whole.records.items():
        frame.write_parquet(folder / f"record.{name}.parquet")


@contextmanager
def small_history(folder: Path) -> Iterator[None]:
    """Let runs build on the history in `folder` and derive the plain trade indicators alone: seconds, not half a minute."""
    records = {path.name.split(".")[1]: pl.read_parquet(path) for path in folder.glob("record.*.parquet")}
    small = history.History(
        pl.read_parquet(folder / "claims.parquet"), pl.read_parquet(folder / "releases.parquet"), records
    )
    plain = [
        one for one in indicators.CATALOG if one.function.__module__ in (m.__name__ for m in (balances, shares, trade))
    ]
    with (
        patch.object(history, "shipped", lambda: small),
        patch.object(shipped, "check_shipped", lambda _: []),  # its questions are about the whole history
        patch.object(indicators, "CATALOG", plain),
    ):
        yield
