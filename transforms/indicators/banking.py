"""Russian banking: ratios by definition, growth and its two readings as a multiple, dollar amounts, rate spreads.

RAS overdue, 90+ days, problem loans and bureau figures are different statistics: the definition is part of every key,
and a ratio divides an amount only by the loans that its definition names as its scope.
"""

from __future__ import annotations

from functools import partial
from itertools import product

import polars as pl

from transforms.banking.definitions import definitions, straddles
from transforms.indicators.engine import Indicator, Part, Records, align, emit, pick
from transforms.indicators.rates import in_force, monthly_mean
from transforms.model import DIMENSIONS

KEYS = tuple(d for d in DIMENSIONS if d not in ("dataset", "unit"))
CELL = tuple(k for k in KEYS if k != "measure")
UNDEFINED = tuple(k for k in CELL if k != "definition")
LOANS = ("household_loans", "loan_portfolio", "mortgage", "sme_loans", "household_lending_risk")
COUNTRY = {"ref_area": "RUS", "currency": "ALL", "adjustment": "N"}
LATE = ("overdue", "dpd90")
WINDOWS = (3, 6, 9, 12)


def stocks(vintages: pl.DataFrame, **filters: str | tuple[str, ...]) -> pl.DataFrame:
    """Debt and overdue amounts in roubles at the end of a month."""
    chosen = {"dataset": LOANS, "measure": ("debt", "overdue"), "basis": "stock", "unit": "RUB"} | filters
    return pick(vintages, **chosen)


def scopes() -> list[tuple[str, str]]:
    """(definition of an overdue amount, definition of the loans it is a part of)."""
    table = definitions().filter(pl.col("family").is_in(LATE) & (pl.col("scope") != pl.col("definition")))
    return list(table.select("definition", "scope").iter_rows())


