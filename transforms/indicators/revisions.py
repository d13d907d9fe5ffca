"""How far first prints were off: revision of each figure, and its mean and mean size over the last two years.

A repeat of the same value with fewer or more digits is no revision.
"""

from __future__ import annotations

import polars as pl

from transforms.indicators.declaration import Build, indicator, series
from transforms.indicators.engine import each_vintage, emit, pick
from transforms.indicators.trade import CURRENCIES, GOODS, KEYS, LEVELS

WINDOW = 24

_PRINTS = series(dataset=LEVELS, measure=("value", "growth_yoy"), basis=("month", "ytd"), currency=CURRENCIES)
_REFERENCE = "McKenzie and Gamba (2008), Interpreting the results of revision analyses, OECD Statistics Working Paper"
_CAVEAT = (
    "Levels (product LEVEL): percent of the first print; growth (GROWTH): percentage points; commodities carry their "
    "code before it. A first print may be a rounded press figure: only changes beyond rounding count. Periods never "
    "revised do not count."
)


def _prints(vintages: pl.DataFrame) -> pl.DataFrame:
    """China's trade in all, by partner and by commodity, months and since January: levels and published growth."""
    return pick(vintages, dataset=LEVELS, measure=("value", "growth_yoy"), basis=("month", "ytd"), currency=CURRENCIES)


def revised(vintages: pl.DataFrame) -> pl.DataFrame:
    """Vintages from the first one on that differs from the first print beyond both roundings.

    Points for growth, percent for levels; 0 where a later vintage is back at the first print.
    """
    cell, order = ["series_id", "period_end"], ["vintage_date", "first_seen"]
    precision = pl.col("precision").fill_null(0)
    rows = _prints(vintages).with_columns(
        first=pl.col("value").first().over(cell, order_by=order),
        rounding=precision + precision.first().over(cell, order_by=order),
    )
    growth = pl.col("measure") == "growth_yoy"
    first, change = pl.col("first"), pl.col("value") - pl.col("first")
    moved = change.abs() > pl.col("rounding") * (1 + 1e-9)
    ever = moved.cast(pl.Int8).cum_max().over(cell, order_by=order) == 1
    return (
        rows.sort(order, maintain_order=True)
        .filter(ever)
        .with_columns(
            value=pl.when(~moved).then(0.0).when(growth).then(change).otherwise(change / first.abs() * 100),
            product_code=_named(growth),
            precision=pl.lit(None, pl.Float64),
        )
    )


def _named(growth: pl.Expr) -> pl.Expr:
    """What is revised kept in the product: LEVEL and GROWTH of the total, COMMODITY_STEEL_LEVEL of a commodity."""
    kind = pl.when(growth).then(pl.lit("GROWTH")).otherwise(pl.lit("LEVEL"))
    whole = pl.col("product_code") == "TOTAL"
    return pl.when(whole).then(kind).otherwise(pl.concat_str("product_code", kind, separator="_"))


def _with_unit(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    growth = pl.col("product_code").str.ends_with("GROWTH")
    unit = pl.when(growth).then(pl.lit("percentage_points")).otherwise(pl.lit("percent"))
    return emit(rows.drop("native_title", "measure", strict=False), name, "percent").with_columns(unit=unit)


@indicator(
    id="trade_revision",
    title="Revision of a period since its first print",
    unit="percent or percentage_points",
    by=GOODS,
    inputs=(_PRINTS,),
    lookback=0,
    formula="newest value against the first print",
    reference=_REFERENCE,
    caveat=_CAVEAT,
)
def revision(build: Build) -> pl.DataFrame:
    rows = revised(build.vintages).unique([*KEYS, "period_end", "vintage_date"], keep="last", maintain_order=True)
    return _with_unit(rows, "trade_revision")


def _mean(panel: pl.DataFrame, *, absolute: bool) -> pl.DataFrame:
    """Mean over the newest WINDOW revised periods of each series, dated by the newest of them."""
    value = pl.col("value").abs() if absolute else pl.col("value")
    newest = panel.sort("period_end").group_by(KEYS, maintain_order=True).tail(WINDOW)
    rest = [c for c in panel.columns if c not in (*KEYS, "value")]
    return newest.group_by(KEYS, maintain_order=True).agg(value.mean().alias("value"), pl.col(rest).last())


@indicator(
    id="trade_revision_mean",
    title=f"Mean revision of the last {WINDOW} revised periods",
    unit="percent or percentage_points",
    by=GOODS,
    inputs=(revision,),
    formula="mean of revisions",
    reference=_REFERENCE,
    caveat=_CAVEAT + " Away from zero means biased first prints.",
)
def mean_revision(build: Build) -> pl.DataFrame:
    rows = revision(build)
    return _with_unit(
        each_vintage(rows, KEYS, lambda panel: _mean(panel, absolute=False), of_newest=True, since=build.since),
        "trade_revision_mean",
    )


@indicator(
    id="trade_revision_mean_absolute",
    title=f"Mean size of the revisions of the last {WINDOW} revised periods",
    unit="percent or percentage_points",
    by=GOODS,
    inputs=(revision,),
    formula="mean of absolute revisions",
    reference=_REFERENCE,
    caveat=_CAVEAT,
)
def mean_absolute_revision(build: Build) -> pl.DataFrame:
    rows = revision(build)
    return _with_unit(
        each_vintage(rows, KEYS, lambda panel: _mean(panel, absolute=True), of_newest=True, since=build.since),
        "trade_revision_mean_absolute",
    )
