"""What borrowing costs: rates of banks over the key rate, over inflation, and of loans over deposits.

The rates are averages of what was agreed in the month, in roubles; maturity is the definition (up to or over a year).
"""

from __future__ import annotations

import polars as pl

from transforms.indicators.declaration import Build, indicator, series
from transforms.indicators.engine import Part, align, emit, pick
from transforms.indicators.policy import monthly_key_rate
from transforms.indicators.prices import consumer_prices

CLIENTS = ("HOUSEHOLD", "ORGANISATION")
CELL = ("ref_area", "product_code", "definition", "currency")
PLACE = ("ref_area",)

_RATE = series(dataset="bank_rate", measure="rate", ref_area="RUS", currency="RUB", unit="percent")
_MIX = "The mix of products moves an average: subsidised loans pull it down, card debt up. "
_MPR = "Bank of Russia, Monetary Policy Report: transmission to lending rates"


def rates(vintages: pl.DataFrame) -> pl.DataFrame:
    """Loan and deposit rates of banks in roubles, percent a year, by month."""
    return pick(vintages, dataset="bank_rate", measure="rate", ref_area="RUS", currency="RUB", unit="percent")


@indicator(
    id="bank_rate_minus_key_rate",
    title="Rate of bank loans and deposits less the key rate, by client and maturity",
    unit="percentage_points",
    by=CELL,
    inputs=(_RATE, monthly_key_rate),
    lookback=0,
    formula="average rate agreed in the month - mean key rate over the days of the month",
    reference=_MPR,
    caveat=_MIX + "Long rates follow the expected key rate, so they fall below it when a cut is expected.",
)
def over_key_rate(build: Build) -> pl.DataFrame:
    table = align(CELL, rate=Part(rates(build.vintages)), key=Part(monthly_key_rate(build), on=PLACE))
    value = pl.col("rate") - pl.col("key")
    return emit(table.with_columns(value=value), "bank_rate_minus_key_rate", "percentage_points", basis="month")


@indicator(
    id="bank_rate_real",
    title="Real rate of bank loans and deposits, by client and maturity",
    unit="percent",
    by=CELL,
    inputs=(_RATE, consumer_prices),
    lookback=12,
    formula="average rate agreed in the month - consumer prices on a year earlier (chained)",
    reference=_MPR,
    caveat=_MIX + "Past inflation, not expected.",
)
def real_rate(build: Build) -> pl.DataFrame:
    prices = pick(consumer_prices(build), ref_area="RUS")
    table = align(CELL, rate=Part(rates(build.vintages)), prices=Part(prices, on=PLACE))
    value = pl.col("rate") - pl.col("prices")
    return emit(table.with_columns(value=value), "bank_rate_real", "percent", basis="month")


@indicator(
    id="lending_spread",
    title="Lending spread: rate of loans less rate of deposits, by client and maturity",
    unit="percentage_points",
    by=CELL,
    inputs=(_RATE,),
    lookback=0,
    formula="average rate of loans - average rate of deposits, same clients, same maturity",
    reference=(
        "IMF, Financial Soundness Indicators Compilation Guide (2019), chapter 7: spread between reference lending and "
        "deposit rates"
    ),
    caveat=_MIX + "Not a bank's margin: neither losses nor costs are taken off.",
)
def loans_over_deposits(build: Build) -> pl.DataFrame:
    """Rate of loans less rate of deposits, of the same clients and maturity."""
    parts = []
    for client in CLIENTS:
        frame = rates(build.vintages)
        loans, deposits = (
            pick(frame, product_code=f"{client}_{kind}").with_columns(product_code=pl.lit(client))
            for kind in ("LOANS", "DEPOSITS")
        )
        table = align(CELL, loans=Part(loans), deposits=Part(deposits))
        parts.append(table.with_columns(value=pl.col("loans") - pl.col("deposits")))
    return emit(pl.concat(parts), "lending_spread", "percentage_points", basis="month")