def overdue_ratio(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    parts = []
    for dataset, (late, whole) in product(LOANS, scopes()):
        table = align(
            CELL,
            overdue=Part(stocks(vintages, dataset=dataset, measure="overdue", definition=late)),
            debt=Part(stocks(vintages, dataset=dataset, measure="debt", definition=whole), on=UNDEFINED),
        )
        parts.append(table.with_columns(value=pl.col("overdue") / pl.col("debt") * 100))
    return emit(pl.concat(parts), "loan_overdue_ratio", "percent")


def _named(table: pl.DataFrame, indicator: str, unit: str, lookback: int = 0) -> pl.DataFrame:
    """Emit with the measure (debt, overdue) kept in the product: HOUSEHOLD and HOUSEHOLD_OVERDUE.

    A value that compares amounts on either side of a break of its definition says so: obs_status B.
    """
    late = pl.when(pl.col("measure") == "overdue").then(pl.lit("_OVERDUE")).otherwise(pl.lit(""))
    made = emit(table.with_columns(product_code=pl.col("product_code") + late), indicator, unit)
    broken = pl.when(straddles(lookback)).then(pl.lit("B")).otherwise("obs_status")
    return made.with_columns(obs_status=broken)


def growth(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    frame = stocks(vintages)
    table = align(KEYS, now=Part(frame), then=Part(frame, lag=12)).filter(pl.col("then") > 0)
    return _named(table.with_columns(value=(pl.col("now") / pl.col("then") - 1) * 100), "loan_growth", "percent", 12)


def stock_multiple(vintages: pl.DataFrame, _records: Records, months: int) -> pl.DataFrame:
    frame = stocks(vintages, **COUNTRY)
    table = align(KEYS, now=Part(frame), then=Part(frame, lag=months)).filter(pl.col("then") > 0)
    value = pl.col("now") / pl.col("then")
    return _named(table.with_columns(value=value), f"loan_stock_multiple_{months}m", "ratio", months)


def increment_multiple(vintages: pl.DataFrame, _records: Records, months: int) -> pl.DataFrame:
    frame = stocks(vintages, **COUNTRY)
    parts = {"now": Part(frame), "start": Part(frame, lag=months), "before": Part(frame, lag=months + 12)}
    table = align(KEYS, **parts).filter((pl.col("start") - pl.col("before")) > 0)
    value = (pl.col("now") - pl.col("start")) / (pl.col("start") - pl.col("before"))
    return _named(table.with_columns(value=value), f"loan_increment_multiple_{months}m", "ratio", months + 12)


def dollars_at_period_end(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    frame = stocks(vintages, **COUNTRY)
    rate = in_force(pick(vintages, dataset="fx_rate", product_code="USD"), frame["period_end"])
    table = align(KEYS, amount=Part(frame), rate=Part(rate, on=()))
    return _named(table.with_columns(value=pl.col("amount") / pl.col("rate")), "loan_usd_at_period_end", "USD")


def dollars_at_publication(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    """Each vintage of a stock at the rate in force on the day it became public (first_seen of that vintage)."""
    frame = stocks(vintages, **COUNTRY).with_columns(stock_end=pl.col("period_end"))
    rate = in_force(pick(vintages, dataset="fx_rate", product_code="USD"), frame["vintage_date"])
    keys = [*KEYS, "stock_end", "published"]
    by_day = frame.with_columns(published=pl.col("vintage_date"), period_end=pl.col("vintage_date"))
    table = align(keys, amount=Part(by_day), rate=Part(rate, on=())).with_columns(
        value=pl.col("amount") / pl.col("rate"), period_end=pl.col("stock_end")
    )
    return _named(table.drop("stock_end", "published"), "loan_usd_at_publication", "USD")


def mortgage_spread(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    rate = pick(vintages, dataset="mortgage", measure="rate", currency="RUB", ref_area="RUS")
    key = monthly_mean(pick(vintages, dataset="key_rate", measure="key_rate"), rate["period_end"])
    table = align(CELL, rate=Part(rate), key=Part(key, on=()))
    value = pl.col("rate") - pl.col("key")
    return emit(table.with_columns(value=value), "mortgage_rate_minus_key_rate", "percentage_points")


_STOCKS = tuple({"dataset": d, "measure": m} for d in LOANS for m in ("debt", "overdue"))
_FX = {"dataset": "fx_rate", "measure": "official_rate"}
_FSI = "IMF, Financial Soundness Indicators Compilation Guide (2019), chapter 7"
_CBR_RATE = "Bank of Russia, official exchange rates; rate in force on a day is the last one set for it or, over " \
            "weekends, up to three days earlier"  # fmt: skip
_BREAK = "obs_status B marks a value that compares amounts across a break of the definition (definition_break)."
_MULTIPLE = "Bank of Russia / CMASF press usage; the two readings of '1.6-fold' in December 2025"

CATALOG = [
    Indicator(
        "loan_overdue_ratio", "Overdue share of loans", "100 * overdue / debt of the same table and scope", "percent",
        _STOCKS, "The definition is that of the overdue amount: RAS overdue counts missed payments only, 90+ the "
        "whole loan. Values of different definitions cannot be compared.", _FSI, overdue_ratio, lookback=0,
    ),
    Indicator(
        "loan_growth", "Growth of a loan stock on a year earlier", "100 * (x(t) / x(t - 12 months) - 1)", "percent",
        _STOCKS, "Nominal. Products ending in _OVERDUE are overdue amounts. " + _BREAK, _FSI, growth, lookback=12,
    ),
    *(
        Indicator(
            f"loan_stock_multiple_{n}m", f"Stock as a multiple of the stock {n} months earlier", f"x(t) / x(t - {n}m)",
            "ratio", _STOCKS, "Not the multiple of increments, which the press also calls growth. " + _BREAK, _MULTIPLE,
            partial(stock_multiple, months=n), lookback=n,
        )
        for n in WINDOWS
    ),
    *(
        Indicator(
            f"loan_increment_multiple_{n}m", f"Increase of {n} months as a multiple of the increase of the year before",
            f"(x(t) - x(t - {n}m)) / (x(t - {n}m) - x(t - {n}m - 12m))", "ratio", _STOCKS,
            "Compares periods of different length, as the press does; only where the stock rose in the year before. "
            + _BREAK, _MULTIPLE, partial(increment_multiple, months=n), lookback=n + 12,
        )
        for n in WINDOWS
    ),
    Indicator(
        "loan_usd_at_period_end", "Loan stock in US dollars at the official rate of the period end",
        "RUB amount / official USD rate in force on the last day of the period", "USD", (*_STOCKS, _FX),
        "Not comparable over time when the rouble moves; no value where the rate of the day is not known.",
        _CBR_RATE, dollars_at_period_end, lookback=0,
    ),
    Indicator(
        "loan_usd_at_publication", "Loan stock in US dollars at the official rate of the day it was published",
        "RUB amount / official USD rate in force on the vintage date", "USD", (*_STOCKS, _FX),
        "The vintage date may be inferred; no value where the rate of the day is not known.",
        _CBR_RATE, dollars_at_publication, lookback=0,
    ),
    Indicator(
        "mortgage_rate_minus_key_rate", "Mortgage rate minus key rate",
        "average rate of rouble mortgages issued in the month - mean key rate over the days of the month",
        "percentage_points", ({"dataset": "mortgage", "measure": "rate"}, {"dataset": "key_rate"}),
        "Negative under subsidised programmes; the mix of programmes moves it.",
        "Bank of Russia, Monetary Policy Report: transmission to lending rates", mortgage_spread,
    ),
]  # fmt: skip
