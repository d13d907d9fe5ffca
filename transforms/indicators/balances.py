"""China's trade balance: months, since January and of twelve months; records and first crossings of a threshold."""

from __future__ import annotations

import polars as pl

from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, Part, align, each_vintage, emit, newest_of
from transforms.indicators.sums import sum_of_precisions, year_to_date
from transforms.indicators.trade import FLOWLESS, IMTS, KEYS, TRADE, VALUES, levels

TRILLION = 1e12

_TOTALS = series(dataset="trade_total", measure="value")
_BPM = "IMF, Balance of Payments and International Investment Position Manual (BPM6), chapter 10"


def computed_balance(vintages: pl.DataFrame, basis: tuple[str, ...]) -> pl.DataFrame:
    """Exports minus imports wherever both are known; precision is the sum of the two roundings."""
    parts = {
        flow: Part(levels(vintages, dataset=("trade_total", "trade_by_partner"), flow=flow, basis=basis))
        for flow in ("export", "import")
    }
    return align(FLOWLESS, **parts).with_columns(
        flow=pl.lit("balance"),
        value=pl.col("export") - pl.col("import"),
        precision=pl.col("export_precision") + pl.col("import_precision"),
    )


def printed_balance(vintages: pl.DataFrame, basis: tuple[str, ...]) -> pl.DataFrame:
    return levels(vintages, dataset="trade_total", flow="balance", basis=basis)


@step(_TOTALS)
def monthly_balance(build: Build) -> pl.DataFrame:
    """China's balance by month as known each day, printed or computed, whichever is newer."""
    computed = computed_balance(build.vintages, ("month",)).filter(pl.col("counterpart_area") == "WORLD")
    return newest_of(KEYS, printed_balance(build.vintages, ("month",)), computed)


@step(_TOTALS, monthly_balance)
def ytd_balance(build: Build) -> pl.DataFrame:
    """China's balance from January on as known each day: printed, from printed flows, or summed over months.

    A full year counts as the year to date of December.
    """
    as_ytd = pl.lit("ytd").alias("basis")
    printed = pl.concat([printed_balance(build.vintages, (b,)).with_columns(as_ytd) for b in ("ytd", "year")])
    flows = computed_balance(build.vintages, ("ytd",)).filter(pl.col("counterpart_area") == "WORLD")
    known = newest_of(KEYS, printed, flows)
    return newest_of(KEYS, known, year_to_date(monthly_balance(build), KEYS, known))


@step(ytd_balance)
def rolling_balance(build: Build) -> pl.DataFrame:
    """Balance of twelve months: year to date + last full year - last year to date (so January-February may be one)."""
    ytd = ytd_balance(build)
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
    return emit(computed_balance(build.vintages, ("month", "ytd")), "trade_balance", "_").with_columns(
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


def beaten(panel: pl.DataFrame, *within: pl.Expr) -> pl.DataFrame:
    """Number of earlier periods, of a series and `within`, whose value is lower, if all known ones are; otherwise 0."""
    group = [*KEYS, *within]
    earlier = pl.col("value").shift(1).cum_max().over(group, order_by="period_end")
    count = (pl.col("period_end").cum_count() - 1).over(group, order_by="period_end").cast(pl.Float64)
    record = pl.when(pl.col("value") > earlier).then(count).otherwise(0.0)
    return panel.with_columns(value=record).filter(earlier.is_not_null())


def years_beaten(panel: pl.DataFrame) -> pl.DataFrame:
    """Number of earlier years whose value for the same month is lower, if all known ones are; otherwise 0."""
    return beaten(panel, pl.col("period_end").dt.month())


def first_above(panel: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """1 in the first period above the threshold, 0 in all others."""
    above = pl.col("value") > threshold
    first = above & (above.cum_sum() == 1)
    return panel.with_columns(value=first.over(KEYS, order_by="period_end").cast(pl.Float64))


@indicator(
    id="trade_balance_ytd_record",
    title="Year-to-date trade balance is the highest for that month",
    unit="years",
    by=TRADE,
    inputs=(ytd_balance,),
    formula="number of earlier years with a value for the same month when all are lower, otherwise 0",
    reference=IMTS,
    caveat="Only years known on that day count; nominal values, so growth of prices makes records.",
)
def ytd_record(build: Build) -> pl.DataFrame:
    return emit(each_vintage(ytd_balance(build), KEYS, years_beaten), "trade_balance_ytd_record", "years")


@indicator(
    id="trade_balance_record",
    title="Trade balance is the highest of all months, or of all twelve-month sums",
    unit="periods",
    by=TRADE,
    inputs=(monthly_balance, rolling_balance),
    formula="number of earlier periods when all are lower, otherwise 0; basis month or year (twelve months)",
    reference=IMTS,
    caveat="Only periods known on that day count; months are not seasonally adjusted.",
)
def balance_record(build: Build) -> pl.DataFrame:
    parts = [each_vintage(frame, KEYS, beaten) for frame in (monthly_balance(build), rolling_balance(build))]
    return emit(pl.concat(parts, how="diagonal"), "trade_balance_record", "periods")


def _first_trillion(balances: pl.DataFrame, indicator: str) -> pl.DataFrame:
    dollars = balances.filter(pl.col("currency") == "USD")
    return emit(each_vintage(dollars, KEYS, lambda panel: first_above(panel, TRILLION)), indicator, "flag")


@indicator(
    id="trade_balance_ytd_first_above_1trn",
    title="First year-to-date trade balance above 1 trillion USD",
    unit="flag",
    by=TRADE,
    inputs=(ytd_balance,),
    formula="1 in the first period whose year-to-date balance exceeds 1e12 USD, otherwise 0",
    reference=IMTS,
    caveat="A round threshold that the press uses; no economic meaning. First among the periods known on that day.",
)
def ytd_first_trillion(build: Build) -> pl.DataFrame:
    return _first_trillion(ytd_balance(build), "trade_balance_ytd_first_above_1trn")


@indicator(
    id="trade_balance_12m_first_above_1trn",
    title="First twelve-month trade balance above 1 trillion USD",
    unit="flag",
    by=TRADE,
    inputs=(rolling_balance,),
    formula=(
        "1 in the first period whose balance of twelve months is above 1e12 USD, otherwise 0; no value if the sum of "
        "the month before was not known"
    ),
    reference=IMTS,
    caveat=(
        "Crossed months before a calendar year does; the press speaks of the year to date. First among the periods "
        "known on that day."
    ),
)
def first_trillion_12m(build: Build) -> pl.DataFrame:
    flags = _first_trillion(rolling_balance(build), "trade_balance_12m_first_above_1trn")
    month_before = pl.col("period_end").dt.offset_by("1mo").dt.month_end()
    known = flags.with_columns(period_end=month_before).select("period_end", "vintage_date").sort("vintage_date")
    seen = flags.sort("vintage_date").join_asof(
        known.with_columns(before="vintage_date"), on="vintage_date", by="period_end", check_sortedness=False
    )
    return seen.filter((pl.col("value") == 0) | pl.col("before").is_not_null()).select(flags.columns)
