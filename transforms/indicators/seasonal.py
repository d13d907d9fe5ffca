"""Seasonally adjusted trade, in all and by partner, and the short-run growth that only adjusted figures can show.

In China's own figures January and February move with the lunar new year, which a fixed seasonal cannot follow: both
months are first given their common mean (shared holiday). Then STL takes out the seasonal of the logs, robustly, and
the months of each full year are moved to add up to what was published. Every vintage is adjusted anew from what was
known that day.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import polars as pl

from transforms.indicators.declaration import Build, indicator, series
from transforms.indicators.engine import PROVENANCE, Part, align, emit, known_on, pick, unknown
from transforms.indicators.fits import Fits
from transforms.indicators.mirror import IMPORTS
from transforms.indicators.sums import total_of
from transforms.indicators.trade import KEYS, levels

YEARS = 4
"""Fewest full years STL is given: three estimate a seasonal, one more steadies the trend."""
BROKEN = (
    "A newer month came after a gap, or a month was withdrawn: only the run of months that ends with the newest one is "
    f"adjusted, and this month is in no such run of {12 * YEARS} months any more"
)
"""Why an adjusted month may be known no more."""
CELL = (*KEYS, "period_end")
COLUMNS = [*KEYS, "period_end", "value", "vintage_date", *PROVENANCE]
CHINA = "CHN"
PARTNERS = ("USA", "EU", "ASEAN", "AFRICA", "LATIN_AMERICA", "HKG", "JPN", "KOR", "TWN", "VNM", "MYS", "THA", "IND",
            "MEX", "BRA", "AUS", "RUS", "DEU", "NLD", "GBR")  # fmt: skip
"""Partners of China that are adjusted one by one: those in every table of partners."""

US_IMPORTS: dict[str, str | tuple[str, ...]] = IMPORTS | {"ref_area": "USA", "unit": "USD"}
ADJUSTED = ("ref_area", "counterpart_area", "flow", "currency", "definition")
MONTHS = (
    series(dataset="trade_total", measure="value", basis="month", currency="USD", flow=("export", "import")),
    series(dataset="trade_by_partner", measure="value", basis="month", flow=("export", "import"),
           counterpart_area=PARTNERS),
    series(**US_IMPORTS),
)  # fmt: skip
_STL = (
    "Cleveland, Cleveland, McRae and Terpenning (1990), STL: A Seasonal-Trend Decomposition Procedure Based on Loess, "
    "Journal of Official Statistics 6(1); Bell and Hillmer (1983) on moving holidays"
)
_CAVEAT = (
    "Not an official adjustment: STL on logs, robust, annual sums kept; in China's own figures January and February "
    f"get their common mean first. Only series with {12 * YEARS} months without a gap: partners of China get theirs "
    "when the archive reaches that far; until then the imports that the United States count (ref_area USA) tell, by "
    "partner and by measure (definition). Every new month revises earlier ones."
)


def unbroken(panel: pl.DataFrame) -> pl.DataFrame:
    """The last run of months without a gap, ending with the newest one, of months that have a value."""
    month = pl.col("period_end").dt.year() * 12 + pl.col("period_end").dt.month()
    rows = panel.sort("period_end").with_columns(gap=(month.diff() != 1).fill_null(value=True))
    return rows.filter(pl.col("gap").cum_sum() == pl.col("gap").sum()).drop("gap")


def shared_holiday(ends: list[date], values: list[float]) -> list[float]:
    """Values with January and February of a year replaced by their mean where both are there: their sum is kept."""
    place = {(end.year, end.month): i for i, end in enumerate(ends)}
    shared = list(values)
    for (year, month), i in place.items():
        if month == 1 and (j := place.get((year, 2))) is not None:
            shared[i] = shared[j] = (values[i] + values[j]) / 2
    return shared


def keep_annual_sums(ends: Sequence[date], adjusted: Sequence[float], raw: Sequence[float]) -> list[float]:
    """Adjusted months moved as smoothly as can be so that each full year adds up to its published months.

    The ratio of the result to `adjusted` changes least from month to month (Denton, proportional first differences);
    months outside full years keep the ratio next to them.
    """
    import numpy as np

    months = [end.year * 12 + end.month - 1 for end in ends]
    years = [year for year in range(months[0] // 12, months[-1] // 12 + 1)
             if months[0] <= year * 12 and year * 12 + 11 <= months[-1]]  # fmt: skip
    if not years:
        return list(adjusted)
    count, level = len(months), np.asarray(adjusted)
    smooth = np.zeros((count, count))
    step = np.arange(count - 1)
    smooth[step, step] += 1
    smooth[step + 1, step + 1] += 1
    smooth[step, step + 1] -= 1
    smooth[step + 1, step] -= 1
    full = np.zeros((len(years), count))
    sums = np.zeros(len(years))
    for row, year in enumerate(years):
        start = year * 12 - months[0]
        full[row, start : start + 12] = level[start : start + 12] / level.mean()
        sums[row] = sum(raw[start : start + 12]) / level.mean()
    system = np.block([[smooth, full.T], [full, np.zeros((len(years), len(years)))]])
    ratios = np.linalg.solve(system, np.concatenate([np.zeros(count), sums]))[:count]
    return [float(value) for value in level * ratios]


def adjust(panel: pl.DataFrame, fits: Fits) -> pl.DataFrame:
    """Seasonally adjusted values of one series (the months of one panel); empty if there are too few."""
    run = unbroken(panel.filter(pl.col("value") > 0))
    if run.height < 12 * YEARS:
        return run.clear()
    ends, values = run["period_end"].to_list(), run["value"].to_list()
    if run["ref_area"][0] == CHINA:
        values = shared_holiday(ends, values)
    logs = [math.log(value) for value in values]
    adjusted = [math.exp(log - season) for log, season in zip(logs, fits.seasonal(logs), strict=True)]
    return run.with_columns(value=pl.Series(keep_annual_sums(ends, adjusted, values)))


def months_of(vintages: pl.DataFrame) -> pl.DataFrame:
    """Monthly values that are adjusted: China's totals and main partners, imports as the United States count them."""
    flows = ("export", "import")
    own = [
        levels(vintages, dataset="trade_total", basis="month", currency="USD", flow=flows),
        levels(vintages, dataset="trade_by_partner", basis="month", flow=flows, counterpart_area=PARTNERS),
        pick(vintages, **US_IMPORTS),
    ]
    return pl.concat([frame.select(COLUMNS) for frame in own])


