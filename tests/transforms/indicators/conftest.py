"""Small frames of vintages with official figures, typed with their source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from flows.run import derivation
from transforms.indicators import Fits
from transforms.model import CLAIM, observations, series_id
from transforms.periods import period_end

Frame = Callable[..., pl.DataFrame]


def build(rows: list[tuple[Any, ...]], columns: str, **constants: str) -> pl.DataFrame:
    """Vintages from tuples; `columns` names them; `period` is 2025-11 or a day, `vintage` an ISO day.

    Constants and columns are dimensions; `kind` (observed by default), `release` and `precision` may be columns too.
    """
    frame = pl.DataFrame(rows, schema=columns.split(), orient="row", infer_schema_length=None)
    frame = frame.with_columns(
        period_end=pl.col("period").cast(pl.String).map_elements(period_end, return_dtype=pl.Date)
    )
    provenance = frame.select(
        vintage_date=pl.col("vintage").cast(pl.String).str.to_date(),
        vintage_kind=pl.col("kind") if "kind" in frame.columns else pl.lit("observed"),
        release_id=pl.col("release") if "release" in frame.columns else pl.lit("test"),
    ).with_columns(first_seen=pl.col("vintage_date").cast(pl.Datetime("us")))
    tidy = observations(frame.drop("period", "vintage", "kind", "release", strict=False), **constants)
    return pl.concat([tidy, provenance], how="horizontal").select(list(CLAIM)).with_columns(series_id())


class Real(NamedTuple):
    """Vintages and records of the shipped history, and everything derived from them, with the seasonals fitted for it."""

    vintages: pl.DataFrame
    records: dict[str, pl.DataFrame]
    derived: pl.DataFrame
    fits: Fits


@pytest.fixture(scope="session")
def real(built_home: Path) -> Real:
    """As the built home derived it: 15 seconds of processor that no test needs to spend again."""
    done = derivation.load(built_home / "cache" / "indicators")
    assert done
    return Real(done.settled.words, dict(done.records), done.indicators.select(CLAIM.keys()), done.fits)


@pytest.fixture
def trade() -> Frame:
    """China's trade with the world in USD bn: rows of (period, vintage, flow, basis, value)."""

    def make(
        rows: list[tuple[Any, ...]], columns: str = "period vintage flow basis value", **more: str
    ) -> pl.DataFrame:
        fixed = {"dataset": "trade_total", "ref_area": "CHN", "counterpart_area": "WORLD", "product_code": "TOTAL",
                 "measure": "value", "currency": "USD", "unit": "USD"} | more  # fmt: skip
        names = columns.split()
        fixed = {name: value for name, value in fixed.items() if name not in names}
        scaled = build(rows, columns, **fixed)
        money = pl.col("measure") == "value"
        return scaled.with_columns(value=pl.when(money).then(pl.col("value") * 1e9).otherwise("value"))

    return make


@pytest.fixture
def loans() -> Frame:
    """Russian household loans in RUB bn: rows of (period, vintage, measure, definition, value)."""

    def make(
        rows: list[tuple[Any, ...]], columns: str = "period vintage measure definition value", **more: str
    ) -> pl.DataFrame:
        fixed = {"dataset": "household_loans", "ref_area": "RUS", "product_code": "HOUSEHOLD", "basis": "stock",
                 "currency": "ALL", "unit": "RUB"} | more  # fmt: skip
        return build(rows, columns, **fixed).with_columns(pl.col("value") * 1e9)

    return make


@pytest.fixture
def usd() -> Frame:
    """Official USD rates: (effective day, RUB for one USD), public that day."""

    def make(*rows: tuple[str, float]) -> pl.DataFrame:
        fixed = {"dataset": "fx_rate", "ref_area": "RUS", "product_code": "USD", "measure": "official_rate",
                 "basis": "rate", "unit": "RUB", "freq": "D"}  # fmt: skip
        return build([(day, day, rate) for day, rate in rows], "period vintage value", **fixed)

    return make


@pytest.fixture
def key_rate() -> Frame:
    """Key rate: (first day, percent a year), public that day."""

    def make(*rows: tuple[str, float]) -> pl.DataFrame:
        fixed = {"dataset": "key_rate", "ref_area": "RUS", "measure": "key_rate", "basis": "rate", "unit": "percent",
                 "freq": "D"}  # fmt: skip
        return build([(day, day, rate) for day, rate in rows], "period vintage value", **fixed)

    return make


@pytest.fixture
def known() -> Callable[..., float | None]:
    """The value of an indicator for a period as known on a day."""

    def look(frame: pl.DataFrame, period: str, day: str, **dimensions: str) -> float | None:
        tests = [pl.col(name) == value for name, value in dimensions.items()]
        rows = frame.filter(
            pl.col("period_end") == period_end(period), pl.col("vintage_date") <= date.fromisoformat(day), *tests
        ).sort("vintage_date", "first_seen")
        cells = rows.select("measure", "counterpart_area", "flow", "product_code", "basis", "definition", "currency")
        assert cells.unique().height <= 1, "name more dimensions"
        return rows["value"][-1] if rows.height else None

    return look
