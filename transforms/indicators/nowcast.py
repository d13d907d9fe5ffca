"""What the next month's exports and imports may have grown, before customs say so: a dynamic factor of monthly inputs.

One factor (autoregressive) and a part of each input's own, estimated by the EM algorithm of statsmodels on the panel
that was known on the first day of the year on which an input changed; with these parameters each later day of the year
is filtered, so no figure and no parameter comes from the future. The day's change of a nowcast is given to the inputs
that changed it.
"""

from __future__ import annotations

import math
import warnings
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import polars as pl

from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import emit
from transforms.indicators.fits import Fits
from transforms.indicators.surprise import MINIMUM
from transforms.model import CLAIM, DEFAULTS, NONE
from transforms.periods import month_end

LEAST = 60
"""Fewest months of growth of exports that must be known: five years."""
SPAN = 144
"""Months of the panel: twelve years, before which trade grew in another way."""
ITERATIONS = 100
TARGETS = ("export", "import")
INPUTS = ("export", "import", "ppi", "us_imports", "reer", "exchange_rate")
"""Columns of the panel, in the order in which a day's changes are given to them."""
BY = ("flow",)
_GROWTH = series(dataset="trade_total", measure="growth_yoy", counterpart_area="WORLD", basis="month", currency="USD",
                 flow=TARGETS)  # fmt: skip
_OTHERS = (
    series(dataset="price_index", ref_area="CHN", product_code="PPI", measure="growth_yoy"),
    series(dataset="mirror_trade", ref_area="USA", counterpart_area="CHN", flow="import", product_code="TOTAL",
           measure="value", definition="GENERAL_IMPORTS", basis="month", currency="USD"),
    series(dataset="effective_exchange_rate", ref_area="CHN", product_code="REER_BROAD", measure="index", freq="M"),
    series(dataset="exchange_rate", measure="market_rate", definition="FED_MONTHLY_AVERAGE", product_code="USD"),
)  # fmt: skip
_LEVELS = ("us_imports", "reer", "exchange_rate")
"""Inputs of which growth on a year earlier is taken."""
_REFERENCE = (
    "Banbura and Modugno (2014), Maximum likelihood estimation of factor models on datasets with arbitrary pattern of "
    "missing data, Journal of Applied Econometrics 29(1); statsmodels, DynamicFactorMQ"
)
_CAVEAT = (
    "A model's guess, not a figure: published growth on a year earlier in dollars, Januaries and Februaries that were "
    "printed as one are missing. Inputs count from the day on which they were public here: where the archive holds few "
    "vintages the nowcast rests on trade's own past. trade_nowcast_error says how good it was. "
)
Panel = Mapping[str, Mapping[int, float]]  # input -> month number -> value


def _source(rows: pl.DataFrame) -> pl.Expr:
    """Which input a published row belongs to."""
    names = {"price_index": "ppi", "mirror_trade": "us_imports", "effective_exchange_rate": "reer",
             "exchange_rate": "exchange_rate"}  # fmt: skip
    other = pl.col("dataset").replace_strict(names, default=None, return_dtype=pl.String)
    return pl.when(pl.col("dataset") == "trade_total").then("flow").otherwise(other)


def matrix(panel: Panel, last: int) -> list[list[float]]:
    """Rows of months up to `last`, columns of INPUTS that are known at all; nan where a month is not."""
    first = max(last - SPAN + 1, min(panel["export"]))
    table = []
    for month in range(first, last + 1):
        row = []
        for name in present(panel):
            known = panel[name]
            if name in _LEVELS:
                now, then = known.get(month), known.get(month - 12)
                row.append((now / then - 1) * 100 if now and then else math.nan)
            else:
                row.append(known.get(month, math.nan))
        table.append(row)
    return table


def present(panel: Panel) -> list[str]:
    """Inputs with enough months known to move with the others."""
    return [name for name in INPUTS if len(panel.get(name, {})) >= LEAST]


def _model(table: Sequence[Sequence[float]]) -> Any:
    import pandas
    from statsmodels.tsa.statespace.dynamic_factor_mq import DynamicFactorMQ  # takes seconds: only for something new

    frame = pandas.DataFrame(table, index=pandas.period_range("2000-01", periods=len(table), freq="M"))
    return DynamicFactorMQ(frame, factors=1, factor_orders=1, idiosyncratic_ar1=True)


def _fit(table: list[list[float]]) -> list[float]:
    model = _model(table)  # before the filter of warnings: statsmodels sets its own when it is imported
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # EM that has not converged is good enough for filtering
        return [float(p) for p in model.fit(disp=False, maxiter=ITERATIONS).params]


