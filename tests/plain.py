"""The whole run in this process with its tasks as the plain functions they wrap: no Prefect engine, no server.

For tests that need many runs. What Prefect adds (its engine, artifacts, a worker) is tested in tests/flows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import polars as pl
from prefect import Flow, Task

from expectations import shipped
from flows import pipeline
from transforms import indicators
from transforms.indicators import balances, shares, trade
from warehouse import history

SMALL = r"^history/gacc/(totals|growth_usd|by_partner_preliminary_cny)"
"""Blocks that a small history keeps: totals, growth and partners of Chinese trade, 5,700 of 68,000 values."""


@contextmanager
def without_prefect() -> Iterator[None]:
    """Within it `flows.run.run` takes its own path, minus Prefect. Settings come from the environment, as in a flow."""
    plain = {name: value.fn for name, value in vars(pipeline).items() if isinstance(value, Task)}
    plain |= {name: _report_of(value) for name, value in vars(pipeline).items() if isinstance(value, Flow)}
    with patch.multiple(pipeline, create_markdown_artifact=lambda *_, **__: None, **plain):
        yield


def _report_of(flow: Flow[..., Any]) -> Callable[..., dict[str, Any]]:
    """The flow as a function that returns what its state holds, as calling a flow does."""
    return lambda *given, **named: flow.fn(*given, **named).data


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