@indicator(
    id="trade_adjusted",
    title="Exports and imports, in all and by partner, seasonally adjusted",
    unit="USD or CNY",
    by=ADJUSTED,
    inputs=MONTHS,
    formula="exp(log x - seasonal of STL(log x)), annual sums kept (Denton); China's January and February share a mean",
    reference=_STL,
    caveat=_CAVEAT,
    unknown=BROKEN,
)
def adjusted(build: Build) -> pl.DataFrame:
    months = months_of(build.vintages)
    parts = [months.clear()]
    for rows in months.partition_by(KEYS):
        if rows["period_end"].n_unique() < 12 * YEARS:
            continue
        for day in rows.filter(pl.col("vintage_date") >= build.since)["vintage_date"].unique().sort():
            panel = known_on(rows, day, KEYS)
            result = adjust(panel, build.fits)
            parts += [result.with_columns(vintage_date=pl.lit(day)), unknown(panel, result, CELL, day)]
    table = pl.concat(parts).with_columns(adjustment=pl.lit("SA"))
    return emit(table, "trade_adjusted", "_").with_columns(unit=pl.col("currency"))


@indicator(
    id="trade_adjusted_growth_mom",
    title="Growth on the month before, seasonally adjusted",
    unit="percent",
    by=ADJUSTED,
    inputs=(adjusted,),
    formula="100 * (sa(t) / sa(t - 1) - 1); none for China's February, which shares one value with January",
    reference=_STL,
    caveat=_CAVEAT,
    unknown=BROKEN,
)
def month_on_month(build: Build) -> pl.DataFrame:
    frame = adjusted(build)
    shared = (pl.col("ref_area") == CHINA) & (pl.col("period_end").dt.month() == 2)
    table = align(KEYS, now=Part(frame), before=Part(frame, lag=1)).filter(~shared)
    value = (pl.col("now") / pl.col("before") - 1) * 100
    return emit(table.with_columns(value=value), "trade_adjusted_growth_mom", "percent")


@indicator(
    id="trade_adjusted_growth_3m_annualised",
    title="Growth of three months on the three before, annualised, adjusted",
    unit="percent",
    by=ADJUSTED,
    inputs=(adjusted,),
    formula="100 * ((sum of sa over t, t-1, t-2 / sum over t-3, t-4, t-5) ^ 4 - 1)",
    reference=_STL,
    caveat=_CAVEAT,
    unknown=BROKEN,
)
def three_months_annualised(build: Build) -> pl.DataFrame:
    frame = adjusted(build)
    parts = {f"m{lag}": Part(frame, lag=lag) for lag in range(6)}
    table = align(KEYS, **parts)
    recent, earlier = total_of(("m0", "m1", "m2")), total_of(("m3", "m4", "m5"))
    value = ((recent / earlier) ** 4 - 1) * 100
    return emit(table.with_columns(value=value), "trade_adjusted_growth_3m_annualised", "percent")
