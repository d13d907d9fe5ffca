"""The cost of a run is the news, and the news gives what a build from nothing gives: releases late, withdrawn, mended."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from flows.run import assemble, derivation
from transforms import indicators
from warehouse import history
from warehouse.candidate import Base, verify, write_candidate
from warehouse.content import Content
from warehouse.publish import new_manifest
from warehouse.schema import tables

DATASETS = {1: ("trade_total", "fx_rate"), 2: ("key_rate", "price_index", "fx_rate")}
"""What the history of each seed is made of: what is joined is together, and every run costs what it derives."""
Build = Callable[..., Content]


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Build:
    """The content made of some claims, with what was derived last time in the cache."""
    shipped = history.shipped()

    def made(claims: pl.DataFrame, kept: int = 1) -> Content:
        """`kept`: of the rows of record tables every one but each `kept`-th."""
        place = pl.int_range(pl.len())
        records = {name: frame.filter((place % kept != 0) | (kept == 1)) for name, frame in shipped.records.items()}
        state = dataclasses.replace(shipped, claims=claims, records=records)
        monkeypatch.setattr(history, "shipped", lambda: state)
        return assemble.content([], tmp_path / "indicators")

    return made


def states(seed: int) -> list[pl.DataFrame]:
    """What was known after each of some runs: releases come in any order, some are withdrawn, figures are corrected."""
    chance = random.Random(seed)
    whole = history.shipped().claims.filter(pl.col("dataset").is_in(DATASETS[seed]))
    days = whole["vintage_date"].unique().sort().to_list()
    missing = {day: chance.random() < 0.05 for day in days}
    found = [whole.filter(~pl.col("vintage_date").replace_strict(missing, return_dtype=pl.Boolean))]
    found.append(whole)  # late arrivals of any age
    gone = set(chance.sample(days, 20))
    found.append(whole.filter(~pl.col("vintage_date").is_in(list(gone))))
    place = pl.int_range(pl.len())
    mended = chance.randrange(whole.height)
    found.append(whole.with_columns(value=pl.when(place == mended).then(pl.col("value") * 1.01).otherwise("value")))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", DATASETS)
def test_what_is_built_on_the_last_publication_is_what_is_built_from_nothing(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    monkeypatch.setattr(derivation, "LARGE", 500)
    base: Path | None = None
    for number, claims in enumerate(states(seed)):
        content = build(claims, (1, 5, 7, 1)[number])
        manifest = new_manifest(f"R{number}", content, "f", datetime(2026, 11, 28, tzinfo=UTC), "code")
        path, fresh = tmp_path / f"{number}.duckdb", tmp_path / f"{number}-full.duckdb"
        write_candidate(path, content, manifest, Base(base, tmp_path / "base.duckdb") if base else None)
        verify(path, content, manifest)
        if base:  # the first one is built from nothing itself
            write_candidate(fresh, content, manifest)
            assert different(path, fresh) == {}
        base = path
    last = derivation.load(tmp_path / "indicators")
    assert last is not None
    assert content.digest() == assemble.content([]).digest()


PRINTS = "SELECT count(*), sum(hash(t)::HUGEINT) FROM ({}) AS t"
"""What tells two heaps of rows apart, whatever their order."""


def different(one: Path, other: Path) -> dict[str, int]:
    """Rows that only one of two warehouses has, by table, view and macro."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{one}' AS one (READ_ONLY); ATTACH '{other}' AS other (READ_ONLY)")
        counts = {}
        for table in tables():
            left, right = f"SELECT * FROM one.{table.name}", f"SELECT * FROM other.{table.name}"
            if con.execute(PRINTS.format(left)).fetchall() == con.execute(PRINTS.format(right)).fetchall():
                continue  # the same rows in any order; comparing each with each takes four times as long
            apart = f"SELECT count(*) FROM (({left} EXCEPT ALL {right}) UNION ALL ({right} EXCEPT ALL {left}))"
            counts[table.name] = con.execute(apart).fetchall()[0][0]
        comments = "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE database_name = '{}'"
        left, right = comments.format("one"), comments.format("other")
        counts["comments"] = con.execute(f"SELECT count(*) FROM ({left} EXCEPT {right})").fetchall()[0][0]
    return {name: count for name, count in counts.items() if count}


def only_key_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Derive few indicators, where which ones are derived is another question."""
    few = [one for one in indicators.CATALOG if one.id.startswith("key_rate")]
    assert few
    monkeypatch.setattr(indicators, "CATALOG", few)
    monkeypatch.setattr(assemble, "CATALOG", few)


@pytest.mark.slow
def test_large_parts_that_stand_are_not_written_again(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_key_rate(monkeypatch)
    monkeypatch.setattr(derivation, "LARGE", 50)
    claims = history.shipped().claims.filter(pl.col("dataset").is_in(["key_rate", "price_index"]))
    build(claims)
    folder = tmp_path / "indicators"
    before = {path.name: path.stat().st_ino for path in folder.glob("*.parquet")}
    assert {"vintages.key_rate.parquet", "vintages.price_index.parquet"} <= set(before)
    first = claims["period_end"].min()
    changed = (pl.col("dataset") == "price_index") & (pl.col("period_end") == first)
    content = build(claims.filter(~changed))
    after = {path.name: path.stat().st_ino for path in folder.glob("*.parquet")}
    assert after["vintages.key_rate.parquet"] == before["vintages.key_rate.parquet"]
    assert after["vintages.price_index.parquet"] != before["vintages.price_index.parquet"]
    last = derivation.load(folder)
    assert last is not None and last.settled.vintages.equals(content.vintages)
    assert last.indicators.sort(pl.all()).equals(content.indicators.sort(pl.all()))
    assert not list(tmp_path.glob("indicators-*"))


@pytest.mark.slow
def test_a_derivation_that_is_not_whole_or_of_other_code_is_not_used(
    build: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    only_key_rate(monkeypatch)
    claims = history.shipped().claims.filter(pl.col("dataset") == "key_rate")
    build(claims)
    folder = tmp_path / "indicators"
    assert derivation.load(folder) is not None
    (folder / "vintages.parquet").write_bytes(b"cut")
    assert derivation.load(folder) is None
    build(claims)
    state = folder / "state.json"
    state.write_text(state.read_text().replace('"code": "', '"code": "0'))
    assert derivation.load(folder) is None
