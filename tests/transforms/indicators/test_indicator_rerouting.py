"""Offset, excess growth, diversion and concentration on official figures; expected values by hand beside them."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.indicators import Build, coverage
from transforms.indicators import rerouting as r

COLUMNS = "period vintage counterpart_area flow basis value"
# GACC, exports in USD bn: total 312.31 and 330.3, to the United States 47.30939 and 33.8 (first print).
NOVEMBER = [
    ("2024-11", "2024-12-10", "WORLD", "export", "month", 312.31),
    ("2025-11", "2025-12-08", "WORLD", "export", "month", 330.3),
]
AMERICA = [
    ("2024-11", "2024-12-18", "USA", "export", "month", 47.30939),
    ("2025-11", "2025-12-08", "USA", "export", "month", 33.8),
]


def build(trade, partners, world=NOVEMBER) -> pl.DataFrame:
    return pl.concat([trade(world, COLUMNS), trade(partners, COLUMNS, dataset="trade_by_partner")])


@pytest.mark.slow
def test_markets_elsewhere_took_more_than_twice_the_loss(trade, known) -> None:
    frame = build(trade, AMERICA)
    # all others: 296.5 after 265.00061, up 31.49939; lost in the United States: 13.50939
    assert known(r.offset_ratio(Build(frame)), "2025-11", "2025-12-08") == pytest.approx(2.3317, abs=0.0001)
    assert known(r.rest_of_world_growth(Build(frame)), "2025-11", "2025-12-08") == pytest.approx(11.886, abs=0.001)
    excess = known(r.excess_growth(Build(frame)), "2025-11", "2025-12-08")
    assert excess == pytest.approx(-28.555 - 11.886, abs=0.002)


def test_no_offset_where_nothing_was_lost_or_the_market_is_small(trade) -> None:
    gained = [
        ("2024-11", "2024-12-18", "VNM", "export", "month", 14.0),
        ("2025-11", "2025-12-08", "VNM", "export", "month", 17.0),
    ]
    small = [
        ("2024-11", "2024-12-18", "NZL", "export", "month", 1.0),
        ("2025-11", "2025-12-08", "NZL", "export", "month", 0.5),
    ]
    assert r.offset_ratio(Build(build(trade, gained + small))).is_empty()


def test_published_growth_of_partners_against_the_total(trade, known) -> None:
    growth = {"measure": "growth_yoy", "unit": "percent"}
    frame = pl.concat([
        trade([("2025-11", "2025-12-08", "WORLD", "export", "month", 5.9)], COLUMNS, **growth),
        trade([("2025-11", "2025-12-08", "ASEAN", "export", "month", 8.2)], COLUMNS, dataset="trade_by_partner", **growth),
    ])  # fmt: skip
    assert known(r.excess_growth_published(Build(frame)), "2025-11", "2025-12-08") == pytest.approx(2.3)


@pytest.mark.slow
def test_diversion_compares_connectors_with_others_and_leaves_the_lost_market_out(trade, known) -> None:
    # connectors 100 -> 120, the United States 50 -> 35, others 150 -> 165: (1.2 / 1.1) * 100
    world = [
        ("2024-11", "2025-01-18", "WORLD", "export", "month", 300.0),
        ("2025-11", "2026-01-18", "WORLD", "export", "month", 320.0),
    ]
    values = {"USA": (50.0, 35.0)} | dict.fromkeys(r.connector_sets()["ASIAN_CONNECTORS"], (20.0, 24.0))
    rows = [(period, vintage, code, "export", "month", pair[i])
            for code, pair in values.items() for i, (period, vintage) in enumerate((("2024-11", "2025-01-18"), ("2025-11", "2026-01-18")))]  # fmt: skip
    index = r.diversion_index(Build(build(trade, rows, world)))
    assert known(index, "2025-11", "2026-01-18", definition="ASIAN_CONNECTORS") == pytest.approx(100 * 1.2 / 1.1)
    without_one = [row for row in rows if row[2] != "IND"]
    assert r.diversion_index(Build(build(trade, without_one, world))).is_empty()


def test_concentration_needs_nearly_all_countries(trade, known) -> None:
    world = [("2024-12", "2025-01-18", "WORLD", "export", "ytd", 100.0)]
    shares = {"USA": 50.0, "JPN": 30.0, "VNM": 20.0}
    rows = [("2024-12", "2025-01-18", code, "export", "ytd", value) for code, value in shares.items()]
    grouped = [*rows, ("2024-12", "2025-01-18", "ASEAN", "export", "ytd", 20.0)]  # groups do not count twice
    assert known(coverage.concentration(Build(build(trade, grouped, world))), "2024-12", "2025-01-18") == pytest.approx(
        3800
    )
    restated = [
        *world,
        ("2024-12", "2025-02-18", "WORLD", "export", "ytd", 102.0),
    ]  # the total alone: no word of countries
    assert known(coverage.concentration(Build(build(trade, rows, restated))), "2024-12", "2025-02-18") == pytest.approx(
        3800
    )
    assert coverage.concentration(Build(build(trade, rows[:2], world))).is_empty()


def table(trade, partners, world) -> pl.DataFrame:
    """Exports of a month in USD bn: rows of (period, day, partner, value)."""
    rows, totals = ([(period, day, area, "export", "month", value) for period, day, area, value in told]
                    for told in (partners, world))  # fmt: skip
    return build(trade, rows, totals)


def test_coverage_counts_the_countries_and_names_the_missing(trade, known) -> None:
    """Of 100 in all, 60 and 30 of two countries are known in 2024; a year later the second one is not in the table."""
    world = [(period, day, "WORLD", 100.0) for period, day in (("2024-11", "2024-12-18"), ("2025-11", "2025-12-18"))]
    rows = [("2024-11", "2024-12-18", "USA", 60.0), ("2024-11", "2024-12-18", "JPN", 30.0),
            ("2024-11", "2024-12-18", "ASEAN", 40.0), ("2025-11", "2025-12-18", "USA", 55.0)]  # fmt: skip
    frame = table(trade, rows, world)
    covered, counted = coverage.partner_coverage(Build(frame)), coverage.partner_count(Build(frame))
    assert known(covered, "2024-11", "2024-12-18") == pytest.approx(90) and known(counted, "2024-11", "2024-12-18") == 2
    assert known(covered, "2025-11", "2025-12-18") == pytest.approx(55) and known(counted, "2025-11", "2025-12-18") == 1
    missing = coverage.partner_missing(Build(frame))
    assert missing.select("counterpart_area", "value").rows() == [("JPN", pytest.approx(30.0))]
    late = table(trade, [*rows, ("2025-11", "2026-01-18", "JPN", 31.0)], world)
    assert known(coverage.partner_missing(Build(late)), "2025-11", "2026-01-18") == 0.0


def test_concentration_of_imports_with_and_without_what_china_brings_back(trade, known) -> None:
    """Shares 50, 30 and 20 of China itself: 3,800; without it 62.5 and 37.5: 5,312.5."""
    rows = [("2024-12", "2025-01-18", area, value) for area, value in (("USA", 50.0), ("JPN", 30.0), ("CHN", 20.0))]
    world = [("2024-12", "2025-01-18", "WORLD", 100.0)]
    frame = table(trade, rows, world).with_columns(flow=pl.lit("import"))
    assert known(coverage.concentration(Build(frame)), "2024-12", "2025-01-18") == pytest.approx(3800)
    without = coverage.concentration_without_reimports(Build(frame))
    assert known(without, "2024-12", "2025-01-18") == pytest.approx(5312.5)


def test_a_missing_country_that_a_revision_makes_a_small_one_is_missed_no_more(trade, known) -> None:
    """Its share of the year before is revised from 30 % to 0.1 %: the 30 % do not stand, and nothing takes their place."""
    world = [(period, day, "WORLD", 100.0) for period, day in (("2024-11", "2024-12-18"), ("2025-11", "2025-12-18"))]
    rows = [("2024-11", "2024-12-18", "JPN", 30.0), ("2025-11", "2025-12-18", "USA", 55.0),
            ("2024-11", "2026-01-18", "JPN", 0.1)]  # fmt: skip
    missing = coverage.partner_missing(Build(table(trade, rows, world)))
    assert known(missing, "2025-11", "2025-12-18") == pytest.approx(30.0)
    assert missing.filter(pl.col("vintage_date") > pl.lit("2026-01-01").str.to_date())["value"].to_list() == [None]
