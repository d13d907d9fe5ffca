"""Composites of leading indicators: standardised components, weights as data, every contribution shown.

composite.yaml names the components. A component that is not known counts for nothing: the weights of the others are
scaled up, the level is linked to that of the month before by the components known in both, and the coverage says how
much of the weight was there. Computed for the last year of months on every day
on which a component changed, from what was known that day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial
from typing import Any

import polars as pl

from transforms.indicators.common_factor import Factor, common_factor
from transforms.indicators.components import LEAST, PAST, Component, composites, inputs, load
from transforms.indicators.declaration import Build, Indicator, indicator, step
from transforms.indicators.engine import each_vintage, emit
from transforms.model import DIMENSIONS, NONE
from transforms.periods import month_end

MONTHS_BACK = 12
MINIMUM_COVERAGE = 50
"""Half of the weight or less is no summary of the whole: a path of interest rates alone says nothing of banks."""


@step(*inputs())
def paths(build: Build, area: str) -> pl.DataFrame:
    """One row a day, month, indicator and component (or `_` for the whole): value, kind, release."""
    book = composites()[area]
    components = load(area, build)
    out: list[dict[str, Any]] = []
    for day in sorted({row[0] for c in components for row in c.rows}):
        news = [release for component in components if (release := component.advance(day))]
        if day < build.since:
            continue
        newest = max((max(c.values) for c in components if c.values), default=None)
        months = range(newest - MONTHS_BACK, newest + 1) if newest is not None else range(0)
        for month, cells, inferred in _months(components, months, book["window"], book["stale"]):
            row = {"day": day, "month": month, "release": news[0], "kind": "inferred" if inferred else "observed"}
            out += [row | {"indicator": name, "part": part, "value": value} for name, part, value in cells]
    schema = {"day": pl.Date, "month": pl.Int64, "release": pl.String, "kind": pl.String, "indicator": pl.String,
              "part": pl.String, "value": pl.Float64}  # fmt: skip
    return pl.DataFrame(out, schema=schema)


Scores = dict[int, dict[str, float]]
"""Values of components by month and name."""


def _months(
    components: list[Component], months: range, window: int, stale: int
) -> Iterator[tuple[int, list[tuple[str, str, float | None]], bool]]:
    """For each month: (indicator, component or `_`, value or None if not known) of all composites, and: any inferred?

    A month without enough weight knows nothing.
    """
    weights = {c.name: c.weight for c in components}
    total = sum(weights.values())
    scores: Scores = {}
    ranks: Scores = {}
    covered: dict[int, float] = {}
    for month in months:
        known = {c.name: c.sign * z for c in components if (z := c.standardised(month, window, stale)) is not None}
        covered[month] = sum(weights[name] for name in known) / total * 100
        if covered[month] > MINIMUM_COVERAGE:
            scores[month] = known
            ranks[month] = {c.name: r for c in components if (r := c.rank(month, window, stale)) is not None}
    level, rank = linked(scores, weights), linked(ranks, weights)
    without = {
        name: linked({m: {n: v for n, v in s.items() if n != name} for m, s in scores.items()}, weights)
        for name in weights
    }
    by_name = {c.name: c for c in components}
    common = _common(components, months, window, stale)
    for month in months:
        known = scores.get(month, {})
        there = sum(weights[name] for name in known)
        parts = {name: weights[name] * value / there for name, value in known.items()}
        whole = level.get(month)
        cells: list[tuple[str, str, float | None]] = [
            ("composite", NONE, whole),
            ("composite_coverage", NONE, covered[month] or None),
            ("composite_link", NONE, whole - sum(parts.values()) if whole is not None else None),
            ("composite_mean_percentile", NONE, rank.get(month)),
            *_beside(common, weights, month, whole),
        ]
        for name in weights:
            part = name.upper()
            cells.append(("composite_contribution", part, parts.get(name)))
            past = float(by_name[name].span(month, window, stale)) if name in known else None
            cells.append(("composite_component_span", part, past))
            cells.append(("composite_without", part, without[name].get(month) if name in known else None))
            cells.append(("composite_component_percentile", part, ranks.get(month, {}).get(name)))
        yield month, cells, any(by_name[name].newest(month, stale) in by_name[name].inferred for name in known)


def _common(components: list[Component], months: range, window: int, stale: int) -> Factor | None:
    """The dynamic factor of the components that are known in the newest month."""
    if not months:
        return None
    known = {c.name: path for c in components if (path := c.path(months[-1], window, stale))}
    return common_factor(known, range(months[-1] - window + 1, months[-1] + 1))


def _beside(
    common: Factor | None, weights: Mapping[str, float], month: int, whole: float | None
) -> Iterator[tuple[str, str, float | None]]:
    """The factor in the unit of the composite, what is left of that, and in the newest month the loadings."""
    level = None
    if common is not None and whole is not None:
        there = sum(weights[name] for name in common.loading)
        level = common.level[month] * sum(weights[name] * part for name, part in common.loading.items()) / there
    yield "composite_factor", NONE, level
    yield "composite_factor_difference", NONE, None if level is None or whole is None else whole - level
    if common is not None and level is not None and month == max(common.level):
        yield from (("composite_factor_loading", name.upper(), part) for name, part in common.loading.items())


def linked(scores: Scores, weights: Mapping[str, float]) -> dict[int, float]:
    """Weighted mean by month, linked where a component comes in or drops out: it moves with those known on both sides.

    The month of which most weight is known, the newest of several, gives the level; from it the path is linked month
    by month in both directions. A month that shares no component with its neighbour is left out with all beyond it.
    """
    known = {month: values for month, values in scores.items() if values}
    if not known:
        return {}
    anchor = max(known, key=lambda month: (sum(weights[name] for name in known[month]), month))
    levels = {anchor: _mean(known[anchor], known[anchor], weights)}
    for path in (sorted(m for m in known if m > anchor), sorted((m for m in known if m < anchor), reverse=True)):
        last = anchor
        for month in path:
            common = known[month].keys() & known[last].keys()
            if not common:
                break
            change = _mean(known[month], common, weights) - _mean(known[last], common, weights)
            levels[month] = levels[last] + change
            last = month
    return levels


def _mean(values: Mapping[str, float], names: Collection[str], weights: Mapping[str, float]) -> float:
    chosen = sorted(names)  # the order of a sum must not depend on chance
    return sum(weights[name] * values[name] for name in chosen) / sum(weights[name] for name in chosen)


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
    "Components not known on the day are left out, the level is linked and the coverage says so. A component is held "
    f"against its own past in the window of composite.yaml, at least {PAST} % of it (composite_component_span)."
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


def declared(
    name: str, title: str, unit: str, by: tuple[str, ...], formula: str, caveat: str, reference: str = _METHOD
) -> Indicator:
    words = indicator(
        id=name, title=title, unit=unit, by=by, inputs=(paths,), formula=formula, reference=reference, caveat=caveat
    )
    return words(partial(_passed_on, name=name, unit=unit))


composite = declared(
    "composite",
    "Composite of leading indicators",
    "standard_deviations",
    WHOLE,
    "sum over known components of weight * sign * standardised value / sum of their weights; where one comes in "
    "or drops out, linked: level of the month with most weight + changes of the components in common",
    _CAVEAT,
)
contribution = declared(
    "composite_contribution",
    "Contribution of a component to the composite",
    "standard_deviations",
    PARTS,
    "weight * sign * standardised value / sum of known weights; the component is the product",
    _CAVEAT,
)
without = declared(
    "composite_without",
    "Composite without one of its components",
    "standard_deviations",
    PARTS,
    "the composite of all known components but one, which is the product; linked as the composite",
    "Where the sign changes, the direction rests on that one component.",
    "OECD and JRC (2008), Handbook on Constructing Composite Indicators: robustness and sensitivity",
)
component_percentile = declared(
    "composite_component_percentile",
    "Rank of a component of the composite within its own past",
    "percent",
    PARTS,
    "100 * past values (or changes) that are weaker / all past ones of the window, ties by half; the component is the "
    "product",
    "0 is the weakest of the window, 100 the strongest.",
    _RANKS,
)
mean_percentile = declared(
    "composite_mean_percentile",
    "Mean rank of the components of the composite within their own past",
    "percent",
    WHOLE,
    "sum of weight * composite_component_percentile / sum of known weights, linked as the composite",
    "Needs no history of the composite itself; 50 is usual. A mean of ranks moves less than each rank.",
    _RANKS,
)
link = declared(
    "composite_link",
    "What linking adds to the sum of the contributions of a composite",
    "standard_deviations",
    WHOLE,
    "composite - sum of contributions",
    "Zero where the same components are known as in the month that gives the level.",
)
span = declared(
    "composite_component_span",
    "Values that a component of the composite is held against",
    "months",
    PARTS,
    "number of values (form level) or changes (form change) in the window that mean and deviation are taken over",
    f"Its own past alone, at least {PAST} % of the window of composite.yaml. What is stated too rarely for that is "
    "left out, as composite.yaml says.",
)
coverage = declared(
    "composite_coverage",
    "Weight of the components that were known",
    "percent",
    WHOLE,
    "100 * known weight / all weight",
    f"At {MINIMUM_COVERAGE} % or less there is no composite.",
)


@indicator(
    id="composite_percentile",
    title="Rank of the newest composite among the months known that day",
    unit="percent",
    by=WHOLE,
    inputs=(composite,),
    formula=f"100 * months with a lower composite / all earlier months known without a gap, {LEAST} at least",
    reference=_METHOD,
    caveat="A rank within the composite's own short history, no probability.",
)
def percentile(build: Build) -> pl.DataFrame:
    """Share of the months known that day whose composite was lower, for the newest month of each day."""
    return emit(
        each_vintage(composite(build), DIMENSIONS, _rank_of_newest, of_newest=True, since=build.since),
        "composite_percentile",
        "percent",
    )


def _rank_of_newest(panel: pl.DataFrame) -> pl.DataFrame:
    newest = []
    month = pl.col("period_end").dt.year() * 12 + pl.col("period_end").dt.month()
    for path in panel.sort("period_end").partition_by("ref_area"):
        gaps = path.select((month.diff() != 1).fill_null(value=False).cum_sum())["period_end"]
        run = path.filter(gaps == gaps[-1])  # a rank speaks of months without a gap
        if run.height > LEAST:
            lower = (run["value"][:-1] < run["value"][-1]).sum()
            newest.append(run.tail(1).with_columns(value=pl.lit(100.0 * lower / (run.height - 1))))
    return pl.concat([panel.clear(), *newest]).drop("native_title")
