"""Every indicator in a world of legal and unkind figures: what its plain formula says, nothing foreseen or left behind."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import polars as pl
import pytest

from tests.transforms.indicators import hostile, plain
from tests.transforms.indicators.plain.past import Figure
from tests.transforms.indicators.test_indicators_incremental import differences, until
from transforms.indicators import CATALOG, Change, Fits, derive
from transforms.indicators.declaration import Build, Indicator, Input, Series, Step
from transforms.indicators.engine import each_vintage
from transforms.indicators.price_volume import price_growth
from transforms.indicators.prices import unit_value, unit_value_gap, unit_value_growth, volume_growth
from transforms.model import CLAIM, DIMENSIONS

SEED = 2
FITS = Fits()
CELL = [*DIMENSIONS, "period_end"]
BETWEEN = {  # units and indicators whose values have bounds whatever the figures are
    "flag": (0.0, 1.0),
    "count": (0.0, math.inf),
    "months": (0.0, math.inf),
    "years": (0.0, math.inf),
    "periods": (0.0, math.inf),
    "trade_concentration_hhi": (0.0, 10_000.0001),
    "bank_concentration_hhi": (0.0, 10_000.0001),
    "bank_largest_share": (0.0, 100.0001),
    "bank_short_share": (0.0, 100.0001),
    "loan_overdue_ratio": (0.0, math.inf),
    "composite_component_percentile": (0.0, 100.0),
    "composite_percentile": (0.0, 100.0),
    "composite_coverage": (0.0, 100.0),
    "early_warning_auroc": (0.0, 1.0),
    "rerouting_replaced_share": (0.0, 100.0001),
    "tariff_effective": (0.0, math.inf),
    "reer_above_low": (0.0, math.inf),
    "trade_release_revised_share": (0.0, 100.0),
}


@cache
def world() -> tuple[pl.DataFrame, dict[str, pl.DataFrame], pl.DataFrame]:
    words, records = hostile.words(SEED), hostile.records(SEED)
    return words, records, derive(words, records, fits=FITS)


def declared(inputs: tuple[Input, ...]) -> Iterator[Series]:
    """Published series that are declared, those of steps and indicators among the inputs too."""
    for one in inputs:
        if isinstance(one, Series):
            yield one
        elif isinstance(one, Indicator | Step):
            yield from declared(one.inputs)


def test_a_world_has_series_of_all_that_indicators_declare() -> None:
    """A new indicator of other series fails here until hostile.py has some."""
    words = hostile.words(SEED)
    wanted = {one: indicator.id for indicator in CATALOG for one in declared(indicator.inputs)}
    assert [f"{name} of {one}" for one, name in wanted.items() if words.filter(one.where()).is_empty()] == []


@pytest.mark.slow
def test_values_are_finite_within_bounds_and_end_when_they_are_known_no_more() -> None:
    _, _, made = world()
    assert made.filter(~pl.col("value").is_finite()).is_empty()
    for name, (low, high) in BETWEEN.items():
        rows = made.filter((pl.col("measure") == name) | (pl.col("unit") == name))
        assert rows.filter(~pl.col("value").is_between(low, high)).is_empty(), name
    first = made.sort("vintage_date").unique(CELL, keep="first", maintain_order=True)
    assert first["value"].null_count() == 0, "what was never known does not end"
    assert set(made.filter(pl.col("value").is_null())["obs_status"]) == {"O"}
    assert (made["period_end"] == made["period_end"].dt.month_end()).all()
    told = made.select(pl.col(name) for name in CLAIM if name not in ("native_title", "value", "precision"))
    assert sum(told.null_count().row(0)) == 0


@pytest.mark.slow
def test_in_steps_or_at_once_and_in_any_order_and_nothing_is_foreseen() -> None:
    words, records, made = world()
    day = hostile.DAYS[3]
    then = words.filter(pl.col("vintage_date") <= day).sample(fraction=1, shuffle=True, seed=5)
    early = derive(then, until(records, day), fits=FITS)
    assert differences(early, made.filter(pl.col("vintage_date") <= day)) == []
    change = Change.between(then, words, until(records, day), records)
    assert differences(derive(words, records, previous=early, change=change, fits=FITS), made) == []


@pytest.mark.slow
@pytest.mark.parametrize("day", hostile.DAYS[4::2], ids=str)
def test_each_indicator_says_what_its_formula_says(day: date) -> None:
    """Of what is known on the day, the newest words on it and no older ones: nothing more, nothing less."""
    words, records, made = world()
    rows = [row | {"value": Figure(row["value"])} for row in words.drop("series_id", "first_seen").to_dicts()]
    tables = {name: frame.to_dicts() for name, frame in records.items()}
    for row in tables["consensus_forecast"]:
        row["release_date"] = date.fromisoformat(row["release_date"])
    for name in ("composite", "trade_nowcast", "trade_nowcast_news"):
        columns = ["ref_area", "flow", "definition", "period_end", "vintage_date", "value"]
        tables[name] = made.filter(measure=name).sort("vintage_date").select(columns).to_dicts()
    past = plain.Past(rows, tables, day)
    wrong: dict[str, Any] = {}
    for indicator in CATALOG:
        keys = [*indicator.by, *(["unit"] if indicator.id == "trade_unit_value" else [])]
        expected = {
            (*(named[key] for key in keys), end): float(value)
            for named, end, value in plain.formula(indicator.id)(past)
            if value is not None and value == value
        }
        known = made.filter(pl.col("vintage_date") <= day, measure=indicator.id).sort("vintage_date")
        known = known.unique(CELL, keep="last", maintain_order=True).drop_nulls("value")
        found = {row[:-1]: row[-1] for row in known.select(*keys, "period_end", "value").iter_rows()}
        if indicator.id in ("trade_partner_missing", "trade_commodity_missing"):
            found = {cell: value for cell, value in found.items() if value}  # a zero: it is there by now
        if indicator.id.startswith(plain.NEWEST):
            found = {cell: value for cell, value in found.items() if cell in expected}
        if found.keys() != expected.keys() or found != pytest.approx(expected, rel=1e-7, abs=1e-7):
            wrong[indicator.id] = sorted(found.items() ^ expected.items(), key=str)[:4]
    assert not wrong


@pytest.mark.slow
def test_figures_without_a_value_stop_nothing_and_are_none() -> None:
    """No reader makes them; should one withdraw a figure, what rests on it ends and all else is as without it."""
    words, records = hostile.words(SEED), hostile.records(SEED)
    words = words.with_columns(value=pl.when(pl.int_range(pl.len()) % 19 != 7).then("value"))
    made = derive(words, records, fits=Fits())
    assert made.filter(~pl.col("value").is_finite()).is_empty()
    assert set(made.filter(pl.col("value").is_null())["obs_status"]) == {"O"}


def test_a_commodity_that_is_counted_one_year_and_weighed_the_next_stops_nothing(trade) -> None:  # type: ignore[no-untyped-def]
    """Its growth is none across the units, its unit value is one of each, and nothing else ends for it."""
    own = {"dataset": "trade_by_commodity", "product_code": "COMMODITY_SHOES"}
    money = [(f"{year}-0{month}", "2026-04-01", "export", "month", 5.0) for year in (2024, 2025) for month in (1, 2)]
    counted = {**own, "measure": "quantity", "currency": "_"}
    volumes = [
        trade([row], **counted, unit=unit) for row, unit in zip(money, ("count", "count", "kg", "kg"), strict=True)
    ]
    build = Build(pl.concat([trade(money, **own), *volumes]))
    assert volume_growth(build).is_empty() and unit_value_growth(build).is_empty()
    made = unit_value(build).sort("period_end")
    assert made["unit"].to_list() == ["USD/count", "USD/count", "USD/kg", "USD/kg"]
    assert price_growth(build).is_empty() and unit_value_gap(build).is_empty()


def test_what_was_made_of_several_ends_with_them(trade) -> None:  # type: ignore[no-untyped-def]
    """Three months make a mean until one is withdrawn; the mean is no cell of the panel, and ends nevertheless."""
    rows = [(f"2025-0{month}", "2025-04-01", "export", "month", 10.0 * month) for month in (1, 2, 3)]
    later = trade([rows[1]]).with_columns(value=pl.lit(None, pl.Float64), vintage_date=date(2025, 5, 1))
    frame = pl.concat([trade(rows), later])

    def mean(panel: pl.DataFrame) -> pl.DataFrame:
        whole = panel.tail(1).with_columns(value=pl.lit(panel["value"].mean()), product_code=pl.lit("MEAN"))
        return whole if panel.height == 3 else whole.clear()

    made = each_vintage(frame, list(DIMENSIONS), mean).sort("vintage_date")
    assert made.select("vintage_date", "value").rows() == [(date(2025, 4, 1), 20e9), (date(2025, 5, 1), None)]
