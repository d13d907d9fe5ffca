"""Gate 2 on recorded answers of all services: what publishers really print does not stop a publication."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from expectations.measures import measure
from tests.expectations.small import warehouse
from tests.transforms.context.case import recorded
from transforms.model import CLAIM, ReadError

FETCHED = date(2026, 11, 28)


@pytest.mark.slow
def test_recorded_answers_of_all_services_pass(shared: Path, tmp_path: Path) -> None:
    """A budget has deficits, Japan publishes the first ten days of a month."""
    frames = []
    for path in sorted((shared / "live").glob("*/*")):
        try:
            observations = recorded(shared, f"{path.parent.name}/{path.name}").observations
        except ReadError:
            continue  # pages, errors, lists: kept for the tests of refusals
        if "vintage_date" not in observations.columns:
            observations = observations.with_columns(vintage_date=pl.lit(FETCHED))
        frames.append(
            observations.with_columns(
                pl.col("vintage_date").fill_null(FETCHED),
                vintage_kind=pl.lit("observed"),
                release_id=pl.lit(path.name),
                first_seen=pl.lit(datetime(2026, 11, 28)).cast(pl.Datetime("us")),
            ).select(CLAIM.keys())
        )
    datasets = set(pl.concat(frames)["dataset"])
    assert {"federal_budget", "mirror_trade", "price_index", "credit_gap", "trade_nowcast"} <= datasets
    with warehouse(tmp_path / "w.duckdb", *frames) as con:
        assert measure(con, None).filter(pl.col("failing") > 0).rows() == []
