"""The policy rate of the Bank of Russia: level, real level, how long it has stood high; cover by provisions."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.indicators.engine import Indicator, Part, Records, align, emit, pick, remember
from transforms.indicators.prices import consumer_prices
from transforms.indicators.rates import monthly_mean
from transforms.indicators.trade import KEYS
from transforms.periods import month_end

NEUTRAL = 8.5
"""Upper end of the Bank of Russia's estimate of the neutral key rate (Monetary Policy Guidelines for 2025-2027)."""
OWN = ("key_rate", "fx_rate", "mortgage", "household_loans")
PLACE = ("ref_area",)
UNDEFINED = tuple(k for k in KEYS if k != "definition")
COVER = (  # dataset, provisions measure and definition, overdue definition
    ("household_lending_risk", "provisions_overdue", "DPD90", "DPD90"),
    ("loan_portfolio", "provisions", "RAS_PROVISIONS", "RAS_OVERDUE"),
)


@remember
def monthly_key_rate(vintages: pl.DataFrame) -> pl.DataFrame:
    """Mean key rate of every full month up to the last one a Bank of Russia table reaches, known at its end."""
    changes = pick(vintages, dataset="key_rate", measure="key_rate")
    if changes.is_empty():
        return changes
    first, last = changes["period_end"].min(), pick(vintages, dataset=OWN)["vintage_date"].max()
    assert isinstance(first, date) and isinstance(last, date)
    span = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    ends = [end for i in span if (end := month_end(i // 12, i % 12 + 1)) <= last]
    months = monthly_mean(changes, pl.Series(ends, dtype=pl.Date))
    known = pl.max_horizontal("vintage_date", "period_end")
    return months.with_columns(vintage_date=known, first_seen=known.cast(pl.Datetime("us")), basis=pl.lit("month"))


def key_rate_mean(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    return emit(monthly_key_rate(vintages), "key_rate_monthly", "percent").with_columns(freq=pl.lit("M"))


def real_key_rate(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    prices = pick(consumer_prices(vintages), ref_area="RUS")
    table = align(PLACE, key=Part(monthly_key_rate(vintages)), prices=Part(prices))
    value = pl.col("key") - pl.col("prices")
    return emit(table.with_columns(value=value), "key_rate_real", "percent", basis="month")


def months_above_neutral(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    """Length of the unbroken run of months whose mean key rate exceeds NEUTRAL."""
    months = monthly_key_rate(vintages).sort("period_end")
    low = pl.col("value") <= NEUTRAL
    run = pl.int_range(1, pl.len() + 1).over(low.cum_sum()) - low.cum_sum().gt(0).cast(pl.Int64)
    counted = months.with_columns(value=pl.when(low).then(0).otherwise(run).cast(pl.Float64))
    return emit(counted, "key_rate_months_above_neutral", "months").with_columns(freq=pl.lit("M"))


def provision_cover(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    parts = []
    for dataset, measure, kept, late in COVER:
        overdue = pick(vintages, dataset=dataset, measure="overdue", definition=late, currency="ALL")
        provisions = pick(vintages, dataset=dataset, measure=measure, definition=kept, currency="ALL")
        table = align(KEYS, overdue=Part(overdue), provisions=Part(provisions, on=UNDEFINED))
        parts.append(table.with_columns(value=pl.col("provisions").abs() / pl.col("overdue") * 100))
    return emit(pl.concat(parts), "provision_cover", "percent")


_KEY = {"dataset": "key_rate", "measure": "key_rate"}
_MPR = "Bank of Russia, Monetary Policy Guidelines for 2025-2027, on the neutral rate (7.5-8.5 % nominal)"

CATALOG = [
    Indicator(
        "key_rate_monthly", "Key rate, mean over the days of the month", "mean of the rate in force on each day",
        "percent", (_KEY,), "Known at the end of the month.", "Bank of Russia, key rate", key_rate_mean,
    ),
    Indicator(
        "key_rate_real", "Real key rate", "mean key rate of the month - consumer prices on a year earlier (chained)",
        "percent", (_KEY, {"dataset": "price_index", "product_code": "CPI"}),
        "Backward-looking: past inflation, not expected.", _MPR, real_key_rate,
    ),
    Indicator(
        "key_rate_months_above_neutral", "Months the key rate has stood above neutral",
        f"length of the run of months with a mean above {NEUTRAL} %", "months", (_KEY,),
        "The threshold is the upper end of the Bank of Russia's own range; the range itself has moved over the years.",
        _MPR, months_above_neutral,
    ),
    Indicator(
        "provision_cover", "Cover of overdue loans by provisions", "100 * provisions / overdue", "percent",
        tuple({"dataset": d, "measure": m} for d, m, _, _ in COVER),
        "90+ days: provisions for those loans alone; RAS overdue: all provisions, which also cover loans not overdue.",
        "IMF, Financial Soundness Indicators Compilation Guide (2019), chapter 7", provision_cover, lookback=0,
    ),
]  # fmt: skip
