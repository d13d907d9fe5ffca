"""Records and first crossings of China's trade balance: stated only where the past is known without a gap.

The sample is the published balance; the figures that a calendar of releases printed on the day fill months that are not
known otherwise, each with its own day and rounding. A record speaks of the unbroken run of periods that ends with the
one in question: a higher earlier value denies it, however old, but a gap within the least span makes it unknown, and
then there is no value. `trade_balance_unbroken_periods` says how long the run is.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from transforms.indicators.accounts import newest_of
from transforms.indicators.balances import monthly_balance, rolling, ytd_balance
from transforms.indicators.declaration import Build, Record, indicator, step
from transforms.indicators.engine import PROVENANCE, each_vintage, emit
from transforms.indicators.sums import year_to_date
from transforms.indicators.trade import IMTS, KEYS, TRADE
from transforms.model import CLAIM, DEFAULTS, NONE
from transforms.periods import period_end

TRILLION = 1e12
LEAST_PERIODS = 12
"""A record of fewer months leaves out a season; with a year each month of the year is among those beaten."""
LEAST_YEARS = 3
"""The highest of three years where three are all says little: at least three earlier ones."""
COLUMNS = [*KEYS, "period_end", "value", "precision", "vintage_date", *PROVENANCE]


def prints(records: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Balances as a calendar of releases printed them, public on the day of the release; of several the most exact,
    from its own day on."""
    table = records.get("consensus_forecast")
    if table is None or table.is_empty():
        kinds = {name: CLAIM[name] for name in COLUMNS}
        return pl.DataFrame(schema=kinds)
    day = pl.col("release_date").cast(pl.String).str.to_date(strict=False)
    rows = table.filter(pl.col("indicator") == "trade_balance", pl.col("actual").is_not_null(), day.is_not_null())
    figure = pl.col("actual").cast(pl.String)
    zeros = figure.str.replace(r"\.0*$", "").str.extract(r"(0*)$").str.len_chars()
    fixed = dict.fromkeys(KEYS, NONE) | {"ref_area": "CHN", "counterpart_area": "WORLD", "flow": "balance"}
    fixed |= {"product_code": "TOTAL", "freq": DEFAULTS["freq"], "adjustment": DEFAULTS["adjustment"]}
    made = rows.select(
        "currency", "release_id",
        basis=pl.when(pl.col("covers") == "ytd").then(pl.lit("ytd")).otherwise(pl.lit("month")),
        period_end=pl.col("period").map_elements(period_end, return_dtype=pl.Date),
        value=figure.cast(pl.Float64), precision=0.5 * pl.lit(10.0).pow(zeros),
        vintage_date=day, first_seen=day.cast(pl.Datetime("us")), vintage_kind=pl.lit("observed"),
        obs_status=pl.lit("P"),
    )  # fmt: skip
    made = made.with_columns(**{name: pl.lit(value) for name, value in fixed.items() if name not in made.columns})
    cell = [*KEYS, "period_end"]
    made = made.sort("vintage_date", "precision", "release_id", "value").unique(
        [*cell, "vintage_date"], keep="first", maintain_order=True
    )
    finer = pl.col("precision") < pl.col("precision").shift(1).cum_min().over(cell)
    return made.filter(finer | (pl.int_range(pl.len()).over(cell) == 0)).select(COLUMNS)


def _filled(published: pl.DataFrame, printed: pl.DataFrame) -> pl.DataFrame:
    """Published balances, and printed ones of periods from their day until the first published value."""
    cell = [*KEYS, "period_end"]
    first = published.group_by(cell).agg(pl.col("vintage_date").min().alias("published"))
    early = printed.join(first, on=cell, how="left").filter(
        pl.col("published").is_null() | (pl.col("vintage_date") < pl.col("published"))
    )
    return newest_of(KEYS, published, early.select(COLUMNS))


