"""The as-of rule is stated once: on generated vintages every reader of the past names the same words."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from tests.expectations import small
from transforms import asof
from transforms.indicators.engine import known_on
from transforms.model import DIMENSIONS
from warehouse.agents import Warehouse
from warehouse.bulletin import facts
from warehouse.bulletin.facts import Known
from warehouse.store import settle

MONTHS = [date(2025, 10, 31), date(2025, 11, 30), date(2025, 12, 31)]
DAYS = [date(2026, 1, 10) + timedelta(days=9 * number) for number in range(8)]
Words = dict[tuple[str, date], tuple[date, float]]


def generated(seed: int) -> pl.DataFrame:
    """Claims of three releases on two series and three months, some on one day, some saying again what is known."""
    drawn = random.Random(seed)
    said = [
        small.claims(
            *[(drawn.choice(["export", "import"]), drawn.choice(MONTHS), drawn.choice(DAYS), float(drawn.randint(1, 3)))
              for _ in range(15)],
            release=f"release {number}",
        )
        for number in range(3)
    ]  # fmt: skip
    return pl.concat(said)


def plainly(vintages: pl.DataFrame, day: date) -> Words:
    """The rule in plain words: go through the words by day and keep the last one of each cell."""
    found: Words = {}
    for row in vintages.sort("vintage_date", "first_seen", "release_id").iter_rows(named=True):
        if row["vintage_date"] <= day:
            found[row["series_id"], row["period_end"]] = (row["vintage_date"], row["value"])
    return found


def words(frame: pl.DataFrame) -> Words:
    return {(r["series_id"], r["period_end"]): (r["vintage_date"], r["value"]) for r in frame.iter_rows(named=True)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_all_readers_agree_on_every_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    claims = generated(seed)
    vintages = settle(claims).vintages
    path = tmp_path / "warehouse.duckdb"
    keys = [name for name in DIMENSIONS if name != "dataset"]
    told = {day: plainly(vintages, day) for day in (DAYS[0] - timedelta(days=1), *DAYS)}
    assert len(told[DAYS[-1]]) == 6 and vintages.height > 12, "the draw is too tame"
    with small.warehouse(path, claims) as connection:
        for day, found in told.items():
            assert words(asof.as_of(vintages, day)) == found
            assert words(known_on(vintages, day, keys)) == found
            for many in (100_000, 1):  # fetched at once, and when it is asked for
                monkeypatch.setattr(facts, "MANY", many)
                assert words(Known(connection, day).of("values", {})) == found
            if found:  # else the macro says from which day on it can be asked
                assert words(connection.sql(f"FROM observation_as_of(DATE '{day}')").pl()) == found
        newest = "SELECT *, latest_vintage_date AS vintage_date, latest_value AS value FROM first_release"
        assert words(connection.sql(newest).pl()) == words(asof.newest(vintages)) == told[DAYS[-1]]
    asked = Warehouse(path)
    for day in DAYS[::3]:
        for series in {name for name, _ in told[day]}:
            own = {date.fromisoformat(str(row["period_end"])): row["value"]
                   for row in asked.as_of(series, day.isoformat())["rows"]}  # fmt: skip
            assert own == {period: value for (name, period), (_, value) in told[day].items() if name == series}
