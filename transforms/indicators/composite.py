"""Composites of leading indicators: standardised components, weights as data, every contribution shown.

composite.yaml names the components. A component that is not known counts for nothing: the weights of the others are
scaled up and the coverage says how much of the weight was there. Computed for the last year of months on every day
on which a component changed, from what was known that day.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from transforms.indicators.components import LEAST, composites, inputs, load
from transforms.indicators.declaration import Build, Indicator, indicator, step
from transforms.indicators.engine import each_vintage, emit
from transforms.model import DIMENSIONS, NONE
from transforms.periods import month_end

MONTHS_BACK = 12
MINIMUM_COVERAGE = 100 / 3
"""Less than a third of the weight is no composite."""


@step(*inputs())
def paths(build: Build, area: str) -> pl.DataFrame:
    """One row a day, month, indicator and component (or `_` for the whole): value, kind, release."""
    book = composites()[area]
    components = load(area, build)
    total = sum(c.weight for c in components)
    out: list[dict[str, Any]] = []
    for day in sorted({row[0] for c in components for row in c.rows}):
        news = [release for component in components if (release := component.advance(day))]
        if day < build.since:
            continue
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
            for name, of in (("composite_contribution", parts), ("composite_component_percentile", ranks),
                                  ("composite_without", others)):  # fmt: skip
                out += [cell | {"indicator": name, "part": part.upper(), "value": v} for part, v in of.items()]
            out += [cell | {"indicator": name, "part": NONE, "value": v} for name, v in whole.items()]
    schema = {"day": pl.Date, "month": pl.Int64, "release": pl.String, "kind": pl.String, "indicator": pl.String,
              "part": pl.String, "value": pl.Float64}  # fmt: skip
    return pl.DataFrame(out, schema=schema)


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
WHOLE = ("ref_area",)
PARTS = ("ref_area", "product_code")


def _passed_on(build: Build, name: str, unit: str) -> pl.DataFrame:
    frames = []
    for area in composites():
        rows = paths(build, area).filter(pl.col("indicator") == name)
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
    return emit(pl.concat(frames), name, unit)


def _declared(
    name: str, title: str, unit: str, by: tuple[str, ...], formula: str, caveat: str, reference: str = _METHOD
) -> Indicator:
    words = indicator(
        id=name, title=title, unit=unit, by=by, inputs=(paths,), formula=formula, reference=reference, caveat=caveat
    )
    return words(partial(_passed_on, name=name, unit=unit))


composite = _declared(
    "composite",
    "Composite of leading indicators",
    "standard_deviations",
    WHOLE,
    "sum over known components of weight * sign * standardised value / sum of their weights",
    _CAVEAT,
)
contribution = _declared(
    "composite_contribution",
    "Contribution of a component to the composite",
    "standard_deviations",
    PARTS,
    "weight * sign * standardised value / sum of known weights; the component is the product",
    _CAVEAT,
)
without = _declared(
    "composite_without",
    "Composite without one of its components",
    "standard_deviations",
    PARTS,
    "the composite of all known components but one, which is the product",
    "Where the sign changes, the direction rests on that one component.",
    "OECD and JRC (2008), Handbook on Constructing Composite Indicators: robustness and sensitivity",
)
component_percentile = _declared(
    "composite_component_percentile",
    "Rank of a component of the composite within its own past",
    "percent",
    PARTS,
    "100 * past values (or changes) that are weaker / all past ones of the window, ties by half; the component is the "
    "product",
    "0 is the weakest of the window, 100 the strongest; a stated figure is ranked among the changes of its yardstick.",
    _RANKS,
)
mean_percentile = _declared(
    "composite_mean_percentile",
    "Mean rank of the components of the composite within their own past",
    "percent",
    WHOLE,
    "sum of weight * composite_component_percentile / sum of known weights",
    "Needs no history of the composite itself; 50 is usual. A mean of ranks moves less than each rank.",
    _RANKS,
)
coverage = _declared(
    "composite_coverage",
    "Weight of the components that were known",
    "percent",
    WHOLE,
    "100 * known weight / all weight",
    _CAVEAT,
)


@indicator(
    id="composite_percentile",
    title="Rank of the newest composite among the months known that day",
    unit="percent",
    by=WHOLE,
    inputs=(composite,),
    formula=f"100 * months with a lower composite / all earlier months known, more than {LEAST}",
    reference=_METHOD,
    caveat="A rank within the composite's own short history, no probability.",
)
def percentile(build: Build) -> pl.DataFrame:
    """Share of the months known that day whose composite was lower, for the newest month of each day."""
    return emit(each_vintage(composite(build), DIMENSIONS, _rank_of_newest), "composite_percentile", "percent")


def _rank_of_newest(panel: pl.DataFrame) -> pl.DataFrame:
    newest = []
    for path in panel.sort("period_end").partition_by("ref_area"):
        if path.height > LEAST:
            lower = (path["value"][:-1] < path["value"][-1]).sum()
            newest.append(path.tail(1).with_columns(value=pl.lit(100.0 * lower / (path.height - 1))))
    return pl.concat([panel.clear(), *newest]).drop("native_title")