@step(monthly_balance, Record("consensus_forecast"))
def monthly_sample(build: Build) -> pl.DataFrame:
    """Balance by month, published or printed."""
    return _filled(monthly_balance(build), prints(build.records).filter(pl.col("basis") == "month"))


@step(ytd_balance, monthly_sample, Record("consensus_forecast"))
def ytd_sample(build: Build) -> pl.DataFrame:
    """Balance from January on, published, printed, or summed over published and printed months."""
    known = _filled(ytd_balance(build), prints(build.records).filter(pl.col("basis") == "ytd"))
    return _filled(known, year_to_date(monthly_sample(build), KEYS, known))


@step(ytd_sample)
def rolling_sample(build: Build) -> pl.DataFrame:
    """Balance of twelve months from the sample of years to date."""
    return rolling(ytd_sample(build))


def run_before(panel: pl.DataFrame, *, years: bool = False) -> pl.DataFrame:
    """The panel with `run`: how many periods before each are known without a gap, the same months of years if `years`.

    A year to date of January is not missed: where customs print January and February as one there is none.
    """
    month = pl.col("period_end").dt.year() * 12 + pl.col("period_end").dt.month() - 1
    group = [*KEYS, pl.col("period_end").dt.month()] if years else list(KEYS)
    step_ = (month - month.shift(1)).over(group, order_by="period_end")
    skipped = (pl.col("basis") == "ytd") & (pl.col("period_end").dt.month() == 2) & (step_ == 2)
    joined = (step_ == 12) if years else (step_ == 1) | skipped
    place = pl.int_range(pl.len()).over(group, order_by="period_end")
    start = pl.when(~joined.fill_null(value=False)).then(place).otherwise(0)
    return panel.with_columns(run=(place - start.cum_max().over(group, order_by="period_end")).cast(pl.Float64))


def beaten(panel: pl.DataFrame, *, years: bool = False) -> pl.DataFrame:
    """Number of earlier periods in the unbroken run if all known ones are lower beyond both roundings, 0 if one is not.

    No row where no earlier one is known, or where none is higher and the run is shorter than the least.
    """
    group = [*KEYS, pl.col("period_end").dt.month()] if years else list(KEYS)
    rounding = pl.col("precision").fill_null(0)
    earlier = (pl.col("value") + rounding).shift(1).cum_max().over(group, order_by="period_end")
    least = LEAST_YEARS if years else LEAST_PERIODS
    count = pl.when(pl.col("value") - rounding <= earlier).then(0.0).when(pl.col("run") >= least).then("run")
    return run_before(panel, years=years).with_columns(value=count).drop("run").drop_nulls("value")


