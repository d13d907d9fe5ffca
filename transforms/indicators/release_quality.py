"""Revisions as a science: nth releases, bias with honest errors, news or noise, the first release that is good enough.

The sample of a series is its periods whose figure has stood for a year: each has a first release, further ones, and a
final one (the newest known that day). Periods never revised are in it, with a revision of zero. As known on each day.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import polars as pl

from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import emit
from transforms.indicators.trade import CURRENCIES, TRADE
from transforms.model import CLAIM

SETTLED = timedelta(days=365)
"""Age after which a figure counts as final: customs revise a year with the tables of the next one."""
LEAST = 12
"""Fewest periods from which a mean and its error are taken: a year of months."""
LAGS = 3
"""Autocovariances in the error of a mean (Newey and West): revisions of a quarter come together."""
SIGNIFICANT = 1.96
"""Two-sided 5 percent of the normal distribution."""
COLUMNS = ["flow", "basis", "currency", "period_end"]
_PRINTS = series(dataset="trade_total", measure="growth_yoy", counterpart_area="WORLD", basis=("month", "ytd"),
                 currency=CURRENCIES)  # fmt: skip
_REFERENCE = (
    "Mankiw and Shapiro (1986), News or Noise: An Analysis of GNP Revisions, Survey of Current Business 66(5); Newey "
    "and West (1987) on standard errors; McKenzie and Gamba (2008), OECD Statistics Working Paper, on revision analysis"
)
_CAVEAT = (
    "Published growth on a year earlier of China's totals. Only periods whose first release is known as such (status "
    "P) and is a year old. Periods that were never revised count with zero. Read it with trade_release_count."
)


@step(_PRINTS)
def histories(build: Build) -> pl.DataFrame:
    """Vintages of published growth of totals, periods whose first known release is preliminary; sorted.

    They begin with the first release; one without a value says that the figure was withdrawn.
    """
    rows = build.vintages.sort("vintage_date", "first_seen", maintain_order=True)
    first = rows.drop_nulls("value").unique(["series_id", "period_end"], keep="first", maintain_order=True)
    began = first.filter(pl.col("obs_status") == "P").select("series_id", "period_end", began="vintage_date")
    rows = rows.join(began, on=["series_id", "period_end"], maintain_order="left")
    return rows.filter(pl.col("vintage_date") >= pl.col("began")).drop("began")


Sample = list[list[float]]
"""For each period its releases in their order; a figure that was withdrawn is in none until it is said again."""


def on_each_day(build: Build, name: str, unit: str, value: Callable[[Sample], float | None]) -> pl.DataFrame:
    """`value` of the sample of each series, on each day on which it may have changed."""
    made = []
    for rows in histories(build).partition_by("flow", "basis", "currency"):
        told = list(rows.select("period_end", "vintage_date", "value").iter_rows())
        began: dict[date, date] = {}
        for end, day, _ in told:
            began.setdefault(end, day)
        days = sorted({day for _, day, _ in told})
        stood: date | None = None  # the newest period of the day before
        for day in days[max(bisect_left(days, build.since) - 1, 0) :]:
            releases: dict[date, list[float | None]] = {}
            for end, seen, figure in told:
                if seen <= day and began[end] + SETTLED <= day:
                    releases.setdefault(end, []).append(figure)
            sample = {end: [x for x in own if x is not None] for end, own in releases.items() if own[-1] is not None}
            newest = max(sample) if len(sample) >= LEAST else None
            said: dict[date, float | None] = {}
            if stood and (newest is None or newest < stood):
                said[stood] = None
            if newest:
                said[newest] = value([sample[end] for end in sorted(sample)])
            last = rows.filter(pl.col("vintage_date") <= day).tail(1) if said else rows
            for end, found in said.items():
                own = {"period_end": pl.lit(end), "precision": pl.lit(None, pl.Float64)}
                made.append(last.with_columns(value=pl.lit(found, pl.Float64), vintage_date=pl.lit(day), **own))
            stood = newest
    table = pl.concat(made) if made else pl.DataFrame(schema=dict(CLAIM))
    return emit(table.drop("native_title", strict=False), name, unit)


def revisions(sample: Sample) -> list[float]:
    """Final less first release of each period."""
    return [releases[-1] - releases[0] for releases in sample]


def mean_error(values: Sequence[float]) -> float:
    """Standard error of a mean with LAGS autocovariances, Bartlett weights."""
    count = len(values)
    mean = sum(values) / count
    off = [value - mean for value in values]
    total = sum(x * x for x in off) / count
    for lag in range(1, min(LAGS, count - 1) + 1):
        total += 2 * (1 - lag / (LAGS + 1)) * sum(off[i] * off[i - lag] for i in range(lag, count)) / count
    return math.sqrt(max(total, 0.0) / count)


def bias_ratio(values: Sequence[float]) -> float | None:
    """Mean over its error; None where nothing varies."""
    error, mean = mean_error(values), sum(values) / len(values)
    return mean / error if error > 1e-9 * max(1.0, abs(mean)) else None


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Pearson correlation; None where one does not vary."""
    mean, other_mean = sum(one) / len(one), sum(other) / len(other)
    cross = sum((a - mean) * (b - other_mean) for a, b in zip(one, other, strict=True))
    spread = sum((a - mean) ** 2 for a in one) * sum((b - other_mean) ** 2 for b in other)
    return cross / math.sqrt(spread) if spread > 1e-12 else None


