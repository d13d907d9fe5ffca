"""Deriving from the first changed day on gives the rows of a full derivation, for every indicator, on the real history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import polars as pl
import pytest

from tests.transforms.indicators.conftest import Real
from transforms.indicators import CATALOG, Change, derive
from transforms.indicators.change import RECORD_DAYS
from transforms.model import CLAIM, DIMENSIONS
from warehouse.store import settle

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


def test_the_news_after_each_of_some_days(real: Real) -> None:
    """What became public between two days arrives at once: on each of them, made of what was known that day alone, the same
    as what the whole history dates up to it. As of a day nothing is foreseen."""
    vintages, records, full, fits = real
    states = [
        (vintages.filter(pl.col("vintage_date") <= cut), until(records, cut), cut)
        for cut in (date(2024, 6, 7), date(2025, 12, 8), date(2026, 8, 15))
    ]
    states.append((vintages, records, date.max))
    made = derive(states[0][0], states[0][1], fits=fits)
    assert differences(full.filter(pl.col("vintage_date") <= states[0][2]), made) == [], "the past sees no future"
    for (then, then_records, _), (now, now_records, cut) in pairwise(states):
        change = Change.between(then, now, then_records, now_records)
        made = derive(now, now_records, previous=made, change=change, fits=fits)
        assert differences(made, full.filter(pl.col("vintage_date") <= cut)) == [], cut


def test_old_releases_and_records_that_arrive_late(real: Real) -> None:
    """The newest rows of each table of records and a release of each of two datasets are missing at first and come later,
    one after the other: what came after them is derived again, what came before is kept. The whole history less these
    releases says the same, and so do rows in any order. Of microdata none ship."""
    vintages, records, full, fits = real
    shuffled = settle(vintages.select(list(CLAIM)).sample(fraction=1, shuffle=True, seed=7)).words
    late = []
    for dataset in ("trade_total", "key_rate"):
        releases = vintages.filter(dataset=dataset).sort("vintage_date")["release_id"].unique(maintain_order=True)
        late.append(releases[len(releases) // 2])
    missing = [shuffled.filter(~pl.col("release_id").is_in(late[number:])) for number in range(3)]
    days = {name: day for name, day in RECORD_DAYS.items() if name in records}
    known = {**records, **{name: records[name].sort(day)[:-5] for name, day in days.items()}}
    made = derive(missing[0], known, fits=fits)
    for table in days:
        now = known | {table: records[table]}
        change = Change.between(missing[0], missing[0], known, now)
        assert set(change.records) == {table}
        made, known = derive(missing[0], now, previous=made, change=change, fits=fits), now
    change = Change.between(shuffled, missing[0], records, records)
    assert differences(derive(missing[0], records, previous=full, change=change, fits=fits), made) == [], "withdrawn"
    for then, now_known in pairwise(missing):
        change = Change.between(then, now_known, records, records)
        made = derive(now_known, records, previous=made, change=change, fits=fits)
    assert differences(made, full) == []
    assert made.sort(CELL).equals(full.sort(CELL)), "the order of rows changes nothing"


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
