"""What a release said against what forecasters expected, by surveyor.

The forecast is the last one that stood before the release (`consensus_forecast.forecast`), the actual the figure
first printed: a forecast changed afterwards and a figure revised afterwards say nothing about the surprise.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Mapping

import polars as pl

from transforms.indicators.declaration import Build, Record, indicator, series, step
from transforms.indicators.engine import emit, pick
from transforms.model import NONE
from transforms.periods import period_end

SUBJECTS = {  # indicator of the record -> (measure and flow of the published series)
    "exports_yoy": ("growth_yoy", "export"),
    "imports_yoy": ("growth_yoy", "import"),
    "trade_balance": ("value", "balance"),
}
CELL = ["measure", "flow", "currency", "basis", "period_end"]
MINIMUM = 6
"""Fewest past surprises from which a standard deviation is taken."""

SURVEYED = ("flow", "basis", "currency", "definition")
_REFERENCE = "Balduzzi, Elton and Green (2001), Economic News and Bond Prices, Journal of Financial and Quantitative " \
             "Analysis 36(4)"  # fmt: skip


def forecasts(records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Forecasts of trade figures, one row per surveyor and release, keyed like the published series."""
    table = records.get("consensus_forecast")
    if table is None or table.is_empty():
        return pl.DataFrame(schema=dict.fromkeys([*CELL[:4], "definition", "release_id"], pl.String)
                            | {"period_end": pl.Date, "forecast": pl.Float64, "printed": pl.Float64,
                               "release_date": pl.Date})  # fmt: skip
    table = table.filter(pl.col("indicator").is_in(list(SUBJECTS)) & pl.col("forecast").is_not_null())
    figure = ["indicator", "currency", "period", "covers", "surveyor"]
    seen = "forecast_seen_at" if "forecast_seen_at" in table.columns else "release_date"  # null: of an unknown moment
    table = table.sort(seen, maintain_order=True).unique(
        figure, keep="last", maintain_order=True
    )  # the last one counts
    measures = {name: measure for name, (measure, _) in SUBJECTS.items()}
    flows = {name: flow for name, (_, flow) in SUBJECTS.items()}
    return table.select(
        "currency",
        "release_id",
        measure=pl.col("indicator").replace_strict(measures, return_dtype=pl.String),
        flow=pl.col("indicator").replace_strict(flows, return_dtype=pl.String),
        basis=pl.when(pl.col("covers") == "ytd").then(pl.lit("ytd")).otherwise(pl.lit("month")),
        period_end=pl.col("period").map_elements(period_end, return_dtype=pl.Date),
        definition=pl.col("surveyor").map_elements(surveyor_code, return_dtype=pl.String),
        forecast=pl.col("forecast").cast(pl.Float64),
        printed=pl.col("actual").cast(pl.Float64),
        release_date=pl.col("release_date").cast(pl.String).str.to_date(),
    )


def surveyor_code(name: str) -> str:
    """`dpa-AFX consensus` as a definition code: DPA_AFX_CONSENSUS."""
    return re.sub(r"\W+", "_", name).strip("_").upper()


@step(
    Record("consensus_forecast"),
    series(dataset="trade_total", measure="growth_yoy"),
    series(dataset="trade_total", measure="value", flow="balance"),
)
def surprises(build: Build) -> pl.DataFrame:
    """First print minus forecast per surveyor and release; columns CELL, definition, value and provenance."""
    published = pick(build.vintages, dataset="trade_total", counterpart_area="WORLD", measure=("growth_yoy", "value"))
    first = (
        published.sort("vintage_date", "first_seen", maintain_order=True)
        .unique(CELL, keep="first", maintain_order=True)
        .select(*CELL, "unit", "value", "vintage_date", "vintage_kind", pl.col("release_id").alias("print_id"))
    )
    table = forecasts(build.records).join(first, on=CELL, how="left")
    late = pl.when(pl.col("printed").is_null()).then(pl.max_horizontal("release_date", "vintage_date"))
    # a figure that came later counts from then
    day = late.otherwise(pl.coalesce("release_date", "vintage_date"))
    return table.with_columns(
        value=pl.coalesce("printed", "value") - pl.col("forecast"),
        vintage_date=day,
        first_seen=day.cast(pl.Datetime("us")),
        vintage_kind=pl.when(pl.col("printed").is_null()).then("vintage_kind").otherwise(pl.lit("observed")),
    ).filter(pl.col("value").is_not_null() & day.is_not_null())


def _emit(table: pl.DataFrame, name: str, unit: pl.Expr) -> pl.DataFrame:
    fixed = {"ref_area": "CHN", "counterpart_area": "WORLD", "product_code": "TOTAL"}
    return emit(table.drop("measure", "unit"), name, NONE, **fixed).with_columns(unit=unit)


@indicator(
    id="trade_surprise",
    title="Trade figure against the consensus forecast",
    unit="percentage_points, USD or CNY",
    by=SURVEYED,
    inputs=(surprises,),
    lookback=0,
    formula="figure first printed - last forecast shown before the release",
    reference=_REFERENCE,
    caveat="Each surveyor is a series of its own (definition): panels and days differ, so do the surprises.",
)
def surprise(build: Build) -> pl.DataFrame:
    unit = pl.when(pl.col("flow") == "balance").then("currency").otherwise(pl.lit("percentage_points"))
    return _emit(surprises(build), "trade_surprise", unit)


@indicator(
    id="trade_surprise_standardised",
    title="Trade surprise in standard deviations",
    unit="standard_deviations",
    by=SURVEYED,
    inputs=(surprises,),
    formula=f"surprise / standard deviation of all earlier ones (at least {MINIMUM}) of one surveyor, figure and basis",
    reference=_REFERENCE,
    caveat="Surprises of earlier periods that were known by the day of the release count, later ones do not.",
)
def surprise_standardised(build: Build) -> pl.DataFrame:
    """Surprise in standard deviations of the surprises of the same surveyor before it that were known by then."""
    table = surprises(build)
    made = [table.clear()]
    for own in table.partition_by([*CELL[:4], "definition"]):
        told = list(own.select("period_end", "vintage_date", "value").iter_rows())
        spreads = [_spread([v for other, seen, v in told if other < end and seen <= day]) for end, day, _ in told]
        made.append(own.with_columns(value=pl.col("value") / pl.Series(spreads, dtype=pl.Float64)))
    return _emit(pl.concat(made).drop_nulls("value"), "trade_surprise_standardised", pl.lit("standard_deviations"))


def _spread(past: list[float]) -> float | None:
    """Standard deviation; None of too few, or where nothing varies."""
    return (statistics.stdev(past) or None) if len(past) >= MINIMUM else None