def first_efficient(sample: Sample) -> float | None:
    """Number of the first release without bias at 5 percent against the final one; the last stands for missing ones."""
    for number in range(max(len(releases) for releases in sample)):
        left = [releases[-1] - releases[min(number, len(releases) - 1)] for releases in sample]
        ratio = bias_ratio(left)
        same = abs(sum(left)) < 1e-9 if ratio is None else abs(ratio) <= SIGNIFICANT
        if same:
            return float(number + 1)
    return None


@indicator(
    id="trade_release_count",
    title="Periods in the sample of revisions of published growth",
    unit="count",
    by=TRADE,
    inputs=(histories,),
    formula="number of periods with a first release that is a year old",
    reference=_REFERENCE,
    caveat=_CAVEAT,
)
def release_count(build: Build) -> pl.DataFrame:
    return on_each_day(build, "trade_release_count", "count", lambda sample: float(len(sample)))


@indicator(
    id="trade_release_revised_share",
    title="Share of periods whose published growth was revised",
    unit="percent",
    by=TRADE,
    inputs=(histories,),
    formula="100 * periods whose final release differs from the first / all periods of the sample",
    reference=_REFERENCE,
    caveat=_CAVEAT,
)
def revised_share(build: Build) -> pl.DataFrame:
    def share(sample: Sample) -> float:
        return 100 * sum(abs(change) > 1e-9 for change in revisions(sample)) / len(sample)

    return on_each_day(build, "trade_release_revised_share", "percent", share)


@indicator(
    id="trade_release_sign_flips",
    title="Share of periods whose published growth changed its sign by revision",
    unit="percent",
    by=TRADE,
    inputs=(histories,),
    formula="100 * periods whose first and final release have opposite signs / all periods of the sample",
    reference=_REFERENCE,
    caveat=_CAVEAT,
)
def sign_flips(build: Build) -> pl.DataFrame:
    def share(sample: Sample) -> float:
        return 100 * sum(releases[0] * releases[-1] < 0 for releases in sample) / len(sample)

    return on_each_day(build, "trade_release_sign_flips", "percent", share)


@indicator(
    id="trade_release_bias",
    title="Mean revision of published growth, final less first release",
    unit="percentage_points",
    by=TRADE,
    inputs=(histories,),
    formula="mean over the sample of (final - first release)",
    reference=_REFERENCE,
    caveat=_CAVEAT + " Says little unless trade_release_bias_ratio is beyond two.",
)
def bias(build: Build) -> pl.DataFrame:
    def mean(sample: Sample) -> float:
        return sum(revisions(sample)) / len(sample)

    return on_each_day(build, "trade_release_bias", "percentage_points", mean)


@indicator(
    id="trade_release_bias_ratio",
    title="Mean revision of published growth over its standard error",
    unit="ratio",
    by=TRADE,
    inputs=(histories,),
    formula=f"mean / standard error with {LAGS} autocovariances, Bartlett weights (Newey and West)",
    reference=_REFERENCE,
    caveat=_CAVEAT + f" Beyond {SIGNIFICANT} either way first releases are biased at 5 percent.",
)
def bias_over_error(build: Build) -> pl.DataFrame:
    return on_each_day(build, "trade_release_bias_ratio", "ratio", lambda sample: bias_ratio(revisions(sample)))


@indicator(
    id="trade_release_noise",
    title="Correlation of the revisions of published growth with its first release",
    unit="ratio",
    by=TRADE,
    inputs=(histories,),
    formula="correlation of (final - first) with first",
    reference=_REFERENCE,
    caveat=_CAVEAT + " Away from zero: first releases hold noise that revision takes out.",
)
def noise(build: Build) -> pl.DataFrame:
    def of(sample: Sample) -> float | None:
        return correlation(revisions(sample), [releases[0] for releases in sample])

    return on_each_day(build, "trade_release_noise", "ratio", of)


@indicator(
    id="trade_release_news",
    title="Correlation of the revisions of published growth with its final release",
    unit="ratio",
    by=TRADE,
    inputs=(histories,),
    formula="correlation of (final - first) with final",
    reference=_REFERENCE,
    caveat=_CAVEAT + " Away from zero: revisions bring news that first releases did not have.",
)
def news(build: Build) -> pl.DataFrame:
    def of(sample: Sample) -> float | None:
        return correlation(revisions(sample), [releases[-1] for releases in sample])

    return on_each_day(build, "trade_release_news", "ratio", of)


@indicator(
    id="trade_release_first_efficient",
    title="First release of published growth that is no more biased",
    unit="count",
    by=TRADE,
    inputs=(histories,),
    formula="smallest n for which the mean of (final - nth release) is within two standard errors of zero",
    reference=_REFERENCE,
    caveat=_CAVEAT + " 1: the first release already is. A period with fewer releases counts with its last.",
)
def first_efficient_release(build: Build) -> pl.DataFrame:
    return on_each_day(build, "trade_release_first_efficient", "count", first_efficient)
