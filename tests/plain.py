"""A small history for tests that need many runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from unittest.mock import patch

import polars as pl

from flows.run import assemble, derived_files
from flows.settings import Settings
from transforms import indicators
from transforms.indicators import balances, shares, trade
from warehouse import history
from warehouse.files import write_atomic
from warehouse.publish import read_manifest

SMALL = r"^history/(gacc/(totals|growth_usd|by_partner_preliminary_cny)|cbr/key_rate)"
"""Blocks that a small history keeps: totals, growth and partners of Chinese trade, and the key rate, 5,800 of 68,000
values."""

ON_SMALL_HISTORY = """
import sys
from pathlib import Path
from flows.cli import main
from tests.plain import small_history
with small_history(Path(sys.argv.pop(1))):
    main()
"""
"""The command line on a small history as a process of its own, run in ROOT: `python -c ON_SMALL_HISTORY FOLDER ARGUMENTS`."""


def save_small_history(folder: Path, blocks: str = SMALL) -> None:
    """Keep some blocks of the shipped history as Parquet, from which `small_history` is loaded in no time."""
    whole = history.shipped()
    folder.mkdir(parents=True, exist_ok=True)
    whole.claims.filter(pl.col("release_id").str.contains(blocks)).write_parquet(folder / "claims.parquet")
    whole.releases.write_parquet(folder / "releases.parquet")
    for name, frame in whole.records.items():
        frame.write_parquet(folder / f"record.{name}.parquet")


@contextmanager
def small_history(folder: Path, outputs: bool = True) -> Iterator[None]:
    """Let runs build on the history in `folder` and derive the plain trade indicators alone: seconds, not half a minute.

    Without `outputs` they write nothing beside the publication, a third of what is left, and take it for written.
    """
    from expectations import shipped  # imports Great Expectations, which takes seconds: not in each process of tests

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
        patch.object(assemble, "CATALOG", plain),  # or the one before, by which test of the process imported it first
        nullcontext() if outputs else patch.object(derived_files, "write", _written),
    ):
        yield


def _written(settings: Settings, *_: object) -> dict[str, str]:
    """Say of the publication that all outputs are there."""
    manifest = read_manifest(settings.warehouse)
    assert manifest
    marker = {"run_id": manifest.run_id, "sizes": {}, "prints": {}}
    write_atomic(settings.root / "cache" / "outputs.json", json.dumps(marker).encode())
    return {}
