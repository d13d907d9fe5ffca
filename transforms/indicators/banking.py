"""Russian banking: ratios by definition, growth and its two readings as a multiple, dollar amounts, rate spreads.

RAS overdue, 90+ days, problem loans and bureau figures are different statistics: the definition is part of every key,
and a ratio divides an amount only by the loans that its definition names as its scope.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import product

import polars as pl

from transforms.banking.definitions import definitions, straddles
from transforms.indicators.declaration import Build, indicator, series
from transforms.indicators.engine import PROVENANCE, Part, align, emit, pick
from transforms.indicators.rates import in_force, monthly_mean
from transforms.indicators.sums import beyond_rounding
from transforms.model import DIMENSIONS

KEYS = tuple(d for d in DIMENSIONS if d not in ("dataset", "unit"))
CELL = tuple(k for k in KEYS if k != "measure")
UNDEFINED = tuple(k for k in CELL if k != "definition")
LOANS = ("household_loans", "loan_portfolio", "mortgage", "sme_loans", "household_lending_risk")
COUNTRY = {"ref_area": "RUS", "currency": "ALL", "adjustment": "N"}
LATE = ("overdue", "dpd90")
WINDOWS = (3, 6, 9, 12)

LOAN = ("ref_area", "product_code", "definition", "currency", "basis", "adjustment")
_STOCKS = series(dataset=LOANS, measure=("debt", "overdue"), basis="stock", unit="RUB")
_MORTGAGE = series(dataset="mortgage", measure="rate", ref_area="RUS", currency="RUB")
_KEY = series(dataset="key_rate", measure="key_rate")
_FX = series(dataset="fx_rate", measure="official_rate")
_FSI = "IMF, Financial Soundness Indicators Compilation Guide (2019), chapter 7"
_CBR_RATE = "Bank of Russia, official exchange rates; rate in force on a day is the last one set for it or, over " \
            "weekends, up to three days earlier"  # fmt: skip
_BREAK = "obs_status B marks a value that compares amounts across a break of the definition (definition_break)."
_MULTIPLE = "Bank of Russia / CMASF press usage; the two readings of '1.6-fold' in December 2025"


def stocks(vintages: pl.DataFrame, **filters: str | tuple[str, ...]) -> pl.DataFrame:
    """Debt and overdue amounts in roubles at the end of a month."""
    chosen = {"dataset": LOANS, "measure": ("debt", "overdue"), "basis": "stock", "unit": "RUB"} | filters
    return pick(vintages, **chosen)


def scopes() -> list[tuple[str, str]]:
    """(definition of an overdue amount, definition of the loans it is a part of)."""
    table = definitions().filter(pl.col("family").is_in(LATE) & (pl.col("scope") != pl.col("definition")))
    return list(table.select("definition", "scope").iter_rows())


@indicator(
    id="loan_overdue_ratio",
    title="Overdue share of loans",
    unit="percent",
    by=LOAN,
    inputs=(_STOCKS,),
    lookback=0,
    formula="100 * overdue / debt of the same table and scope",
    reference=_FSI,
    caveat=(
        "The definition is that of the overdue amount: RAS overdue counts missed payments only, 90+ the "
        "whole loan. Values of different definitions cannot be compared."
    ),
)
def overdue_ratio(build: Build) -> pl.DataFrame:
    parts = []
    for dataset, (late, whole) in product(LOANS, scopes()):
        table = align(
            CELL,
            overdue=Part(stocks(build.vintages, dataset=dataset, measure="overdue", definition=late)),
            debt=Part(stocks(build.vintages, dataset=dataset, measure="debt", definition=whole), on=UNDEFINED),
        )
        parts.append(table.with_columns(value=pl.col("overdue") / pl.col("debt") * 100))
    return emit(pl.concat(parts), "loan_overdue_ratio", "percent")


def _named(table: pl.DataFrame, name: str, unit: str, lookback: int = 0) -> pl.DataFrame:
    """Emit with the measure (debt, overdue) kept in the product: HOUSEHOLD and HOUSEHOLD_OVERDUE.

    A value that compares amounts on either side of a break of its definition says so: obs_status B.
    """
    late = pl.when(pl.col("measure") == "overdue").then(pl.lit("_OVERDUE")).otherwise(pl.lit(""))
    return broken(emit(table.with_columns(product_code=pl.col("product_code") + late), name, unit), lookback)


def broken(made: pl.DataFrame, months: int) -> pl.DataFrame:
    """Emitted rows with obs_status B where a value compares amounts across a break of their definition."""
    across = straddles(months) & pl.col("value").is_not_null()
    return made.with_columns(obs_status=pl.when(across).then(pl.lit("B")).otherwise("obs_status"))


@indicator(
    id="loan_growth",
    title="Growth of a loan stock on a year earlier",
    unit="percent",
    by=LOAN,
    inputs=(_STOCKS,),
    lookback=12,
    formula="100 * (x(t) / x(t - 12 months) - 1)",
    reference=_FSI,
    caveat="Nominal. Products ending in _OVERDUE are overdue amounts. " + _BREAK,
)
def growth(build: Build) -> pl.DataFrame:
    frame = stocks(build.vintages)
    table = align(KEYS, now=Part(frame), then=Part(frame, lag=12))
    value = pl.when(pl.col("then") > 0).then((pl.col("now") / pl.col("then") - 1) * 100)
    return _named(table.with_columns(value=value), "loan_growth", "percent", 12)


def _stock_multiple(build: Build, months: int) -> pl.DataFrame:
    frame = stocks(build.vintages, **COUNTRY)
    table = align(KEYS, now=Part(frame), then=Part(frame, lag=months))
    value = pl.when(pl.col("then") > 0).then(pl.col("now") / pl.col("then"))
    return _named(table.with_columns(value=value), f"loan_stock_multiple_{months}m", "ratio", months)


def _increment_multiple(build: Build, months: int) -> pl.DataFrame:
    frame = stocks(build.vintages, **COUNTRY)
    parts = {"now": Part(frame), "start": Part(frame, lag=months), "before": Part(frame, lag=months + 12)}
    table = align(KEYS, **parts)
    increment = pl.col("start") - pl.col("before")
    rose = beyond_rounding(increment, "start", "before")
    value = pl.when(rose).then((pl.col("now") - pl.col("start")) / increment)
    return _named(table.with_columns(value=value), f"loan_increment_multiple_{months}m", "ratio", months + 12)


STOCK_MULTIPLES = [
    indicator(
        id=f"loan_stock_multiple_{months}m",
        title=f"Stock as a multiple of the stock {months} months earlier",
        unit="ratio",
        by=LOAN,
        inputs=(_STOCKS,),
        lookback=months,
        formula=f"x(t) / x(t - {months}m)",
        reference=_MULTIPLE,
        caveat="Not the multiple of increments, which the press also calls growth. " + _BREAK,
    )(partial(_stock_multiple, months=months))
    for months in WINDOWS
]
INCREMENT_MULTIPLES = [
    indicator(
        id=f"loan_increment_multiple_{months}m",
        title=f"Increase of {months} months as a multiple of the increase of the year before",
        unit="ratio",
        by=LOAN,
        inputs=(_STOCKS,),
        lookback=months + 12,
        formula=f"(x(t) - x(t - {months}m)) / (x(t - {months}m) - x(t - {months + 12}m))",
        reference=_MULTIPLE,
        caveat=("" if months == 12 else f"Compares {months} months with the twelve before them, as the press does. ")
        + "Only where the stock rose in the year before, by more than roundings. "
        + _BREAK,
    )(partial(_increment_multiple, months=months))
    for months in WINDOWS
]


@indicator(
    id="loan_usd_at_period_end",
    title="Loan stock in US dollars at the official rate of the period end",
    unit="USD",
    by=LOAN,
    inputs=(_STOCKS, _FX),
    lookback=0,
    formula="RUB amount / official USD rate in force on the last day of the period",
    reference=_CBR_RATE,
    caveat="Not comparable over time when the rouble moves; no value where the rate of the day is not known.",
)
def dollars_at_period_end(build: Build) -> pl.DataFrame:
    frame = stocks(build.vintages, **COUNTRY)
    rate = in_force(pick(build.vintages, dataset="fx_rate", product_code="USD"), frame["period_end"])
    table = align(KEYS, amount=Part(frame), rate=Part(rate, on=()))
    return _named(table.with_columns(value=pl.col("amount") / pl.col("rate")), "loan_usd_at_period_end", "USD")


@indicator(
    id="loan_usd_at_publication",
    title="Loan stock in US dollars at the official rate of the day it was published",
    unit="USD",
    by=LOAN,
    inputs=(_STOCKS, _FX),
    lookback=0,
    formula="RUB amount / official USD rate in force on the vintage date",
    reference=_CBR_RATE,
    caveat="The vintage date may be inferred; no value where the rate of the day is not known.",
)
def dollars_at_publication(build: Build) -> pl.DataFrame:
    """Each vintage of a stock at the rate in force on the day it became public (first_seen of that vintage)."""
    frame = stocks(build.vintages, **COUNTRY)
    rate = in_force(pick(build.vintages, dataset="fx_rate", product_code="USD"), frame["vintage_date"])
    dated = frame.with_columns(end="period_end", published="vintage_date", period_end="vintage_date")
    return _named(each_publication(dated, rate, KEYS), "loan_usd_at_publication", "USD")


def each_publication(amounts: pl.DataFrame, rate: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Amounts over the rate of the day they are dated by (period_end), for each day on which they were `published`; the
    result is dated by their `end`.

    The newest publication counts: without a value until its rate is known, and whatever becomes known of older ones.
    """
    cell = [*keys, "end"]
    table = align([*cell, "published"], amount=Part(amounts), rate=Part(rate, on=()))
    table = table.with_columns(value=pl.col("amount") / pl.col("rate"))
    without = amounts.join(table, on=[*cell, "published", "vintage_date"], how="anti")
    columns = [*cell, "published", "value", "vintage_date", *PROVENANCE]
    rows = pl.concat([table.select(columns), without.with_columns(value=pl.lit(None, pl.Float64)).select(columns)])
    rows = rows.sort("vintage_date", "published", maintain_order=True)
    rows = rows.filter(pl.col("published") == pl.col("published").cum_max().over(cell))
    rows = rows.unique([*cell, "vintage_date"], keep="last", maintain_order=True)
    return rows.rename({"end": "period_end"}).drop("published")


@indicator(
    id="mortgage_rate_minus_key_rate",
    title="Mortgage rate minus key rate",
    unit="percentage_points",
    by=LOAN,
    inputs=(_MORTGAGE, _KEY),
    lookback=0,
    formula="average rate of rouble mortgages issued in the month - mean key rate over the days of the month",
    reference="Bank of Russia, Monetary Policy Report: transmission to lending rates",
    caveat="Negative under subsidised programmes; the mix of programmes moves it.",
)
def mortgage_spread(build: Build) -> pl.DataFrame:
    rate = pick(build.vintages, dataset="mortgage", measure="rate", currency="RUB", ref_area="RUS")
    key = monthly_mean(pick(build.vintages, dataset="key_rate", measure="key_rate"), rate["period_end"])
    table = align(CELL, rate=Part(rate), key=Part(key, on=()))
    value = pl.col("rate") - pl.col("key")
    return emit(table.with_columns(value=value), "mortgage_rate_minus_key_rate", "percentage_points")
