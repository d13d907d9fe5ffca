"""Composites of leading indicators: standardised components, weights as data, every contribution shown.

composite.yaml names the components. A component that is not known counts for nothing: the weights of the others are
scaled up and the coverage says how much of the weight was there. Computed for the last year of months on every day
on which a component changed, from what was known that day.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from transforms.indicators import banking, policy, reported
from transforms.indicators.engine import Indicator, Records, each_vintage, emit, pick, remember
from transforms.model import CLAIM, DIMENSIONS, NONE
from transforms.periods import month_end, period_end

SPAN = (6, 15)
"""Months between which the value about a year earlier is looked for; the nearest to twelve is taken."""
LEAST = 24
"""Fewest values (or changes) from which a mean and a deviation are taken."""
MONTHS_BACK = 12
MINIMUM_COVERAGE = 100 / 3
Path_ = dict[int, float]
Row = tuple[date, int, float, str, str]  # vintage, month, value, kind, release


@cache
def composites() -> Mapping[str, Mapping[str, Any]]:
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))["composites"])


@dataclass
class Component:
    """A component as known on the day reached: its values and those of its yardstick, by month number."""

    name: str
    weight: float
    sign: int
    form: str
    rows: list[Row]  # sorted by vintage
    yardstick: list[Row]
    values: Path_ = field(default_factory=dict)
    scale: Path_ = field(default_factory=dict)
    inferred: set[int] = field(default_factory=set)

    def advance(self, day: date) -> str | None:
        """Learn what became public up to `day`; the last release that brought something."""
        last = None
        for rows, known in ((self.rows, self.values), (self.yardstick, self.scale)):
            while rows and rows[0][0] <= day:
                _, month, value, kind, last = rows.pop(0)
                known[month] = value
                if known is self.values:
                    (self.inferred.add if kind == "inferred" else self.inferred.discard)(month)
        return last

    def newest(self, month: int, stale: int) -> int | None:
        return next((m for m in range(month, month - stale - 1, -1) if m in self.values), None)

    def measured(self, month: int, window: int, stale: int) -> tuple[float, list[float]] | None:
        """The value (form level) or change (form change) at `month` and the past ones it is held against.

        None where it is not known, or fewer than LEAST past ones are.
        """
        at = self.newest(month, stale)
        if at is None:
            return None
        if self.form == "level":
            past = [self.values[m] for m in range(at - window + 1, at + 1) if m in self.values]
            return (self.values[at], past) if len(past) >= LEAST else None
        lags = [lag for lag in range(SPAN[0], SPAN[1] + 1) if at - lag in self.values]
        if not lags:
            return None
        lag = min(lags, key=lambda lag: abs(lag - 12))
        yardstick = self.scale or self.values
        last = min(at, max(yardstick))
        changes = [yardstick[m] - yardstick[m - lag] for m in range(last - window + 1, last + 1)
                   if m in yardstick and m - lag in yardstick]  # fmt: skip
        return (self.values[at] - self.values[at - lag], changes) if len(changes) >= LEAST else None

    def standardised(self, month: int, window: int, stale: int) -> float | None:
        """The component at `month` in standard deviations; None where it or its yardstick is not known."""
        known = self.measured(month, window, stale)
        if known is None or not (spread := statistics.stdev(known[1])):
            return None
        usual = statistics.fmean(known[1]) if self.form == "level" else 0.0
        return (known[0] - usual) / spread

    def rank(self, month: int, window: int, stale: int) -> float | None:
        """Where `month` stands among the past: 0 the weakest, 100 the strongest for what the composite measures."""
        known = self.measured(month, window, stale)
        if known is None:
            return None
        now, past = known
        lower = sum(value < now for value in past) + sum(value == now for value in past) / 2
        share = 100 * lower / len(past)
        return share if self.sign > 0 else 100 - share


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _rows(frame: pl.DataFrame) -> list[Row]:
    frame = frame.sort("vintage_date", "first_seen", maintain_order=True)
    chosen = frame.select("vintage_date", "period_end", "value", "vintage_kind", "release_id").iter_rows()
    return [(seen, month_number(end), value, kind, release) for seen, end, value, kind, release in chosen]


def _prints(records: Records, indicator: str) -> pl.DataFrame:
    """Figures as a calendar first showed them, public on the release day."""
    table = records.get("consensus_forecast")
    if table is None:
        return pl.DataFrame(schema=dict(CLAIM))
    table = table.filter((pl.col("indicator") == indicator) & pl.col("actual").is_not_null())
    day = pl.col("release_date").cast(pl.String).str.to_date()
    return table.select(
        value=pl.col("actual").cast(pl.Float64), vintage_date=day, first_seen=day.cast(pl.Datetime("us")),
        vintage_kind=pl.lit("observed"), release_id=pl.col("release_id"),
        period_end=pl.col("period").map_elements(period_end, return_dtype=pl.Date),
    )  # fmt: skip


FUNCTIONS = {i.id: i.function for i in (*banking.CATALOG, *policy.CATALOG)}


def _source(spec: Mapping[str, Any], vintages: pl.DataFrame, records: Records) -> pl.DataFrame:
    if "print" in spec:
        return _prints(records, spec["print"])
    if "reported" in spec:
        return pick(reported.figures(records), **spec["reported"])
    if "indicator" in spec:
        filters = dict(spec["indicator"])
        rows = FUNCTIONS[filters.pop("id")](vintages, records)
        return pick(rows, **({"ref_area": "RUS"} | filters)).filter(pl.col("currency").is_in(["ALL", NONE]))
    rows = pick(vintages, **spec["select"])
    if spec["select"].get("basis") == ["month", "ytd"]:  # February: both months together; no single January
        month = pl.col("period_end").dt.month()
        rows = rows.filter(((pl.col("basis") == "month") & (month > 2)) | ((pl.col("basis") == "ytd") & (month == 2)))
    return rows


def _yardstick(spec: Mapping[str, Any], vintages: pl.DataFrame, records: Records) -> pl.DataFrame:
    """The series whose changes give the scale of a stated figure."""
    filters = dict(spec["scale"])
    function = FUNCTIONS[filters.pop("indicator")]
    rows = function(pick(vintages, dataset=filters.pop("dataset")), records)
    return pick(rows, ref_area="RUS", currency="ALL", **filters)


def load(area: str, vintages: pl.DataFrame, records: Records) -> list[Component]:
    components = []
    for name, spec in composites()[area]["components"].items():
        scale = _rows(_yardstick(spec, vintages, records)) if "scale" in spec else []
        rows = _rows(_source(spec, vintages, records))
        components.append(Component(name, spec["weight"], spec["sign"], spec["form"], rows, scale))
    return components


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
            cell = {"day": day, "month": month, "release": news[0], "kind": "inferred" if inferred else "observed"}
            for indicator, of in (("composite_contribution", parts), ("composite_component_percentile", ranks)):
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
