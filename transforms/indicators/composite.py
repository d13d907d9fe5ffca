"""Composites of leading indicators: standardised components, weights as data, every contribution shown.

composite.yaml names the components. A component that is not known counts for nothing: the weights of the others are
scaled up and the coverage says how much of the weight was there. Computed for the last year of months on every day
on which a component changed, from what was known that day.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from transforms.indicators.components import LEAST, composites, load
from transforms.indicators.engine import Indicator, Records, each_vintage, emit, remember
from transforms.model import DIMENSIONS, NONE
from transforms.periods import month_end

MONTHS_BACK = 12
MINIMUM_COVERAGE = 100 / 3
"""Less than a third of the weight is no composite."""


@remember
def paths(vintages: pl.DataFrame, records: Records, area: str) -> pl.DataFrame:
    """One row a day, month, indicator and component (or `_` for the whole): value, kind, release."""
    book = composites()[area]
    components = load(area, vintages, records)
    total = sum(c.weight for c in components)
    out: list[dict[str, Any]] = []
    for day in sorted({row[0] for c in components for row in c.rows}):
        news = [release for component in components if (release := component.advance(day))]
        newest = max((max(c.values) for c in components if c.values), default=None)
        for month in range(newest - MONTHS_BACK, newest + 1) if newest is not None else ():
            scores = {c.name: (c, z) for c in components
                      if (z := c.standardised(month, book["window"], book["stale"])) is not None}  # fmt: skip
            there = sum(c.weight for c, _ in scores.values())
            if there / total * 100 < MINIMUM_COVERAGE:
                continue
            parts = {name: c.weight * c.sign * z / there for name, (c, z) in scores.items()}
            ranks = {name: rank for name, (c, _) in scores.items()
                     if (rank := c.rank(month, book["window"], book["stale"])) is not None}  # fmt: skip
            whole = {
                "composite": sum(parts.values()),
                "composite_coverage": there / total * 100,
                "composite_mean_percentile": sum(scores[name][0].weight * r for name, r in ranks.items()) / there,
            }
            inferred = any(c.newest(month, book["stale"]) in c.inferred for c, _ in scores.values())
            others = {name: (whole["composite"] - part) * there / (there - scores[name][0].weight)
                      for name, part in parts.items() if there > scores[name][0].weight}  # fmt: skip
            cell = {"day": day, "month": month, "release": news[0], "kind": "inferred" if inferred else "observed"}
            for indicator, of in (("composite_contribution", parts), ("composite_component_percentile", ranks),
                                  ("composite_without", others)):  # fmt: skip
                out += [cell | {"indicator": indicator, "part": name.upper(), "value": v} for name, v in of.items()]
            out += [cell | {"indicator": indicator, "part": NONE, "value": v} for indicator, v in whole.items()]
    schema = {"day": pl.Date, "month": pl.Int64, "release": pl.String, "kind": pl.String, "indicator": pl.String,
              "part": pl.String, "value": pl.Float64}  # fmt: skip
    return pl.DataFrame(out, schema=schema)


def _passed_on(vintages: pl.DataFrame, records: Records, indicator: str, unit: str) -> pl.DataFrame:
    frames = []
    for area in composites():
        rows = paths(vintages, records, area).filter(pl.col("indicator") == indicator)
        ends = rows["month"].map_elements(lambda m: month_end(m // 12, m % 12 + 1), return_dtype=pl.Date)
        frames.append(
            rows.select(
                "value",
                ref_area=pl.lit(area),
                product_code="part",
                period_end=ends,
                vintage_date="day",
                vintage_kind="kind",
                release_id="release",
                first_seen=pl.col("day").cast(pl.Datetime("us")),
                basis=pl.lit("month"),
            )
        )
    return emit(pl.concat(frames), indicator, unit)


composite = partial(_passed_on, indicator="composite", unit="standard_deviations")
contribution = partial(_passed_on, indicator="composite_contribution", unit="standard_deviations")
coverage = partial(_passed_on, indicator="composite_coverage", unit="percent")
without = partial(_passed_on, indicator="composite_without", unit="standard_deviations")
component_percentile = partial(_passed_on, indicator="composite_component_percentile", unit="percent")
mean_percentile = partial(_passed_on, indicator="composite_mean_percentile", unit="percent")


def percentile(vintages: pl.DataFrame, records: Records) -> pl.DataFrame:
    """Share of the months known that day whose composite was lower, for the newest month of each day."""
    rows = composite(vintages, records)
    return emit(each_vintage(rows, DIMENSIONS, _rank_of_newest), "composite_percentile", "percent")


def _rank_of_newest(panel: pl.DataFrame) -> pl.DataFrame:
    newest = []
    for path in panel.sort("period_end").partition_by("ref_area"):
        if path.height > LEAST:
            lower = (path["value"][:-1] < path["value"][-1]).sum()
            newest.append(path.tail(1).with_columns(value=pl.lit(100.0 * lower / (path.height - 1))))
    return pl.concat([panel.clear(), *newest]).drop("native_title")


_INPUTS = (
    {"dataset": "trade_total", "measure": "growth_yoy"}, {"record": "consensus_forecast"},
    {"record": "reported_figure"}, {"dataset": "effective_exchange_rate"}, {"dataset": "key_rate"},
    {"dataset": "household_loans"},
)  # fmt: skip
_METHOD = (
    "OECD and JRC (2008), Handbook on Constructing Composite Indicators: standardisation and weighting; "
    "CMASF system of early warning for the choice of banking components"
)
_RANKS = (
    "Hollo, Kremer and Lo Duca (2012), CISS - a composite indicator of systemic stress, ECB Working Paper 1426: "
    "components as ranks within their own distribution"
)
_CAVEAT = (
    "A summary of few figures, not a forecast; weights are a choice, kept as data in composite.yaml. "
    "Components not known on the day are left out and the coverage says so."
)

CATALOG = [
    Indicator(
        "composite", "Composite of leading indicators", "sum over known components of weight * sign * standardised "
        "value / sum of their weights", "standard_deviations", _INPUTS, _CAVEAT, _METHOD, composite,
    ),
    Indicator(
        "composite_contribution", "Contribution of a component to the composite",
        "weight * sign * standardised value / sum of known weights; the component is the product",
        "standard_deviations", _INPUTS, _CAVEAT, _METHOD, contribution,
    ),
    Indicator(
        "composite_without", "Composite without one of its components",
        "the composite of all known components but one, which is the product", "standard_deviations", _INPUTS,
        "Where the sign changes, the direction rests on that one component.",
        "OECD and JRC (2008), Handbook on Constructing Composite Indicators: robustness and sensitivity", without,
    ),
    Indicator(
        "composite_percentile", "Rank of the newest composite among the months known that day",
        f"100 * months with a lower composite / all earlier months known, more than {LEAST}", "percent", _INPUTS,
        "A rank within the composite's own short history, no probability.", _METHOD, percentile,
    ),
    Indicator(
        "composite_component_percentile", "Rank of a component of the composite within its own past",
        "100 * past values (or changes) that are weaker / all past ones of the window, ties by half; the component is "
        "the product", "percent", _INPUTS, "0 is the weakest of the window, 100 the strongest; a stated figure is "
        "ranked among the changes of its yardstick.", _RANKS, component_percentile,
    ),
    Indicator(
        "composite_mean_percentile", "Mean rank of the components of the composite within their own past",
        "sum of weight * composite_component_percentile / sum of known weights", "percent", _INPUTS,
        "Needs no history of the composite itself; 50 is usual. A mean of ranks moves less than each rank.", _RANKS,
        mean_percentile,
    ),
    Indicator(
        "composite_coverage", "Weight of the components that were known", "100 * known weight / all weight", "percent",
        _INPUTS, _CAVEAT, _METHOD, coverage,
    ),
]  # fmt: skip
