"""What borrowing costs: rates of banks over the key rate, over inflation, and of loans over deposits.

The rates are averages of what was agreed in the month, in roubles; maturity is the definition (up to or over a year).
"""

from __future__ import annotations

import polars as pl

from transforms.indicators.engine import Indicator, Part, Records, align, emit, pick
from transforms.indicators.policy import monthly_key_rate
from transforms.indicators.prices import consumer_prices

CLIENTS = ("HOUSEHOLD", "ORGANISATION")
CELL = ("ref_area", "product_code", "definition", "currency")
PLACE = ("ref_area",)


def rates(vintages: pl.DataFrame) -> pl.DataFrame:
    """Loan and deposit rates of banks in roubles, percent a year, by month."""
    return pick(vintages, dataset="bank_rate", measure="rate", ref_area="RUS", currency="RUB", unit="percent")


def over_key_rate(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    table = align(CELL, rate=Part(rates(vintages)), key=Part(monthly_key_rate(vintages), on=PLACE))
    value = pl.col("rate") - pl.col("key")
    return emit(table.with_columns(value=value), "bank_rate_minus_key_rate", "percentage_points", basis="month")


def real_rate(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    prices = pick(consumer_prices(vintages), ref_area="RUS")
    table = align(CELL, rate=Part(rates(vintages)), prices=Part(prices, on=PLACE))
    value = pl.col("rate") - pl.col("prices")
    return emit(table.with_columns(value=value), "bank_rate_real", "percent", basis="month")


def loans_over_deposits(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    """Rate of loans less rate of deposits, of the same clients and maturity."""
    parts = []
    for client in CLIENTS:
        frame = rates(vintages)
        loans, deposits = (
            pick(frame, product_code=f"{client}_{kind}").with_columns(product_code=pl.lit(client))
            for kind in ("LOANS", "DEPOSITS")
        )
        table = align(CELL, loans=Part(loans), deposits=Part(deposits))
        parts.append(table.with_columns(value=pl.col("loans") - pl.col("deposits")))
    return emit(pl.concat(parts), "lending_spread", "percentage_points", basis="month")


_RATE, _KEY = {"dataset": "bank_rate", "measure": "rate"}, {"dataset": "key_rate", "measure": "key_rate"}
_MIX = "The mix of products moves an average: subsidised loans pull it down, card debt up. "
_MPR = "Bank of Russia, Monetary Policy Report: transmission to lending rates"

CATALOG = [
    Indicator(
        "bank_rate_minus_key_rate", "Rate of bank loans and deposits less the key rate, by client and maturity",
        "average rate agreed in the month - mean key rate over the days of the month", "percentage_points",
        (_RATE, _KEY), _MIX + "Long rates follow the expected key rate, so they fall below it when a cut is expected.",
        _MPR, over_key_rate,
    ),
    Indicator(
        "bank_rate_real", "Real rate of bank loans and deposits, by client and maturity",
        "average rate agreed in the month - consumer prices on a year earlier (chained)", "percent",
        (_RATE, {"dataset": "price_index", "product_code": "CPI"}), _MIX + "Past inflation, not expected.", _MPR,
        real_rate,
    ),
    Indicator(
        "lending_spread", "Lending spread: rate of loans less rate of deposits, by client and maturity",
        "average rate of loans - average rate of deposits, same clients, same maturity", "percentage_points", (_RATE,),
        _MIX + "Not a bank's margin: neither losses nor costs are taken off.",
        "IMF, Financial Soundness Indicators Compilation Guide (2019), chapter 7: spread between reference lending and "
        "deposit rates", loans_over_deposits,
    ),
]  # fmt: skip
