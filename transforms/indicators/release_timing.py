"""When releases come: days after the period, days after the calendar, and the releases of a figure one by one."""

from __future__ import annotations

import polars as pl

from transforms.indicators.declaration import Build, Record, indicator, series
from transforms.indicators.engine import PROVENANCE, emit, pick
from transforms.indicators.release_quality import histories
from transforms.indicators.trade import KEYS, TRADE
from transforms.model import CLAIM
from transforms.periods import period_end

TABLES = ("trade_total", "trade_by_partner", "trade_by_commodity", "trade_by_regime", "household_loans", "mortgage",
          "loan_portfolio", "sme_loans", "mirror_trade", "price_index")  # fmt: skip
"""Tables whose lag is told: one number a month, the dataset is the product."""
LONGEST = 100
"""Days after which a first sight is that of a copy and no release: the slowest table takes about seventy."""
RELEASES = 8
"""Releases of a figure that are told one by one: a year of bulletins revises a month seldom more often."""
BY = ("ref_area", "product_code")
_TABLES = series(dataset=TABLES, freq="M", basis=("month", "ytd", "stock"))
_TOTALS = series(dataset="trade_total", counterpart_area="WORLD", basis=("month", "ytd"),
                 measure=("growth_yoy", "value"))  # fmt: skip
_REFERENCE = (
    "Eurostat, European Statistical System Handbook for Quality and Metadata Reports (2021): timeliness, punctuality; "
    "McKenzie and Gamba (2008), OECD, on revision triangles"
)


def first_seen(rows: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """The earliest observed vintage of each key and period, within LONGEST days of the end of the period.

    Returns keys, period_end, vintage_date, PROVENANCE and `days` after the end of the period.
    """
    days = (pl.col("vintage_date") - pl.col("period_end")).dt.total_days()
    seen = rows.filter(pl.col("vintage_kind") == "observed").with_columns(days=days.cast(pl.Float64))
    seen = seen.filter(pl.col("days").is_between(0, LONGEST)).sort("vintage_date", "first_seen", "release_id")
    first = seen.unique([*keys, "period_end"], keep="first", maintain_order=True)
    return first.select(*keys, "period_end", "vintage_date", *PROVENANCE, "days")


@indicator(
    id="release_lag_days",
    title="Days from the end of a month to the day its table was first seen",
    unit="days",
    by=BY,
    inputs=(_TABLES,),
    lookback=0,
    formula="earliest vintage day of any figure of the month - last day of the month; the table is the product",
    reference=_REFERENCE,
    caveat=f"An upper bound where a table was taken in late. None beyond {LONGEST} days: that is a copy, no release. "
    "Days that are inferred by a rule do not count.",
)
def lag(build: Build) -> pl.DataFrame:
    rows = pick(build.vintages, dataset=TABLES, freq="M", basis=("month", "ytd", "stock"))
    first = first_seen(rows.with_columns(table=pl.col("dataset")), "ref_area", "table")
    table = first.rename({"table": "product_code", "days": "value"})
    return emit(table.with_columns(precision=pl.lit(None, pl.Float64)), "release_lag_days", "days", basis="month")


@indicator(
    id="release_punctuality_days",
    title="Days from the day in a calendar of releases to the day the customs totals were first seen",
    unit="days",
    by=BY,
    inputs=(_TOTALS, Record("consensus_forecast")),
    lookback=0,
    formula="earliest vintage day of the total of the month - day of its release in the calendar",
    reference=_REFERENCE,
    caveat="Zero is punctual. The calendar is that of those who forecast, taken before the release where it was.",
)
def punctuality(build: Build) -> pl.DataFrame:
    calendar = build.records.get("consensus_forecast")
    empty = emit(pl.DataFrame(schema=dict(CLAIM)), "release_punctuality_days", "days")
    if calendar is None or calendar.is_empty():
        return empty
    planned = calendar.filter(pl.col("indicator").is_in(["exports_yoy", "imports_yoy", "trade_balance"])).select(
        period_end=pl.col("period").map_elements(period_end, return_dtype=pl.Date),
        planned=pl.col("release_date").cast(pl.String).str.to_date(strict=False),
    )
    planned = planned.drop_nulls().group_by("period_end").agg(pl.col("planned").min())
    first = first_seen(build.vintages, "ref_area").join(planned, on="period_end")
    late = (pl.col("vintage_date") - pl.col("planned")).dt.total_days().cast(pl.Float64)
    day = pl.max_horizontal("vintage_date", "planned")  # known when both are
    table = first.with_columns(value=late, vintage_date=day, precision=pl.lit(None, pl.Float64))
    fixed = {"product_code": "trade_total", "basis": "month"}
    return emit(table.drop("days", "planned"), "release_punctuality_days", "days", **fixed)


@indicator(
    id="trade_release_value",
    title="Published growth on a year earlier, release by release",
    unit="percent",
    by=(*TRADE, "definition"),
    inputs=(histories,),
    lookback=0,
    formula=f"the nth figure published for the period (definition RELEASE_1 to RELEASE_{RELEASES})",
    reference=_REFERENCE,
    caveat="The triangle of revisions: a period that was never revised has one release. Only periods whose first known "
    "release is known as such (status P). A release that repeats the figure is none of its own.",
)
def triangle(build: Build) -> pl.DataFrame:
    rows = histories(build).drop_nulls("value").sort("vintage_date", "first_seen", maintain_order=True)
    number = pl.int_range(1, pl.len() + 1).over(["series_id", "period_end"])
    told = rows.with_columns(number=number).filter(pl.col("number") <= RELEASES)
    label = pl.concat_str(pl.lit("RELEASE_"), pl.col("number").cast(pl.String))
    columns = [*(k for k in KEYS if k != "definition"), "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    return emit(told.select(*columns, definition=label), "trade_release_value", "percent")
