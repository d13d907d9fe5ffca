"""The policy rate of the Bank of Russia: level, real level, how long it has stood high; cover by provisions."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import Part, align, emit, pick
from transforms.indicators.prices import consumer_prices
from transforms.indicators.rates import monthly_mean
from transforms.indicators.trade import KEYS
from transforms.periods import month_end

OWN = ("key_rate", "fx_rate", "mortgage", "household_loans")
PLACE = ("ref_area",)
UNDEFINED = tuple(k for k in KEYS if k != "definition")
COVER = (  # dataset, provisions measure and definition, overdue definition
    ("household_lending_risk", "provisions_overdue", "DPD90", "DPD90"),
    ("loan_portfolio", "provisions", "RAS_PROVISIONS", "RAS_OVERDUE"),
)

LOAN = ("ref_area", "product_code", "definition", "basis")
_COVER = series(
    dataset=[row[0] for row in COVER], measure=["overdue", *(row[1] for row in COVER)], currency="ALL", basis="stock"
)
_MPR = "Bank of Russia, Monetary Policy Guidelines for 2025-2027, on the neutral rate (7.5-8.5 % nominal)"


@step(series(dataset=OWN))
def monthly_key_rate(build: Build) -> pl.DataFrame:
    """Mean key rate of every full month.

    Known from the first day after its end on which a table of the Bank of Russia was published: until one was, nobody
    here can tell that the rate was not changed.
    """
    changes = pick(build.vintages, dataset="key_rate", measure="key_rate")
    if changes.is_empty():
        return changes
    own = pick(build.vintages, dataset=OWN)["vintage_date"].unique().sort().rename("known").to_frame()
    first, last = changes["period_end"].min(), own["known"].max()
    assert isinstance(first, date) and isinstance(last, date)
    span = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ends = [end for i in span if (end := month_end(i // 12, i % 12 + 1)) <= last]
    months = monthly_mean(changes, pl.Series(ends, dtype=pl.Date)).sort("period_end", "vintage_date")
    months = months.join_asof(own, left_on="period_end", right_on="known", strategy="forward")
    known = pl.max_horizontal("vintage_date", "known")
    table = months.with_columns(vintage_date=known, first_seen=known.cast(pl.Datetime("us")), basis=pl.lit("month"))
    return table.drop("known").unique(["period_end", "vintage_date"], keep="last", maintain_order=True)


@indicator(
    id="key_rate_monthly",
    title="Key rate, mean over the days of the month",
    unit="percent",
    by=("ref_area",),
    inputs=(monthly_key_rate,),
    lookback=0,
    formula="mean of the rate in force on each day",
    reference="Bank of Russia, key rate",
    caveat="Known at the end of the month.",
)
def key_rate_mean(build: Build) -> pl.DataFrame:
    return emit(monthly_key_rate(build), "key_rate_monthly", "percent").with_columns(freq=pl.lit("M"))


@indicator(
    id="key_rate_real",
    title="Real key rate",
    unit="percent",
    by=("ref_area",),
    inputs=(monthly_key_rate, consumer_prices),
    lookback=12,
    formula="mean key rate of the month - consumer prices on a year earlier (chained)",
    reference=_MPR,
    caveat="Backward-looking: past inflation, not expected (key_rate_real_expected).",
)
def real_key_rate(build: Build) -> pl.DataFrame:
    prices = pick(consumer_prices(build), ref_area="RUS")
    table = align(PLACE, key=Part(monthly_key_rate(build)), prices=Part(prices))
    value = pl.col("key") - pl.col("prices")
    return emit(table.with_columns(value=value), "key_rate_real", "percent", basis="month")


@indicator(
    id="provision_cover",
    title="Cover of overdue loans by provisions",
    unit="percent",
    by=LOAN,
    inputs=(_COVER,),
    lookback=0,
    formula="100 * provisions / overdue",
    reference="IMF, Financial Soundness Indicators Compilation Guide (2019), chapter 7",
    caveat="90+ days: provisions for those loans alone; RAS overdue: all provisions, also those of loans not overdue.",
)
def provision_cover(build: Build) -> pl.DataFrame:
    parts = []
    for dataset, measure, kept, late in COVER:
        overdue = pick(build.vintages, dataset=dataset, measure="overdue", definition=late, currency="ALL")
        provisions = pick(build.vintages, dataset=dataset, measure=measure, definition=kept, currency="ALL")
        table = align(KEYS, overdue=Part(overdue), provisions=Part(provisions, on=UNDEFINED))
        parts.append(table.with_columns(value=pl.col("provisions").abs() / pl.col("overdue") * 100))
    return emit(pl.concat(parts), "provision_cover", "percent")
