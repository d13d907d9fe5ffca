"""January where customs print February and January-February together, as in the preliminary release of March 2026.

The bulletin of 18 March prints January itself. Until that day it is known as a difference only: a series of its own,
apart from what is published, with the roundings of both figures.
"""

from __future__ import annotations

import polars as pl

from transforms.indicators.declaration import Build, indicator, series
from transforms.indicators.engine import Part, align, emit, pick
from transforms.indicators.sums import sum_of_precisions
from transforms.indicators.trade import GOODS, IMTS, KEYS, LEVELS

DATASETS = (*LEVELS, "trade_by_regime")
BY = (*(key for key in KEYS if key != "basis"), "unit")

JANUARY, JANUARY_QUANTITY = "trade_january_by_difference", "trade_january_quantity_by_difference"
_CAVEAT = (
    "Computed, not published: what can be said of January between the preliminary release of March and the bulletin of "
    "18 March, which prints January itself (trade_total and the other tables have that). No vintage from that day on. "
    "Right within half of the last printed place of either figure, both together."
)
_QUANTITY = series(dataset="trade_by_commodity", measure="quantity")


def by_difference(vintages: pl.DataFrame, measure: str) -> pl.DataFrame:
    """January-February less February, both of that year's preliminary release, while January itself is not printed.

    A table of the year after restates January-February: to take February of the year before from that would mix two
    vintages.
    """
    figures = pick(vintages, dataset=DATASETS, measure=measure)
    day = pl.col("period_end")
    printed = figures.filter(day.dt.month() == 1, basis="month").group_by(*BY, "period_end")
    release = figures.filter(day.dt.month() == 2, pl.col("vintage_date").dt.year() == day.dt.year(), obs_status="P")
    parts = {basis: Part(release.filter(basis=basis), lag=-1) for basis in ("ytd", "month")}
    table = align(BY, **parts).join(
        printed.agg(pl.col("vintage_date").min().alias("printed")), on=[*BY, "period_end"], how="left"
    )
    return table.filter(pl.col("vintage_date") < pl.col("printed").fill_null(pl.date(9999, 1, 1))).with_columns(
        value=pl.col("ytd") - pl.col("month"), precision=sum_of_precisions(list(parts)), basis=pl.lit("month")
    )


@indicator(
    id=JANUARY,
    title="Value of January, where only February and January-February are printed",
    unit="USD or CNY",
    by=GOODS,
    inputs=(series(dataset=DATASETS, measure="value"),),
    lookback=1,
    formula="ytd(February) - February",
    reference=IMTS,
    caveat=_CAVEAT,
)
def january(build: Build) -> pl.DataFrame:
    return emit(by_difference(build.vintages, "value"), JANUARY, None)


@indicator(
    id=JANUARY_QUANTITY,
    title="Quantity of January, where only February and January-February are printed",
    unit="physical unit",
    by=GOODS,
    inputs=(series(dataset=DATASETS, measure="quantity"),),
    lookback=1,
    formula="ytd(February) - February",
    reference=IMTS,
    caveat=_CAVEAT,
)
def january_quantity(build: Build) -> pl.DataFrame:
    return emit(by_difference(build.vintages, "quantity"), JANUARY_QUANTITY, None)
