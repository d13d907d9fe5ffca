"""Deriving from the first changed day on gives the rows of a full derivation, for every indicator, on the real history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl
import pytest

from tests.transforms.indicators.conftest import Real
from transforms.indicators import CATALOG, Change, derive
from transforms.indicators.change import RECORD_DAYS
from transforms.model import DIMENSIONS

pytestmark = pytest.mark.slow
CELL = [*DIMENSIONS, "period_end", "vintage_date"]
Records = dict[str, pl.DataFrame]


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
def test_the_news_after_a_day(real: Real, day: str) -> None:
    """Everything that became public after `day` arrives at once."""
    vintages, records, full, fits = real
    cut = date.fromisoformat(day)
    then, then_records = vintages.filter(pl.col("vintage_date") <= cut), until(records, cut)
    before = derive(then, then_records, fits=fits)
    assert not before.is_empty()
    change = Change.between(then, vintages, then_records, records)
    assert differences(derive(vintages, records, previous=before, change=change, fits=fits), full) == []
    assert differences(full.filter(pl.col("vintage_date") <= cut), before) == [], "the past must not see the future"


@pytest.mark.parametrize("dataset", ["trade_total", "key_rate"])
def test_an_old_release_that_arrives_late(real: Real, dataset: str) -> None:
    """One release of a dataset is missing at first: what came after it is derived again, what came before is kept."""
    vintages, records, full, fits = real
    releases = vintages.filter(dataset=dataset).sort("vintage_date")["release_id"].unique(maintain_order=True)
    late = releases[len(releases) // 2]
    without = vintages.filter(pl.col("release_id") != late)
    before = derive(without, records, fits=fits)
    change = Change.between(without, vintages, records, records)
    assert differences(derive(vintages, records, previous=before, change=change, fits=fits), full) == []


def test_a_record_that_is_added(real: Real) -> None:
    vintages, records, full, fits = real
    for table in RECORD_DAYS:
        without = records | {table: records[table].sort(RECORD_DAYS[table])[:-5]}
        before = derive(vintages, without, fits=fits)
        change = Change.between(vintages, vintages, without, records)
        assert set(change.records) == {table}
        assert differences(derive(vintages, records, previous=before, change=change, fits=fits), full) == []


def test_without_news_nothing_is_derived(real: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    vintages, records, full, _ = real
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
