"""How tight policy is: the key rate against expected inflation and against the neutral range of its time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from transforms.indicators.declaration import Build, indicator, step
from transforms.indicators.engine import PROVENANCE, Part, align, each_vintage, emit, pick
from transforms.indicators.policy import PLACE, monthly_key_rate
from transforms.indicators.prices import consumer_prices
from transforms.indicators.trade import KEYS

AHEAD = 12
"""Months over which inflation is expected: as far as growth on a year earlier looks back."""
WINDOW = 120
"""Months from which the relation of inflation to that of a year before is estimated: ten years."""
LEAST = 60
"""Fewest pairs for an estimate: five years."""
BY = ("ref_area", "definition")
_GUIDELINES = (
    "Bank of Russia, Monetary Policy Guidelines and statements of the Governor (neutral_rate.yaml names those of each "
    "range, and which public pages confirm it)"
)


@cache
def _book() -> Mapping[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_name("neutral_rate.yaml").read_text("utf-8")))


def neutral(end: date) -> tuple[float, float] | None:
    """Lower and upper end of the neutral range in force in a month; None before the first."""
    found = [(one["low"], one["high"]) for one in _book()["ranges"] if one["since"] <= end]
    return found[-1] if found else None


def expected(panel: pl.DataFrame) -> pl.DataFrame:
    """Inflation expected in AHEAD months: a + b * inflation now, by the pairs of the last WINDOW months; one area."""
    rows = panel.sort("period_end")
    known = {end.year * 12 + end.month: value for end, value in rows.select("period_end", "value").iter_rows()}
    made: list[float | None] = []
    for end, now in zip(rows["period_end"], rows["value"], strict=True):
        month = end.year * 12 + end.month
        span = range(month - WINDOW + 1, month + 1)
        pairs = [(known[m - AHEAD], known[m]) for m in span if m in known and m - AHEAD in known]
        made.append(_forecast(pairs, now) if len(pairs) >= LEAST else None)
    return rows.with_columns(value=pl.Series(made, dtype=pl.Float64)).drop_nulls("value")


def _forecast(pairs: list[tuple[float, float]], now: float) -> float | None:
    count = len(pairs)
    mean, later = (sum(pair[i] for pair in pairs) / count for i in (0, 1))
    spread = sum((x - mean) ** 2 for x, _ in pairs)
    slope = sum((x - mean) * (y - later) for x, y in pairs) / spread if spread > 0 else 0.0
    return later + slope * (now - mean)


@step(consumer_prices)
def expected_inflation(build: Build) -> pl.DataFrame:
    """Inflation expected a year ahead in Russia, by the month in which it is expected."""
    prices = pick(consumer_prices(build), ref_area="RUS")
    columns = [*KEYS, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    return each_vintage(prices.select(columns), KEYS, expected)


@indicator(
    id="inflation_expected",
    title="Consumer price inflation expected a year ahead from its own past",
    unit="percent",
    by=("ref_area",),
    inputs=(expected_inflation,),
    lookback=WINDOW + AHEAD,
    formula=f"a + b * inflation(t); a, b: least squares of inflation(s) on inflation(s - {AHEAD}) over the last "
    f"{WINDOW} months known",
    reference="Bank of Russia, Monetary Policy Report, on ex ante real rates; direct forecasts: Marcellino, Stock and "
    "Watson (2006), Journal of Econometrics 135",
    caveat="What the past of inflation says, not a survey: households expect more. A break of regime shows late.",
)
def expectation(build: Build) -> pl.DataFrame:
    return emit(expected_inflation(build), "inflation_expected", "percent", definition="REGRESSION", basis="month")


@indicator(
    id="key_rate_real_expected",
    title="Real key rate by expected inflation",
    unit="percent",
    by=BY,
    inputs=(monthly_key_rate, expected_inflation),
    lookback=WINDOW + AHEAD,
    formula="mean key rate of the month - inflation_expected (definition REGRESSION), or - the target of 4 % that "
    "policy promises (definition TARGET, since 2017)",
    reference=_GUIDELINES,
    caveat="Beside key_rate_real, which takes past inflation. REGRESSION takes the past to go on, TARGET the promise "
    "to be believed: what people expect lies somewhere between.",
)
def real_by_expectation(build: Build) -> pl.DataFrame:
    key = monthly_key_rate(build)
    table = align(PLACE, key=Part(key), prices=Part(expected_inflation(build)))
    past = table.with_columns(value=pl.col("key") - pl.col("prices"), definition=pl.lit("REGRESSION"))
    target = _book()["target"]
    promised = key.filter(pl.col("period_end") >= target["since"]).with_columns(
        value=pl.col("value") - target["percent"], definition=pl.lit("TARGET")
    )
    parts = [emit(rows, "key_rate_real_expected", "percent", basis="month") for rows in (past, promised)]
    return pl.concat([part.with_columns(freq=pl.lit("M")) for part in parts])


@indicator(
    id="key_rate_minus_neutral",
    title="Key rate against the neutral range of its time",
    unit="percentage_points",
    by=BY,
    inputs=(monthly_key_rate,),
    lookback=0,
    formula="mean key rate of the month - lower (LOW) or upper (HIGH) end of the range in force",
    reference=_GUIDELINES,
    caveat="The range is the Bank of Russia's estimate as of each month; none before November 2018. Above HIGH: tight; "
    "below LOW: loose.",
)
def against_neutral(build: Build) -> pl.DataFrame:
    key = monthly_key_rate(build)
    made = []
    for place, name in enumerate(("LOW", "HIGH")):
        ends = [neutral(end) for end in key["period_end"]]
        level = pl.Series([None if one is None else one[place] for one in ends], dtype=pl.Float64)
        rows = key.with_columns(value=pl.col("value") - level, definition=pl.lit(name)).drop_nulls("value")
        made.append(emit(rows, "key_rate_minus_neutral", "percentage_points", basis="month"))
    return pl.concat(made).with_columns(freq=pl.lit("M"))


@indicator(
    id="key_rate_months_above_neutral",
    title="Months the key rate has stood above neutral",
    unit="months",
    by=("ref_area",),
    inputs=(monthly_key_rate,),
    formula="length of the run of months with a mean above the upper end of the neutral range in force in the month",
    reference=_GUIDELINES,
    caveat="The range moves with the Bank of Russia's estimate; months before its first (November 2018) do not count.",
)
def months_above_neutral(build: Build) -> pl.DataFrame:
    table = each_vintage(monthly_key_rate(build), KEYS, above)
    return emit(table, "key_rate_months_above_neutral", "months").with_columns(freq=pl.lit("M"))


def above(panel: pl.DataFrame) -> pl.DataFrame:
    """Length of the unbroken run of months whose mean key rate exceeds the upper end of the range of their time."""
    rows = panel.sort("period_end")
    run, counted, last = 0, list[float | None](), 0
    for end, value in rows.select("period_end", "value").iter_rows():
        bounds, month = neutral(end), end.year * 12 + end.month
        run = run if month == last + 1 else 0  # a run goes over no month that is not known
        run = run + 1 if bounds is not None and value > bounds[1] else 0
        counted.append(None if bounds is None else float(run))
        last = month
    return rows.with_columns(value=pl.Series(counted, dtype=pl.Float64)).drop_nulls("value")
