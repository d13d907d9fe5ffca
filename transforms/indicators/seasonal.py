"""Seasonally adjusted trade, in all and by partner, and the short-run growth that only adjusted figures can show.

In China's own figures January and February move with the lunar new year, which a fixed seasonal cannot follow: both
months are first given their common mean of logs (shared holiday). Then STL takes out the seasonal of the logs,
robustly. Every vintage is adjusted anew from what was known that day.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from transforms.indicators.engine import (
    PROVENANCE,
    Indicator,
    Part,
    Records,
    align,
    compact,
    emit,
    known_on,
    pick,
    remember,
)
from transforms.indicators.trade import KEYS, levels

YEARS = 4
"""Fewest full years STL is given: three estimate a seasonal, one more steadies the trend."""
COLUMNS = [*KEYS, "period_end", "value", "vintage_date", *PROVENANCE]
CHINA = "CHN"
PARTNERS = ("USA", "EU", "ASEAN", "AFRICA", "LATIN_AMERICA", "HKG", "JPN", "KOR", "TWN", "VNM", "MYS", "THA", "IND",
            "MEX", "BRA", "AUS", "RUS", "DEU", "NLD", "GBR")  # fmt: skip
"""Partners of China that are adjusted one by one: those in every table of partners."""


class Fits:
    """Seasonals already fitted, by digest of the logs: a fit depends on nothing else, so a run may keep them."""

    def __init__(self) -> None:
        self.known: dict[str, list[float]] = {}
        self.used: dict[str, list[float]] = {}

    def load(self, known: Mapping[str, list[float]]) -> None:
        self.known, self.used = dict(known), {}

    def seasonal(self, logs: Sequence[float]) -> list[float]:
        """Seasonal component of STL of monthly logs, robust."""
        key = hashlib.sha256(array("d", logs).tobytes()).hexdigest()
        if key not in self.known:
            from statsmodels.tsa.seasonal import STL  # importing it takes seconds: only when something new is fitted

            self.known[key] = [float(season) for season in STL(list(logs), period=12, robust=True).fit().seasonal]
        self.used[key] = self.known[key]
        return self.known[key]


FITS = Fits()


def _unbroken(panel: pl.DataFrame) -> pl.DataFrame:
    """The last run of months without a gap, ending with the newest one."""
    month = pl.col("period_end").dt.year() * 12 + pl.col("period_end").dt.month()
    rows = panel.sort("period_end").with_columns(gap=(month.diff() != 1).fill_null(value=True))
    return rows.filter(pl.col("gap").cum_sum() == pl.col("gap").sum()).drop("gap")


def shared_holiday(ends: list[date], logs: list[float]) -> list[float]:
    """Logs with January and February of a year replaced by their mean where both are there."""
    place = {(end.year, end.month): i for i, end in enumerate(ends)}
    shared = list(logs)
    for (year, month), i in place.items():
        if month == 1 and (j := place.get((year, 2))) is not None:
            shared[i] = shared[j] = (logs[i] + logs[j]) / 2
    return shared


def adjust(panel: pl.DataFrame) -> pl.DataFrame:
    """Seasonally adjusted values of one series (the months of one panel); empty if there are too few."""
    run = _unbroken(panel).filter(pl.col("value") > 0)
    if run.height < 12 * YEARS:
        return run.clear()
    logs = [math.log(value) for value in run["value"]]
    if run["ref_area"][0] == CHINA:
        logs = shared_holiday(run["period_end"].to_list(), logs)
    adjusted = [math.exp(log - season) for log, season in zip(logs, FITS.seasonal(logs), strict=True)]
    return run.with_columns(value=pl.Series(adjusted))


def _months(vintages: pl.DataFrame) -> pl.DataFrame:
    """Monthly values that are adjusted: China's totals and main partners, imports as the United States count them."""
    flows = ("export", "import")
    own = [
        levels(vintages, dataset="trade_total", basis="month", currency="USD", flow=flows),
        levels(vintages, dataset="trade_by_partner", basis="month", flow=flows, counterpart_area=PARTNERS),
        pick(vintages, dataset="mirror_trade", measure="value", basis="month", unit="USD"),
    ]
    return pl.concat([frame.select(COLUMNS) for frame in own])


@remember
def adjusted_levels(vintages: pl.DataFrame) -> pl.DataFrame:
    """Values adjusted on each day a month changed; columns COLUMNS, adjustment SA."""
    months = _months(vintages)
    parts = [months.clear()]
    for series in months.partition_by(KEYS):
        if series["period_end"].n_unique() < 12 * YEARS:
            continue
        for day in series["vintage_date"].unique().sort():
            result = adjust(known_on(series, day, KEYS))
            parts.append(result.with_columns(vintage_date=pl.lit(day)))
    return compact(pl.concat(parts), KEYS).with_columns(adjustment=pl.lit("SA"))


@remember
def adjusted(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    return emit(adjusted_levels(vintages), "trade_adjusted", "_").with_columns(unit=pl.col("currency"))


def month_on_month(vintages: pl.DataFrame, records: Records) -> pl.DataFrame:
    frame = adjusted(vintages, records)
    table = align(KEYS, now=Part(frame), before=Part(frame, lag=1))
    value = (pl.col("now") / pl.col("before") - 1) * 100
    return emit(table.with_columns(value=value), "trade_adjusted_growth_mom", "percent")


def three_months_annualised(vintages: pl.DataFrame, records: Records) -> pl.DataFrame:
    frame = adjusted(vintages, records)
    parts = {f"m{lag}": Part(frame, lag=lag) for lag in range(6)}
    table = align(KEYS, **parts)
    recent, earlier = pl.sum_horizontal("m0", "m1", "m2"), pl.sum_horizontal("m3", "m4", "m5")
    value = ((recent / earlier) ** 4 - 1) * 100
    return emit(table.with_columns(value=value), "trade_adjusted_growth_3m_annualised", "percent")


_INPUTS = tuple({"dataset": d, "measure": "value", "basis": "month"}
                for d in ("trade_total", "trade_by_partner", "mirror_trade"))  # fmt: skip
_STL = (
    "Cleveland, Cleveland, McRae and Terpenning (1990), STL: A Seasonal-Trend Decomposition Procedure Based on Loess, "
    "Journal of Official Statistics 6(1); Bell and Hillmer (1983) on moving holidays"
)
_CAVEAT = (
    "Not an official adjustment: STL on logs, robust; in China's own figures January and February are given their "
    f"common mean first. Only series with {12 * YEARS} months without a gap: partners of China get theirs when the "
    "archive reaches that far; until then the imports that the United States count (ref_area USA) tell, by partner and "
    "by measure (definition). Every new month revises earlier ones."
)

CATALOG = [
    Indicator(
        "trade_adjusted", "Exports and imports, in all and by partner, seasonally adjusted",
        "exp(log x - seasonal of STL(log x)), China's January and "
        "February sharing their mean of logs", "USD or CNY", _INPUTS, _CAVEAT, _STL, adjusted,
    ),
    Indicator(
        "trade_adjusted_growth_mom", "Growth on the month before, seasonally adjusted", "100 * (sa(t) / sa(t - 1) - 1)",
        "percent", _INPUTS, _CAVEAT, _STL, month_on_month,
    ),
    Indicator(
        "trade_adjusted_growth_3m_annualised", "Growth of three months on the three before, annualised, adjusted",
        "100 * ((sum of sa over t, t-1, t-2 / sum over t-3, t-4, t-5) ^ 4 - 1)", "percent", _INPUTS, _CAVEAT, _STL,
        three_months_annualised,
    ),
]  # fmt: skip
