"""Deriving from the first changed day on gives the rows of a full derivation, for every indicator, on the real history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

from transforms.indicators import CATALOG, Change, Fits, derive
from transforms.indicators.change import RECORD_DAYS
from transforms.model import DIMENSIONS
from warehouse import history
from warehouse.store import settle

pytestmark = pytest.mark.slow
CELL = [*DIMENSIONS, "period_end", "vintage_date"]
Records = dict[str, pl.DataFrame]
FITS = Fits()
"""Seasonals fitted once for all tests of this module: a fit depends on the logs alone."""


@pytest.fixture(scope="module")
def real() -> tuple[pl.DataFrame, Records, pl.DataFrame]:
    """Vintages, records and everything derived from them."""
    shipped = history.load()
    vintages = settle(shipped.claims).words
    return vintages, dict(shipped.records), derive(vintages, shipped.records, fits=FITS)


def until(records: Mapping[str, pl.DataFrame], day: date) -> Records:
    """Record tables as they were on `day`."""
    return {
        name: frame.filter(pl.col(RECORD_DAYS[name]).cast(pl.String).str.to_date(strict=False) <= day)
        if name in RECORD_DAYS
        else frame
        for name, frame in records.items()
    }


def differences(one: pl.DataFrame, other: pl.DataFrame) -> list[str]:
    """Indicators whose rows differ: by cell, value, kind, release or status."""
    columns = [*CELL, "value", "vintage_kind", "release_id", "obs_status", "native_title"]
    both = one.select(columns).join(other.select(columns), on=CELL, how="full", suffix="_", coalesce=True)
    near = (pl.col("value") - pl.col("value_")).abs() <= 1e-9 * pl.max_horizontal(pl.col("value").abs(), pl.lit(1.0))
    same = near.fill_null(pl.col("value").is_null() & pl.col("value_").is_null())
    for name in columns[len(CELL) + 1 :]:
        same &= pl.col(name).eq_missing(pl.col(f"{name}_"))
    return sorted(both.filter(~same)["measure"].unique())


@pytest.mark.parametrize("day", ["2024-06-07", "2025-12-07", "2026-08-15"])
def test_the_news_after_a_day(real: tuple[pl.DataFrame, Records, pl.DataFrame], day: str) -> None:
    """Everything that became public after `day` arrives at once."""
    vintages, records, full = real
    cut = date.fromisoformat(day)
    then, then_records = vintages.filter(pl.col("vintage_date") <= cut), until(records, cut)
    before = derive(then, then_records, fits=FITS)
    assert not before.is_empty()
    change = Change.between(then, vintages, then_records, records)
    assert differences(derive(vintages, records, previous=before, change=change, fits=FITS), full) == []
    assert differences(full.filter(pl.col("vintage_date") <= cut), before) == [], "the past must not see the future"


@pytest.mark.parametrize("dataset", ["trade_total", "key_rate"])
def test_an_old_release_that_arrives_late(real: tuple[pl.DataFrame, Records, pl.DataFrame], dataset: str) -> None:
    """One release of a dataset is missing at first: what came after it is derived again, what came before is kept."""
    vintages, records, full = real
    releases = vintages.filter(dataset=dataset).sort("vintage_date")["release_id"].unique(maintain_order=True)
    late = releases[len(releases) // 2]
    without = vintages.filter(pl.col("release_id") != late)
    before = derive(without, records, fits=FITS)
    change = Change.between(without, vintages, records, records)
    assert differences(derive(vintages, records, previous=before, change=change, fits=FITS), full) == []


def test_a_record_that_is_added(real: tuple[pl.DataFrame, Records, pl.DataFrame]) -> None:
    vintages, records, full = real
    for table in RECORD_DAYS:
        without = records | {table: records[table].sort(RECORD_DAYS[table])[:-5]}
        before = derive(vintages, without, fits=FITS)
        change = Change.between(vintages, vintages, without, records)
        assert set(change.records) == {table}
        assert differences(derive(vintages, records, previous=before, change=change, fits=FITS), full) == []


def test_without_news_nothing_is_derived(
    real: tuple[pl.DataFrame, Records, pl.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    vintages, records, full = real
    ran: list[str] = []
    for one in CATALOG:
        function = one.function
        monkeypatch.setitem(
            one.__dict__, "function", lambda build, f=function, name=one.id: (ran.append(name), f(build))[1]
        )
    change = Change.between(vintages, vintages, records, records)
    made = derive(vintages, records, previous=full, change=change)
    never = {one.id for one in CATALOG} - set(full["measure"])  # nothing to keep: asked again
    assert set(ran) <= never
    assert differences(made, full) == []