def _filter(table: list[list[float]], parameters: list[float]) -> list[float]:
    """The two targets in the last month of the table, which is empty or partly known."""
    model = _model(table)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        smoothed = model.smooth(parameters)
    last = smoothed.predict(start=len(table) - 1, end=len(table) - 1, information_set="smoothed")
    return [float(value) for value in last.iloc[0, :2]]


def estimated(panel: Panel, fits: Fits) -> list[float]:
    """Parameters on a panel up to its newest month of exports; kept from before where the numbers are the same."""
    table = matrix(panel, max(panel["export"]))
    return fits.kept("dynamic factor", _flat(table), partial(_fit, table))


def predicted(panel: Panel, month: int, parameters: list[float], fits: Fits) -> dict[str, float]:
    """Both targets of `month` as the panel and the parameters have them."""
    table = matrix(panel, month)
    numbers = [*parameters, *_flat(table)]
    return dict(zip(TARGETS, fits.kept("nowcast", numbers, partial(_filter, table, parameters)), strict=True))


def _flat(table: list[list[float]]) -> list[float]:
    return [float(len(table[0])), *(value for row in table for value in row)]


@step(_GROWTH, *_OTHERS)
def nowcasts(build: Build) -> pl.DataFrame:
    """Rows of day, flow, month number, what (nowcast or news of an input), value, release, of each day with news."""
    rows = build.vintages.with_columns(source=_source(build.vintages)).drop_nulls("source")
    rows = rows.sort("vintage_date", "first_seen", maintain_order=True)
    panel: dict[str, dict[int, float]] = {name: {} for name in INPUTS}
    out: list[dict[str, Any]] = []
    parameters: list[float] | None = None
    shape: tuple[int, list[str]] | None = None
    for (day,), news in rows.group_by("vintage_date", maintain_order=True):
        assert isinstance(day, date)
        before = {name: dict(known) for name, known in panel.items()}
        for end, source, value in news.select("period_end", "source", "value").iter_rows():
            month = end.year * 12 + end.month - 1
            if value is None:  # withdrawn
                panel[source].pop(month, None)
            else:
                panel[source][month] = value
        if len(panel["export"]) < LEAST or len(panel["import"]) < LEAST:
            continue
        old = parameters if shape == (day.year, present(panel)) else None
        if shape != (day.year, present(panel)):
            parameters, shape = None, (day.year, present(panel))
        if day.year < build.since.year:
            continue  # parameters are those of the first day of a year: earlier years are of no use
        parameters = parameters or estimated(panel, build.fits)
        if day >= build.since:
            release = str(news["release_id"][-1])
            out += _told(day, release, before, panel, parameters, build.fits, changed=old is None)
    schema = {"day": pl.Date, "flow": pl.String, "month": pl.Int64, "what": pl.String, "value": pl.Float64,
              "release": pl.String}  # fmt: skip
    return pl.DataFrame(out, schema=schema)


def _told(
    day: date, release: str, before: Panel, panel: Panel, parameters: list[float], fits: Fits, *, changed: bool
) -> list[dict[str, Any]]:
    """The nowcast of the month after the newest of exports, and what each input made of that of the day before."""
    month = max(panel["export"]) + 1
    made = predicted(panel, month, parameters, fits)
    rows = [{"flow": flow, "what": "nowcast", "value": value} for flow, value in made.items()]
    same = max(before["export"], default=None) == month - 1 and present(before) == present(panel) and not changed
    if same:  # the same month was nowcast the day before, with the same parameters
        mixed = {name: dict(known) for name, known in before.items()}
        last = predicted(before, month, parameters, fits)
        for name in INPUTS:
            if mixed[name] != panel[name]:
                mixed[name] = dict(panel[name])
                now = predicted(mixed, month, parameters, fits)
                rows += [{"flow": flow, "what": name.upper(), "value": now[flow] - last[flow]} for flow in TARGETS]
                last = now
    return [row | {"day": day, "month": month, "release": release} for row in rows]


