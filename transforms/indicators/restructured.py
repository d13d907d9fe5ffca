"""Restructured loans as a share of loans: stated amounts over stocks that tables or bureaus give.

The share a reporter states is passed on elsewhere (reported_restructured_share). Here it is computed, each time with a
denominator that has a name, so that a reader sees how far the stated 6.2 percent depends on what it is a share of.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import Part, align, each_vintage, emit, pick
from transforms.indicators.reported import KEYS, restructured_cumulative, restructured_flow
from transforms.indicators.stated import figures
from transforms.model import CLAIM
from transforms.periods import shift_months

CARRIED = 12
"""Months for which the newest known stock of loans stands when the amount is dated later."""
PLACE = ("ref_area", "product_code")
STOCKS = {"RESIDENTS_EXCL_ACQUIRED": "OF_RESIDENTS", "BUREAU_BORROWERS": "OF_BUREAU_BORROWERS"}
"""Definition of the stock of household loans -> how a share of it is called."""

NAMED = "the share is called after both: RESTRUCTURED_STOCK_OF_RESIDENTS"

_TABLE = series(
    dataset="household_loans", measure="debt", definition="RESIDENTS_EXCL_ACQUIRED", product_code="HOUSEHOLD",
    ref_area="RUS", currency="ALL", adjustment="N",
)  # fmt: skip
_REFERENCE = (
    "Bank of Russia, bulletins on loan restructuring; IMF, Financial Soundness Indicators Guide (2019), chapter 7"
)
_OF = (
    "The definition names amount and stock: OF_RESIDENTS is the Bank of Russia's table 02_05 (banks, residents, "
    "without acquired claims), OF_BUREAU_BORROWERS the debt in the files of credit bureaus (with microfinance). "
)


@step(_TABLE, figures)
def stocks(build: Build) -> dict[str, pl.DataFrame]:
    """Household loans by definition: of the Bank of Russia's table, and what credit bureaus count as stated."""
    table = pick(build.vintages, dataset="household_loans", measure="debt", definition="RESIDENTS_EXCL_ACQUIRED",
                 product_code="HOUSEHOLD", ref_area="RUS", currency="ALL", adjustment="N")  # fmt: skip
    stated = pick(figures(build), measure="borrowers_debt", product_code="HOUSEHOLD", unit="RUB")
    columns = list(CLAIM)
    return {"RESIDENTS_EXCL_ACQUIRED": table.select(columns), "BUREAU_BORROWERS": stated.select(columns)}


def carried(panel: pl.DataFrame) -> pl.DataFrame:
    """The panel with each value standing for the months after it until the next one, CARRIED at most."""
    filled: dict[date, dict[str, object]] = {}
    for row in panel.sort("period_end").iter_rows(named=True):
        ends = [shift_months(row["period_end"], later) for later in range(CARRIED + 1)]
        filled |= {end: row | {"period_end": end} for end in ends}
    return pl.DataFrame([filled[end] for end in sorted(filled)], schema=panel.schema)


def _shares(table: pl.DataFrame, stock: str, indicator: str) -> pl.DataFrame:
    value = pl.col("amount") / pl.col("loans") * 100
    name = pl.concat_str("definition", pl.lit(STOCKS[stock]), separator="_")
    return emit(table.with_columns(value=value, definition=name), indicator, "percent")


@indicator(
    id="restructured_share",
    title="Restructured household loans in percent of household loans, cumulative",
    unit="percent",
    by=KEYS,
    inputs=(restructured_cumulative, stocks),
    lookback=CARRIED,
    formula=(
        "100 * amount "
        f"restructured since 2022 / stock of loans of that day, or the newest of the {CARRIED} months before"
    ),
    reference=_REFERENCE,
    caveat=_OF + "An upper bound: loans restructured twice count twice, and some are repaid by now.",
    freq="I",
)
def share_of_stock(build: Build) -> pl.DataFrame:
    """Restructured over several years, in percent of the loans of the same day or of the newest known before it."""
    amounts = restructured_cumulative(build)
    parts = []
    for name, stock in stocks(build).items():
        loans = each_vintage(stock, PLACE, carried)
        parts.append(
            _shares(
                align(KEYS, amount=Part(amounts), loans=Part(loans, on=PLACE, across=NAMED)), name, "restructured_share"
            )
        )
    return pl.concat(parts)


@indicator(
    id="restructured_share_ytd",
    title="Household loans restructured since January in percent of those in December",
    unit="percent",
    by=KEYS,
    inputs=(restructured_flow, stocks),
    lookback=12,
    formula="100 * restructured since January / stock at the end of the year before",
    reference=_REFERENCE,
    caveat=_OF + "A flow: no share of loans that are restructured now.",
    freq="I",
)
def share_of_flow(build: Build) -> pl.DataFrame:
    """Restructured since January, in percent of the loans at the end of the year before."""
    amounts = restructured_flow(build)
    loans = stocks(build)["RESIDENTS_EXCL_ACQUIRED"]
    december = loans.filter(pl.col("period_end").dt.month() == 12)
    parts = [align(KEYS, amount=Part(amounts), loans=Part(december.clear(), on=PLACE, across=NAMED))]
    parts += [
        align(KEYS, amount=Part(amounts), loans=Part(december, lag=month, on=PLACE, across=NAMED))
        for month in range(1, 13)
    ]
    return _shares(pl.concat(parts), "RESIDENTS_EXCL_ACQUIRED", "restructured_share_ytd")
