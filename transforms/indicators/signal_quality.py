"""Early warning judged: how well signals told banking crises before they began, on the public panel of crises.

A quarter is one before a crisis if one began in the next one to three years; it is a calm one if none did. Quarters of
a crisis year, of the two years after, and of the last three years known, of which nobody knows yet, are neither.
Signals are those known on each day: a gap is that of a one-sided filter, and revised ones count as revised by then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import polars as pl
import yaml

from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, emit, known_on, pick
from transforms.indicators.system_credit import gap
from transforms.indicators.trade import KEYS
from transforms.model import CLAIM

AHEAD = (4, 12)
"""Quarters before a crisis in which a signal is of use: early enough for a buffer, late enough to be of the cycle."""
AFTER = 8
"""Quarters after the first of a crisis that say nothing of the next one."""
LEAST = 5
"""Fewest crises with signals before them: of fewer a measure is a story, no statistic."""
BY = ("product_code",)
_PUBLISHED = series(dataset="credit_gap", measure="credit_to_gdp_gap", freq="Q")
_SERVICE = series(
    dataset="debt_service_ratio", measure="debt_service_ratio", product_code="PRIVATE_NONFINANCIAL", freq="Q"
)
_REFERENCE = (
    "Kaminsky and Reinhart (1999), The Twin Crises, American Economic Review 89(3); Alessi and Detken (2011), European "
    "Journal of Political Economy 27(3); Drehmann and Juselius (2014), International Journal of Forecasting 30(3); "
    "crises: Laeven and Valencia (2020), crises.yaml"
)
_CAVEAT = (
    "Only where statistics of the BIS by country are loaded (ingest of its credit gaps and debt service ratios). The "
    "signal is the product: CREDIT_GAP_BIS as published, CREDIT_GAP_OWN by our filter of the ratio of the BIS, "
    "DEBT_SERVICE. Crises are dated by years: their first quarter stands for the year. "
)
Sample = tuple[
    list[float], list[float], int
]  # signals before crises, in calm, number of crises with signals before them


@cache
def crises() -> Mapping[str, Sequence[int]]:
    """First years of crises by country."""
    return dict(yaml.safe_load(Path(__file__).with_name("crises.yaml").read_text("utf-8"))["crises"])


def kind(area: str, quarter: int, newest: int) -> str | None:
    """`before` a crisis, `calm`, or None: neither; quarters are year * 4 + 0 to 3, `newest` is the last one known."""
    starts = [year * 4 for year in crises()[area]]
    if any(start <= quarter <= start + AFTER for start in starts):
        return None
    if any(AHEAD[0] <= start - quarter <= AHEAD[1] for start in starts):
        return "before"
    near = any(0 < start - quarter < AHEAD[0] for start in starts)
    return None if near or quarter > newest - AHEAD[1] else "calm"


def sample(panel: pl.DataFrame) -> Sample:
    """The signals of all countries known on a day, by kind of their quarter."""
    chosen = panel.filter(pl.col("ref_area").is_in(list(crises()))).select("ref_area", "period_end", "value")
    rows = [(area, end.year * 4 + (end.month - 1) // 3, value) for area, end, value in chosen.iter_rows()]
    newest = max((quarter for _, quarter, _ in rows), default=0)
    found: dict[str, list[float]] = {"before": [], "calm": []}
    preceded: set[tuple[str, int]] = set()
    for area, quarter, value in rows:
        if which := kind(area, quarter, newest):
            found[which].append(value)
            if which == "before":
                preceded |= {(area, year) for year in crises()[area] if AHEAD[0] <= year * 4 - quarter <= AHEAD[1]}
    return found["before"], found["calm"], len(preceded)


def auroc(found: Sample) -> float:
    """Share of pairs of a quarter before a crisis and a calm one in which the signal of the first is higher."""
    before, calm, _ = found
    ranked = sorted([(value, 1) for value in before] + [(value, 0) for value in calm])
    wins, lower, i = 0.0, 0, 0
    while i < len(ranked):
        j = i
        while j < len(ranked) and ranked[j][0] == ranked[i][0]:
            j += 1
        ones = sum(of for _, of in ranked[i:j])
        wins += ones * (lower + (j - i - ones) / 2)
        lower += j - i - ones
        i = j
    return wins / (len(before) * len(calm))


def best(found: Sample) -> tuple[float, float, float]:
    """The threshold of most use (the lowest of several), and the shares of quarters of both kinds at or above it."""
    before, calm, _ = found
    choices = []
    for level in sorted(set(before)):
        hits = sum(value >= level for value in before) / len(before)
        alarms = sum(value >= level for value in calm) / len(calm)
        choices.append((hits - alarms, -level, hits, alarms))
    _, level, hits, alarms = max(choices)
    return -level, hits, alarms


@step(_PUBLISHED, _SERVICE, gap)
def signals(build: Build) -> dict[str, pl.DataFrame]:
    """Signals of countries by name, columns of KEYS, period, value and provenance."""
    columns = [*KEYS, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    frames = {
        "CREDIT_GAP_BIS": pick(build.vintages, dataset="credit_gap", measure="credit_to_gdp_gap"),
        "CREDIT_GAP_OWN": pick(gap(build), definition="BIS"),
        "DEBT_SERVICE": pick(build.vintages, dataset="debt_service_ratio"),
    }
    return {name: frame.select(columns) for name, frame in frames.items()}


@dataclass(frozen=True)
class Judged:
    """One signal as it was known on one day: a row for its measures, its sample, and what is made of that once."""

    row: pl.DataFrame
    found: Sample

    @property
    def enough(self) -> bool:
        return self.found[2] >= LEAST and bool(self.found[1])

    @cached_property
    def best(self) -> tuple[float, float, float]:
        return best(self.found)


@step(signals)
def judged(build: Build) -> list[Judged]:
    """The samples of all signals, on each day on which one of their figures changed: five measures rest on them."""
    fixed = {"ref_area": "WORLD", "definition": "LAEVEN_VALENCIA", "basis": "stock", "counterpart_area": "_",
             "currency": "_"}  # fmt: skip
    words = [pl.lit(word).alias(key) for key, word in fixed.items()]
    made = []
    for signal, rows in signals(build).items():
        for day in rows.filter(pl.col("vintage_date") >= build.since)["vintage_date"].unique().sort():
            panel = known_on(rows, day, KEYS)
            known = panel.drop_nulls("value")
            end = pl.lit(panel["period_end"].max()).alias("period_end")
            row = panel.sort("vintage_date", "ref_area", "period_end").tail(1).with_columns(
                end, *words, product_code=pl.lit(signal), vintage_date=pl.lit(day), precision=pl.lit(None, pl.Float64)
            )  # fmt: skip
            made.append(Judged(row, sample(known)))
    return made


def _told(build: Build, name: str, unit: str, value: Callable[[Judged], float | None]) -> pl.DataFrame:
    """`value` of each signal on each day; null where too few crises are known before which it spoke."""
    rows = [pl.DataFrame(schema=dict(CLAIM)).drop("native_title", "dataset", "measure", "unit")]
    rows += [
        one.row.with_columns(value=pl.lit(value(one) if one.enough else None, pl.Float64)) for one in judged(build)
    ]
    return emit(pl.concat(rows, how="diagonal"), name, unit)


@indicator(
    id="early_warning_auroc",
    title="How well a signal tells quarters before banking crises from calm ones (area under the curve)",
    unit="ratio",
    by=BY,
    inputs=(judged,),
    formula="share of pairs (quarter four to twelve quarters before a crisis, calm quarter) in which the first has the "
    "higher signal; ties count half",
    reference=_REFERENCE,
    caveat=_CAVEAT + "0.5 is chance, 1 perfect.",
    freq="Q",
)
def area_under_curve(build: Build) -> pl.DataFrame:
    return _told(build, "early_warning_auroc", "ratio", lambda one: auroc(one.found))


@indicator(
    id="early_warning_threshold",
    title="Threshold of a signal that was of most use",
    unit="percent",
    by=BY,
    inputs=(judged,),
    formula="the level at which (share of quarters before crises at or above it) - (share of calm ones) is largest",
    reference=_REFERENCE,
    caveat=_CAVEAT + "Chosen on the sample it is judged on: outside it it does worse.",
    freq="Q",
)
def threshold(build: Build) -> pl.DataFrame:
    return _told(build, "early_warning_threshold", "percent", lambda one: one.best[0])


@indicator(
    id="early_warning_usefulness",
    title="Usefulness of a signal at its best threshold",
    unit="ratio",
    by=BY,
    inputs=(judged,),
    formula="share of quarters before crises with a signal - share of calm ones with one: usefulness relative to a "
    "policy maker who minds both errors alike",
    reference=_REFERENCE,
    caveat=_CAVEAT + "0 is of no use, 1 perfect.",
    freq="Q",
)
def usefulness(build: Build) -> pl.DataFrame:
    return _told(build, "early_warning_usefulness", "ratio", lambda one: one.best[1] - one.best[2])


@indicator(
    id="early_warning_noise_to_signal",
    title="Noise to signal ratio of a signal at its best threshold",
    unit="ratio",
    by=BY,
    inputs=(judged,),
    formula="share of calm quarters with a signal / share of quarters before crises with one",
    reference=_REFERENCE,
    caveat=_CAVEAT + "Below one the signal says something.",
    freq="Q",
)
def noise_to_signal(build: Build) -> pl.DataFrame:
    def ratio(one: Judged) -> float | None:
        _, hits, alarms = one.best
        return alarms / hits if hits else None

    return _told(build, "early_warning_noise_to_signal", "ratio", ratio)


@indicator(
    id="early_warning_crises",
    title="Number of crises before which a signal is known",
    unit="count",
    by=BY,
    inputs=(judged,),
    formula="crises with a signal in the four to twelve quarters before them",
    reference=_REFERENCE,
    caveat=_CAVEAT + "What the judgement of the signal rests on.",
    freq="Q",
)
def crises_known(build: Build) -> pl.DataFrame:
    return _told(build, "early_warning_crises", "count", lambda one: float(one.found[2]))
