"""China's trade balance: months, since January and of twelve months."""

from __future__ import annotations

from datetime import date

import polars as pl

from transforms.indicators.accounts import newest_of
from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, Part, align, emit
from transforms.indicators.sums import sum_of_precisions, year_to_date
from transforms.indicators.trade import FLOWLESS, KEYS, TRADE, VALUES, levels

TOTALS = series(dataset="trade_total", measure="value")
_BPM = "IMF, Balance of Payments and International Investment Position Manual (BPM6), chapter 10"


def computed_balance(vintages: pl.DataFrame, basis: tuple[str, ...], since: date = date.min) -> pl.DataFrame:
    """Exports minus imports wherever both are known; precision is the sum of the two roundings."""
    parts = {
        flow: Part(levels(vintages, dataset=("trade_total", "trade_by_partner"), flow=flow, basis=basis))
        for flow in ("export", "import")
    }
    return align(FLOWLESS, since, **parts).with_columns(
        flow=pl.lit("balance"),
        value=pl.col("export") - pl.col("import"),
        precision=pl.col("export_precision") + pl.col("import_precision"),
    )


def printed_balance(vintages: pl.DataFrame, basis: tuple[str, ...]) -> pl.DataFrame:
    return levels(vintages, dataset="trade_total", flow="balance", basis=basis)


@step(TOTALS)
def monthly_balance(build: Build) -> pl.DataFrame:
    """China's balance by month as known each day, printed or computed, whichever is newer."""
    computed = computed_balance(build.words, ("month",)).filter(pl.col("counterpart_area") == "WORLD")
    return newest_of(KEYS, printed_balance(build.words, ("month",)), computed)


@step(TOTALS, monthly_balance)
def ytd_balance(build: Build) -> pl.DataFrame:
    """China's balance from January on as known each day: printed, from printed flows, or summed over months.

    A full year counts as the year to date of December.
    """
    december = {"basis": pl.lit("ytd"), "freq": pl.lit("M")}  # a table of years prints with the frequency of years
    printed = pl.concat([printed_balance(build.words, (b,)).with_columns(**december) for b in ("ytd", "year")])
    flows = computed_balance(build.words, ("ytd",)).filter(pl.col("counterpart_area") == "WORLD")
    known = newest_of(KEYS, printed, flows)
    return newest_of(KEYS, known, year_to_date(monthly_balance(build), KEYS, known))


def rolling(ytd: pl.DataFrame) -> pl.DataFrame:
    """Balance of twelve months: year to date + last full year - last year to date (so January-February may be one)."""
    december = ytd.filter(pl.col("period_end").dt.month() == 12)
    years = pl.concat([december.with_columns(pl.col("period_end").dt.offset_by(f"{m}mo").dt.month_end())
                       for m in range(1, 12)])  # fmt: skip
    table = align(KEYS, now=Part(ytd), last_year=Part(years), a_year_ago=Part(ytd, lag=12))
    names = ["now", "last_year", "a_year_ago"]
    partial = table.with_columns(
        value=pl.col("now") + pl.col("last_year") - pl.col("a_year_ago"), precision=sum_of_precisions(names)
    )
    columns = [*KEYS, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    return pl.concat([partial.select(columns), december.select(columns)]).with_columns(basis=pl.lit("year"))


@step(ytd_balance)
def rolling_balance(build: Build) -> pl.DataFrame:
    """Balance of twelve months as known each day, from the years to date."""
    return rolling(ytd_balance(build))


@indicator(
    id="trade_balance",
    title="Trade balance, exports minus imports",
    unit="USD or CNY",
    by=TRADE,
    inputs=(VALUES,),
    lookback=0,
    formula="export - import",
    reference=_BPM,
    caveat="Exports FOB, imports CIF, as customs count them; roundings of both sides add up.",
)
def balance(build: Build) -> pl.DataFrame:
    return emit(computed_balance(build.vintages, ("month", "ytd"), build.since), "trade_balance", "_").with_columns(
        unit=pl.col("currency")
    )


@indicator(
    id="trade_balance_12m",
    title="Trade balance of twelve months",
    unit="USD or CNY",
    by=TRADE,
    inputs=(rolling_balance,),
    lookback=23,
    formula=(
        "ytd(t) + full last year - ytd(t - 12 months); printed balance, exports - imports, or sum of months, "
        "whichever is newest"
    ),
    reference=_BPM,
    caveat="Needs no single January: the combined January-February release is enough.",
)
def balance_12m(build: Build) -> pl.DataFrame:
    return emit(rolling_balance(build), "trade_balance_12m", "_").with_columns(unit=pl.col("currency"))