def _claims(rows: pl.DataFrame) -> pl.DataFrame:
    """Nowcasts as rows of claims."""
    fixed = {**dict.fromkeys(("product_code", "counterpart_area", "definition"), NONE), "ref_area": "CHN"}
    fixed |= {"counterpart_area": "WORLD", "product_code": "TOTAL", "basis": "month", "currency": "USD"}
    ends = pl.col("month").map_elements(lambda m: month_end(m // 12, m % 12 + 1), return_dtype=pl.Date)
    table = rows.select(
        "flow", "value", period_end=ends, vintage_date="day", first_seen=pl.col("day").cast(pl.Datetime("us")),
        vintage_kind=pl.lit("observed"), release_id="release", precision=pl.lit(None, pl.Float64), what="what",
        obs_status=pl.lit("E"), freq=pl.lit(DEFAULTS["freq"]), adjustment=pl.lit(DEFAULTS["adjustment"]),
    )  # fmt: skip
    return table.with_columns(**{name: pl.lit(value) for name, value in fixed.items()})


@indicator(
    id="trade_nowcast",
    title="Nowcast of the next month's growth of exports and imports",
    unit="percent",
    by=BY,
    inputs=(nowcasts,),
    formula="filtered value of a dynamic factor model of growth of exports and imports, producer prices, US imports "
    "from China, real effective rate and exchange rate, for the month after the newest published",
    reference=_REFERENCE,
    caveat=_CAVEAT,
)
def nowcast(build: Build) -> pl.DataFrame:
    rows = _claims(nowcasts(build).filter(pl.col("what") == "nowcast"))
    return emit(rows.drop("what"), "trade_nowcast", "percent")


@indicator(
    id="trade_nowcast_news",
    title="What the release of an input changed in the nowcast",
    unit="percentage_points",
    by=(*BY, "definition"),
    inputs=(nowcasts,),
    formula="nowcast with the day's figures of the input named (definition) - that before it, inputs one after another",
    reference=_REFERENCE,
    caveat=_CAVEAT
    + "Only where the same month was nowcast the day before with the same parameters; of several inputs on "
    "one day the order is that of the formula of trade_nowcast.",
)
def news(build: Build) -> pl.DataFrame:
    rows = _claims(nowcasts(build).filter(pl.col("what") != "nowcast"))
    return emit(rows.with_columns(definition="what").drop("what"), "trade_nowcast_news", "percentage_points")


@step(nowcast, _GROWTH)
def errors(build: Build) -> list[dict[str, Any]]:
    """For each first print with a nowcast of a day before: what was printed, nowcast and last known growth (naive)."""
    guesses: dict[tuple[str, date], list[tuple[date, float]]] = {}
    for flow, end, day, value in nowcast(build).select("flow", "period_end", "vintage_date", "value").iter_rows():
        guesses.setdefault((flow, end), []).append((day, value))
    growth = build.vintages.filter(pl.col("dataset") == "trade_total").sort("vintage_date", "first_seen", "period_end")
    found = []
    for flow in TARGETS:
        known: dict[date, float | None] = {}  # None: printed once, and withdrawn
        for (day,), printed in growth.filter(pl.col("flow") == flow).group_by("vintage_date", maintain_order=True):
            before = dict(known)
            for row in printed.iter_rows(named=True):
                end = row["period_end"]
                told = sorted(guesses.get((flow, end), []))
                place = bisect_left(told, (day, -math.inf))
                past = [other for other, figure in before.items() if other < end and figure is not None]
                if row["value"] is None and end not in known:
                    continue  # no print yet
                if end not in known and place and past:
                    found.append(row | {"nowcast": told[place - 1][1], "naive": before[max(past)]})
                known[end] = row["value"]
    return found


@indicator(
    id="trade_nowcast_error",
    title="First print of growth less the last nowcast before it",
    unit="percentage_points",
    by=BY,
    inputs=(errors,),
    formula="growth as first published - trade_nowcast as of the day before",
    reference=_REFERENCE,
    caveat="The back-test on vintages: what would have been said on the day, with what was public then.",
)
def nowcast_error(build: Build) -> pl.DataFrame:
    rows = [row | {"value": row["value"] - row["nowcast"]} for row in errors(build)]
    table = pl.DataFrame(rows, schema={**CLAIM, "nowcast": pl.Float64, "naive": pl.Float64})
    return emit(table.drop("nowcast", "naive", "native_title"), "trade_nowcast_error", "percentage_points")


@indicator(
    id="trade_nowcast_against_naive",
    title="Root mean square error of the nowcast over that of the last known growth",
    unit="ratio",
    by=BY,
    inputs=(errors,),
    formula=f"sqrt(mean of squared errors of the nowcast / of the last growth known before), all first prints so far, "
    f"{MINIMUM} at least",
    reference=_REFERENCE,
    caveat="Below one the model was of use. A handful of months: the ratio is uncertain.",
)
def against_naive(build: Build) -> pl.DataFrame:
    made = []
    for flow in TARGETS:
        own = [row for row in errors(build) if row["flow"] == flow]
        for count in range(MINIMUM, len(own) + 1):
            past = own[:count]
            model, naive = (sum((row["value"] - row[name]) ** 2 for row in past) for name in ("nowcast", "naive"))
            if naive > 0:
                made.append(past[-1] | {"value": math.sqrt(model / naive)})
    table = pl.DataFrame(made, schema={**CLAIM, "nowcast": pl.Float64, "naive": pl.Float64})
    return emit(table.drop("nowcast", "naive", "native_title").with_columns(precision=pl.lit(None, pl.Float64)),
                "trade_nowcast_against_naive", "ratio")  # fmt: skip
