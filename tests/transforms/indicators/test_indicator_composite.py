"""Composites: standardised by hand, missing components shown, nothing learned before its day."""

from __future__ import annotations

import statistics
from datetime import date

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators import composite as c
from transforms.indicators.components import Component, Row


def component(values: dict[int, float], form: str = "change") -> Component:
    day = date(2025, 1, 1)
    rows: list[Row] = [(day, month, value, "observed", "r") for month, value in values.items()]
    made = Component("x", 1.0, 1, form, rows)
    made.advance(day)
    return made


def test_level_is_measured_from_its_own_mean() -> None:
    values = {month: float(month % 5) for month in range(40)}
    made = component(values, "level")
    past = list(values.values())
    expected = (values[39] - statistics.fmean(past)) / statistics.stdev(past)
    assert made.standardised(39, window=60, stale=3) == pytest.approx(expected)


def test_change_is_measured_in_its_own_changes() -> None:
    values = {month: float(month % 7) for month in range(60)}
    made = component(values)
    changes = [values[m] - values[m - 12] for m in range(12, 60)]
    expected = (values[59] - values[47]) / statistics.stdev(changes)
    assert made.standardised(61, window=60, stale=6) == pytest.approx(expected)


def test_what_is_stated_now_and_then_is_left_out_whatever_another_share_does() -> None:
    """Problem unsecured loans: 9.0, 10.8, 12.1, 12.9 and 13.0 percent, a quarter apart."""
    stated = component({72: 9.0, 75: 10.8, 78: 12.1, 81: 12.9, 84: 13.0})
    assert stated.standardised(84, window=120, stale=6) is None and stated.rank(84, window=120, stale=6) is None
    left_out = c.composites()["RUS"]["left_out"]
    assert set(left_out) >= {"problem_unsecured"} and not set(left_out) & set(c.composites()["RUS"]["components"])


def test_no_change_is_taken_across_a_break() -> None:
    """The values jump with month 30, where their definition changes: the jump is no part of what is usual."""
    values = {month: float(month % 7) + (100 if month >= 30 else 0) for month in range(60)}
    made = component(values)
    made.breaks = frozenset({30})
    changes = [values[m] - values[m - 12] for m in range(12, 60) if not 30 <= m < 42]
    expected = (values[59] - values[47]) / statistics.stdev(changes)
    assert made.standardised(59, window=60, stale=6) == pytest.approx(expected)
    made = component(values)
    made.breaks = frozenset(range(45, 59))
    assert made.standardised(59, window=60, stale=6) is None, "nor is the change that is to be measured"


def test_a_stale_value_or_one_without_a_year_before_does_not_count() -> None:
    values = {month: float(month % 7) for month in range(60)}
    assert component(values).standardised(65, window=60, stale=6) is not None
    assert component(values).standardised(66, window=60, stale=6) is None
    assert component({**{m: values[m] for m in range(40)}, 59: 1.0}).standardised(59, window=60, stale=6) is None


def test_rank_counts_the_weaker_past_and_ties_by_half() -> None:
    values = {month: float(month) for month in range(29)} | {29: 5.0}
    made = component(values, "level")  # 30 values; 0 to 4 are lower, two are 5
    assert made.rank(29, window=60, stale=3) == pytest.approx(100 * 6 / 30)
    made = component(values, "level")
    made.sign = -1
    assert made.rank(29, window=60, stale=3) == pytest.approx(80)
    assert component({5: 1.0}, "level").rank(5, window=60, stale=3) is None


def test_what_is_said_of_a_month_changes_with_the_news() -> None:
    """Worked out once until something new is known: then the answer is that of all values, as if never asked before."""
    rows = [(date(2025, 12, 8), month, float(month % 5), "observed", "r") for month in range(40)]
    made = Component("x", 1, 1, "level", [*rows, (date(2026, 1, 8), 39, 9.0, "observed", "s")])
    made.advance(date(2025, 12, 8))
    first = [ask(39, 60, 3) for ask in (made.standardised, made.rank, made.path)]
    assert [ask(39, 60, 3) for ask in (made.standardised, made.rank, made.path)] == first
    made.advance(date(2026, 1, 8))
    fresh = component({month: float(month % 5) for month in range(39)} | {39: 9.0}, "level")
    assert made.standardised(39, 60, 3) == fresh.standardised(39, 60, 3) != first[0]
    assert (made.rank(39, 60, 3), made.path(39, 60, 3)) == (fresh.rank(39, 60, 3), fresh.path(39, 60, 3))


def test_nothing_is_known_before_its_vintage() -> None:
    made = Component("x", 1, 1, "level", [(date(2025, 12, 8), 10, 1.0, "observed", "r")])
    made.advance(date(2025, 12, 7))
    assert not made.values
    assert made.advance(date(2025, 12, 8)) == "r"
    assert made.values == {10: 1.0}


