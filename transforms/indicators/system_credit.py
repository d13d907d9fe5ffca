"""Credit of the banking system: growth without prices and exchange rates, the credit impulse, cost of risk, the gap.

Loans of other definitions never meet: each series keeps the definition of its stock. Credit to the private nonfinancial
sector is that to households, entrepreneurs and nonfinancial organisations of one table.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.indicators.banking import CELL, COUNTRY, LOAN, LOANS, broken, stocks
from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, Part, align, compact, each_vintage, emit, pick
from transforms.indicators.prices import consumer_prices
from transforms.indicators.rates import in_force
from transforms.indicators.sums import sum_of_precisions, total_of

PRIVATE = ("HOUSEHOLD", "ENTREPRENEUR", "NONFINANCIAL")
PRIVATE_CREDIT = "PRIVATE_NONFINANCIAL"
SMOOTHING = 400_000
"""Of the Hodrick-Prescott filter for quarters, as Basel III prescribes: credit cycles last four times as long as those
of business."""
LEAST = 40
"""Fewest quarters before a gap is stated: ten years, as the BIS asks."""
CURRENCYLESS = tuple(k for k in CELL if k != "currency")
PRODUCTLESS = tuple(k for k in CELL if k != "product_code")
AREA = ("ref_area",)
_DEBT = series(dataset=LOANS, measure="debt", basis="stock", unit="RUB", ref_area="RUS", adjustment="N")
_FX = series(dataset="fx_rate", measure="official_rate", product_code="USD")
_GDP = series(dataset="national_accounts", product_code="GDP", measure="value", definition="CURRENT_PRICES",
              basis="quarter", adjustment="N", ref_area="RUS")  # fmt: skip
_RATIO = series(dataset="credit_gap", measure="credit_to_gdp", freq="Q")
_PROVISIONS = series(dataset="loan_portfolio", measure=("debt", "provisions"), product_code="ALL", currency="ALL",
                     definition=("SECTOR", "RAS_PROVISIONS"), basis="stock")  # fmt: skip
_FSI = "IMF, Financial Soundness Indicators Compilation Guide (2019), chapter 7"
_BASEL = (
    "Basel Committee on Banking Supervision (2010), Guidance for national authorities operating the countercyclical "
    "capital buffer; Drehmann and Tsatsaronis (2014), The credit-to-GDP gap, BIS Quarterly Review, March"
)
BREAK = "obs_status B marks a value that compares amounts across a break of the definition (definition_break)."


@indicator(
    id="loan_growth_real",
    title="Growth of a loan stock on a year earlier, prices taken out",
    unit="percent",
    by=LOAN,
    inputs=(_DEBT, consumer_prices),
    lookback=12,
    formula="100 * ((x(t) / x(t - 12 months)) / (1 + consumer prices on a year earlier / 100) - 1)",
    reference=_FSI,
    caveat="Prices are those of consumers, whatever the loan was for. " + BREAK,
)
def real_growth(build: Build) -> pl.DataFrame:
    frame = stocks(build.vintages, **(COUNTRY | {"measure": "debt"}))
    prices = pick(consumer_prices(build), ref_area="RUS")
    parts = {"now": Part(frame), "then": Part(frame, lag=12), "prices": Part(prices, on=AREA)}
    growth = (pl.col("now") / pl.col("then") / (1 + pl.col("prices") / 100) - 1) * 100
    value = pl.when(pl.col("then") > 0).then(growth)
    return broken(emit(align(CELL, **parts).with_columns(value=value), "loan_growth_real", "percent"), 12)


@indicator(
    id="loan_growth_fx_adjusted",
    title="Growth of a loan stock on a year earlier at one exchange rate",
    unit="percent",
    by=LOAN,
    inputs=(_DEBT, _FX),
    lookback=12,
    formula="100 * ((roubles(t) + currency(t) * rate(t - 12 months) / rate(t)) / (roubles + currency)(t - 12 months) "
    "- 1); rate: official one of the dollar in force on the last day of the month",
    reference="Bank of Russia, Banking Sector in brief: growth net of the revaluation of foreign currency; " + _FSI,
    caveat="All foreign currency is taken for dollars: since 2022 much of it is yuan and euros. " + BREAK,
)
def fx_adjusted_growth(build: Build) -> pl.DataFrame:
    frame = stocks(build.vintages, ref_area="RUS", adjustment="N", measure="debt")
    ends = frame["period_end"]
    rate = in_force(pick(build.vintages, dataset="fx_rate", product_code="USD", measure="official_rate"), ends)
    parts: dict[str, Part] = {}
    for name, part in (
        ("rub", pick(frame, currency="RUB")),
        ("fx", pick(frame, currency="FX")),
    ):
        parts |= {name: Part(part), f"{name}_then": Part(part, lag=12)}
    parts |= {"rate": Part(rate, on=()), "rate_then": Part(rate, lag=12, on=())}
    table = align(CURRENCYLESS, **{name: _any_currency(part) for name, part in parts.items()})
    then = pl.col("rub_then") + pl.col("fx_then")
    now = pl.col("rub") + pl.col("fx") * pl.col("rate_then") / pl.col("rate")
    table = table.with_columns(value=pl.when(then > 0).then((now / then - 1) * 100), currency=pl.lit("ALL"))
    return broken(emit(table, "loan_growth_fx_adjusted", "percent"), 12)


def _any_currency(part: Part) -> Part:
    """The part without its currency, which is one and the same in each row."""
    return Part(part.frame.drop("currency"), part.lag, part.on, part.across)


@indicator(
    id="loan_cost_of_risk",
    title="Rise of provisions in a year, in percent of mean loans",
    unit="percent",
    by=LOAN,
    inputs=(_PROVISIONS,),
    lookback=12,
    formula="100 * (provisions(t) - provisions(t - 12 months)) / mean of loans at both ends",
    reference=_FSI,
    caveat="After write-offs, which use provisions up: what banks put aside in the year was more. Provisions under "
    "Russian accounting. " + BREAK,
)
def cost_of_risk(build: Build) -> pl.DataFrame:
    book = pick(build.vintages, dataset="loan_portfolio", product_code="ALL", currency="ALL", basis="stock")
    debt = pick(book, measure="debt", definition="SECTOR")
    kept = pick(book, measure="provisions", definition="RAS_PROVISIONS")
    undefined = tuple(k for k in CELL if k != "definition")
    parts = {"kept": Part(kept), "kept_then": Part(kept, lag=12)}
    parts |= {"debt": Part(debt, on=undefined), "debt_then": Part(debt, lag=12, on=undefined)}
    rise = pl.col("kept").abs() - pl.col("kept_then").abs()
    value = rise / ((pl.col("debt") + pl.col("debt_then")) / 2) * 100
    return broken(emit(align(CELL, **parts).with_columns(value=value), "loan_cost_of_risk", "percent"), 12)


@step(_DEBT)
def credit(build: Build) -> pl.DataFrame:
    """Loans to households and to the private nonfinancial sector at the end of each month, RUB, all currencies."""
    debt = stocks(build.vintages, **(COUNTRY | {"measure": "debt"}))
    parts = {name: Part(pick(debt, product_code=name, dataset="loan_portfolio"), on=PRODUCTLESS) for name in PRIVATE}
    table = align(PRODUCTLESS, **parts).with_columns(
        value=total_of(PRIVATE), precision=sum_of_precisions(PRIVATE), product_code=pl.lit(PRIVATE_CREDIT)
    )
    columns = [*CELL, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    return pl.concat([pick(debt, product_code="HOUSEHOLD").select(columns), table.select(columns)])


@step(_GDP)
def yearly_product(build: Build) -> pl.DataFrame:
    """Gross domestic product of four quarters, RUB, by the last of them."""
    quarter = pick(build.vintages, dataset="national_accounts", product_code="GDP", basis="quarter")
    parts = {f"q{lag}": Part(quarter, lag=lag, on=AREA) for lag in (0, 3, 6, 9)}
    return align(AREA, **parts).with_columns(value=total_of(list(parts)), precision=pl.lit(None, pl.Float64))


@indicator(
    id="credit_to_gdp",
    title="Loans in percent of the gross domestic product of four quarters",
    unit="percent",
    by=LOAN,
    inputs=(credit, yearly_product),
    lookback=0,
    formula="100 * loans at the end of the quarter / sum of GDP over four quarters",
    reference=_BASEL,
    caveat="Loans of banks alone: bonds and loans from abroad are not in it, so it is below the ratio of the BIS.",
    freq="Q",
)
def credit_to_product(build: Build) -> pl.DataFrame:
    table = align(CELL, loans=Part(credit(build)), product=Part(yearly_product(build), on=AREA))
    value = pl.col("loans") / pl.col("product") * 100
    return emit(table.with_columns(value=value), "credit_to_gdp", "percent", freq="Q")


@indicator(
    id="credit_impulse",
    title="Credit impulse: change of the flow of new credit in percent of the gross domestic product",
    unit="percent",
    by=LOAN,
    inputs=(credit, yearly_product),
    lookback=24,
    formula="100 * ((x(t) - x(t - 12 months)) - (x(t - 12 months) - x(t - 24 months))) / sum of GDP over four quarters",
    reference="Biggs, Mayer and Pick (2010), Credit and Economic Recovery: Demystifying Phoenix Miracles, SSRN 1595980",
    caveat="Net flows from stocks: write-offs, sales and revaluation are in them. " + BREAK,
    freq="Q",
)
def impulse(build: Build) -> pl.DataFrame:
    loans = credit(build)
    parts = {f"l{lag}": Part(loans, lag=lag) for lag in (0, 12, 24)}
    table = align(CELL, **parts, product=Part(yearly_product(build), on=AREA))
    value = (pl.col("l0") - 2 * pl.col("l12") + pl.col("l24")) / pl.col("product") * 100
    return broken(emit(table.with_columns(value=value), "credit_impulse", "percent", freq="Q"), 24)


def trend(values: Sequence[float]) -> float:
    """Last value of the Hodrick-Prescott trend of quarters: the one-sided filter at their end."""
    import numpy as np

    count = len(values)
    second = np.zeros((count - 2, count))
    for row in range(count - 2):
        second[row, row : row + 3] = (1.0, -2.0, 1.0)
    return float(np.linalg.solve(np.eye(count) + SMOOTHING * second.T @ second, np.asarray(values))[-1])


def gaps(panel: pl.DataFrame) -> pl.DataFrame:
    """Ratio less one-sided trend, for each quarter with LEAST quarters without a gap up to it; any number of series."""
    made = [panel.clear()]
    for own in panel.partition_by(CELL):
        own = own.sort("period_end")
        month = own["period_end"].dt.year() * 12 + own["period_end"].dt.month()
        months, values = month.to_list(), own["value"].to_list()
        found: list[float | None] = []
        start = 0
        for at in range(len(values)):
            if at and months[at] - months[at - 1] != 3:
                start = at
            found.append(values[at] - trend(values[start : at + 1]) if at + 1 - start >= LEAST else None)
        made.append(own.with_columns(value=pl.Series(found, dtype=pl.Float64)).drop_nulls("value"))
    return pl.concat(made)


@indicator(
    id="credit_gap_own",
    title="Credit-to-GDP gap by our own one-sided filter",
    unit="percentage_points",
    by=LOAN,
    inputs=(credit_to_product, _RATIO),
    lookback=3 * LEAST,
    formula=f"ratio - last value of the Hodrick-Prescott trend (lambda {SMOOTHING:,}) of the quarters known up to it; "
    f"from {LEAST} quarters on",
    reference=_BASEL,
    caveat="Of loans of banks by our own ratio, and of the ratio of the BIS (definition BIS) where it is loaded; that "
    "gap should meet the published one within rounding. Basel III calls for a buffer from two points on. " + BREAK,
    freq="Q",
)
def gap(build: Build) -> pl.DataFrame:
    own = credit_to_product(build)
    bis = pick(build.vintages, dataset="credit_gap", measure="credit_to_gdp")
    columns = [*CELL, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    ratios = pl.concat([own.select(columns), bis.select(columns)])
    table = compact(each_vintage(ratios, CELL, gaps), CELL).with_columns(precision=pl.lit(None, pl.Float64))
    return broken(emit(table, "credit_gap_own", "percentage_points", basis="stock"), 3 * LEAST)