def first_above(panel: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """1 in the first period above the threshold, 0 in one that is not above or has one above before it.

    No row where it is above, no earlier one is known to be, and the run before it is shorter than the least.
    """
    above = pl.col("value") > threshold
    first = above & (above.cast(pl.Int64).cum_sum().over(KEYS, order_by="period_end") == 1)
    flag = pl.when(~first).then(0.0).when(pl.col("run") >= LEAST_PERIODS).then(1.0)
    return run_before(panel).with_columns(value=flag).drop("run").drop_nulls("value")


def _of_years(panel: pl.DataFrame) -> pl.DataFrame:
    return beaten(panel, years=True)


def _trillion(panel: pl.DataFrame) -> pl.DataFrame:
    return first_above(panel, TRILLION)


_SAMPLE = (
    "Published balances; months known from a calendar's print alone count with its day and rounding. No value where "
    "the months before are not known without a gap (trade_balance_unbroken_periods). "
)


_UNKNOWN = (
    "After a revision no earlier period is known to be higher, and too few before it are known without a gap "
    "(trade_balance_unbroken_periods)"
)


@indicator(
    id="trade_balance_ytd_record",
    title="Year-to-date trade balance is the highest for that month",
    unit="years",
    by=TRADE,
    inputs=(ytd_sample,),
    formula="number of earlier years without a gap whose value for the same month is lower, if all known are; 0 if "
    f"one is not; no value for fewer than {LEAST_YEARS} years",
    reference=IMTS,
    unknown=_UNKNOWN,
    caveat=_SAMPLE + "Nominal values, so growth of prices makes records.",
)
def ytd_record(build: Build) -> pl.DataFrame:
    return emit(
        each_vintage(ytd_sample(build), KEYS, _of_years, since=build.since), "trade_balance_ytd_record", "years"
    )


@indicator(
    id="trade_balance_record",
    title="Trade balance is the highest of all months, or of all twelve-month sums",
    unit="periods",
    by=TRADE,
    inputs=(monthly_sample, rolling_sample),
    formula="number of earlier periods without a gap that are lower, if all known ones are; 0 if one is not; no value "
    f"for fewer than {LEAST_PERIODS} periods; basis month or year (twelve months)",
    reference=IMTS,
    unknown=_UNKNOWN,
    caveat=_SAMPLE + "Months are not seasonally adjusted.",
)
def balance_record(build: Build) -> pl.DataFrame:
    parts = [
        each_vintage(frame, KEYS, beaten, since=build.since) for frame in (monthly_sample(build), rolling_sample(build))
    ]
    return emit(pl.concat(parts, how="diagonal"), "trade_balance_record", "periods")


@indicator(
    id="trade_balance_unbroken_periods",
    title="Periods before this one that are known without a gap",
    unit="periods",
    by=TRADE,
    inputs=(monthly_sample, ytd_sample, rolling_sample),
    formula="length of the run of periods, printed ones included, that ends with the one before",
    reference=IMTS,
    caveat="What a record or a first crossing can speak of; a January that is printed with February is not missed in "
    "the year to date.",
)
def unbroken(build: Build) -> pl.DataFrame:
    def length(panel: pl.DataFrame) -> pl.DataFrame:
        return run_before(panel).with_columns(value=pl.col("run"), precision=pl.lit(None, pl.Float64)).drop("run")

    samples = (monthly_sample(build), ytd_sample(build), rolling_sample(build))
    parts = [each_vintage(frame, KEYS, length, since=build.since) for frame in samples]
    return emit(pl.concat(parts, how="diagonal"), "trade_balance_unbroken_periods", "periods")


@indicator(
    id="trade_balance_ytd_first_above_1trn",
    title="First year-to-date trade balance above 1 trillion USD",
    unit="flag",
    by=TRADE,
    inputs=(ytd_sample,),
    formula="1 in the first period whose year-to-date balance is above 1e12 USD, 0 in others; no value where it "
    f"may not be the first: fewer than {LEAST_PERIODS} periods before it without a gap",
    reference=IMTS,
    unknown=_UNKNOWN,
    caveat=_SAMPLE + "A round threshold that the press uses; no economic meaning.",
)
def ytd_first_trillion(build: Build) -> pl.DataFrame:
    dollars = ytd_sample(build).filter(pl.col("currency") == "USD")
    return emit(each_vintage(dollars, KEYS, _trillion, since=build.since), "trade_balance_ytd_first_above_1trn", "flag")


@indicator(
    id="trade_balance_12m_first_above_1trn",
    title="First twelve-month trade balance above 1 trillion USD",
    unit="flag",
    by=TRADE,
    inputs=(rolling_sample,),
    formula="1 in the first period whose balance of twelve months is above 1e12 USD, 0 in others; no value where it "
    f"may not be the first: fewer than {LEAST_PERIODS} periods before it without a gap",
    reference=IMTS,
    unknown=_UNKNOWN,
    caveat=_SAMPLE + "Crossed months before a calendar year does; the press speaks of the year to date.",
)
def first_trillion_12m(build: Build) -> pl.DataFrame:
    dollars = rolling_sample(build).filter(pl.col("currency") == "USD")
    return emit(each_vintage(dollars, KEYS, _trillion, since=build.since), "trade_balance_12m_first_above_1trn", "flag")