@pytest.mark.slow
def test_contributions_add_up_and_the_missing_weight_is_shown(trade, key_rate, known) -> None:
    # Only the key rate is known: one of four equal weights is below the least coverage, so there is no composite.
    rates = key_rate(
        *[
            (f"{year}-{month:02}-01", float(7 + (year * month) % 9))
            for year in range(2018, 2026)
            for month in range(1, 13)
        ]
    )
    assert c.composite(Build(rates)).is_empty()
    growth = [(f"{year}-{month:02}", f"{year}-{month:02}-28", flow, "month", float((year * month + shift) % 11))
              for year in range(2019, 2026) for month in range(3, 13) for flow, shift in (("export", 0), ("import", 4))]  # fmt: skip
    frame = trade(growth, measure="growth_yoy", unit="percent")
    total = c.composite(Build(frame))
    value = known(total, "2025-12", "2025-12-31")
    parts = c.contribution(Build(frame)).filter(pl.col("period_end") == date(2025, 12, 31))
    assert parts["product_code"].sort().to_list() == ["EXPORTS", "IMPORTS"]
    assert parts.group_by("product_code").last()["value"].sum() == pytest.approx(value)
    alone = c.without(Build(frame)).filter(pl.col("period_end") == date(2025, 12, 31)).group_by("product_code").last()
    share = dict(parts.group_by("product_code").last().select("product_code", "value").iter_rows())
    assert dict(alone.select("product_code", "value").iter_rows()) == pytest.approx(
        {"EXPORTS": 2 * share["IMPORTS"], "IMPORTS": 2 * share["EXPORTS"]}  # one of two equal weights is left
    )
    assert known(c.coverage(Build(frame)), "2025-12", "2025-12-31") == pytest.approx(2 / 3.5 * 100)
    ranks = c.component_percentile(Build(frame)).filter(pl.col("period_end") == date(2025, 12, 31))
    mean = known(c.mean_percentile(Build(frame)), "2025-12", "2025-12-31")
    assert mean == pytest.approx(ranks.group_by("product_code").last()["value"].mean())
    assert 0 <= mean <= 100


def test_weights_and_signs_are_data() -> None:
    for book in c.composites().values():
        for name, spec in book["components"].items():
            assert spec["weight"] > 0 and spec["sign"] in (1, -1) and spec["form"] in ("level", "change"), name
            assert spec["why"], name
            assert sum(kind in spec for kind in ("select", "print", "indicator")) == 1, name


def test_a_component_that_drops_out_does_not_move_the_level() -> None:
    """Of two components at -2 and 0 the first is not known in the second month: the level moves by the second's 0.1."""
    scores = {1: {"a": -2.0, "b": 0.0}, 2: {"b": 0.1}, 3: {"b": 0.3, "c": 5.0}, 0: {"a": -1.0}}
    assert c.linked(scores, {"a": 1.0, "b": 1.0, "c": 0.5}) == pytest.approx({1: -1.0, 2: -0.9, 3: -0.7, 0: 0.0})
    assert c.linked({1: {"a": 1.0, "b": 3.0}, 2: {"c": 9.0}}, {"a": 1.0, "b": 1.0, "c": 1.0}) == {1: 2.0}
    assert c.linked({1: {}}, {"a": 1.0}) == {}


def test_half_of_the_stated_window_must_be_known() -> None:
    values = {month: float(month % 5) for month in range(40)}
    assert component(values, "level").standardised(39, window=80, stale=3) is not None
    assert component(values, "level").standardised(39, window=82, stale=3) is None
    assert component(values, "level").span(39, window=80, stale=3) == 40


def test_prices_count_as_printed_and_as_the_office_published_them_for_longer(trade) -> None:
    """The calendar shows the newest month on its day; ten years come from the table of the office."""
    months = [(f"{2015 + n // 12}-{n % 12 + 1:02}", "2025-11-30", "_", "month", float(n % 7)) for n in range(10, 130)]
    prices = trade(months, dataset="price_index", product_code="PPI", measure="growth_yoy", unit="percent")
    told = pl.DataFrame({"indicator": ["ppi_yoy"], "actual": ["-2.1"], "release_date": ["2025-12-10"],
                         "period": ["2025-11"], "release_id": ["calendar"]})  # fmt: skip
    made = {x.name: x for x in c.load("CHN", Build(prices, {"consensus_forecast": told})._view(c.inputs(), date.min))}
    ppi = made["producer_prices"]
    ppi.advance(date(2025, 12, 31))
    assert len(ppi.values) == 121 and ppi.values[2025 * 12 + 10] == -2.1
