"""Early warning judged: how well signals told banking crises before they began, on the public panel of crises.

Signals are those known on each day: a gap is that of a one-sided filter, and revised ones count as revised by then.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from transforms.indicators.crisis_sample import Sample, auroc, best, sample
from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, emit, known_on, pick
from transforms.indicators.sums import total_of
from transforms.indicators.system_credit import gap
from transforms.indicators.trade import KEYS
from transforms.model import CLAIM

LEAST = 5
"""Fewest crises with signals before them: of fewer a measure is a story, no statistic."""
BY = ("product_code",)
COMBINED = "COMBINED"
_KEPT = ("value", "precision", "vintage_date", *PROVENANCE)
_PANEL = {"definition": "LAEVEN_VALENCIA", "basis": "stock", "counterpart_area": "_", "currency": "_"}
_WORLD = [pl.lit(word).alias(key) for key, word in {"ref_area": "WORLD", **_PANEL}.items()]
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
    "DEBT_SERVICE, COMBINED (early_warning_combined). Crises are dated by years: a first quarter stands for one. "
)


@step(_PUBLISHED, _SERVICE, gap)
def signals(build: Build) -> dict[str, pl.DataFrame]:
    """Signals of countries by name, columns of KEYS, period, value and provenance."""
    columns = [*KEYS, "period_end", *_KEPT]
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


def _judge(signal: str, panel: pl.DataFrame, day: date) -> Judged:
    """A signal by its newest rows of a day."""
    end = pl.lit(panel["period_end"].max()).alias("period_end")
    row = panel.sort("vintage_date", "ref_area", "period_end").tail(1).with_columns(
        end, *_WORLD, product_code=pl.lit(signal), vintage_date=pl.lit(day), precision=pl.lit(None, pl.Float64)
    )  # fmt: skip
    return Judged(row, sample(panel.drop_nulls("value")))


def combine(told: Mapping[str, tuple[pl.DataFrame, Judged]]) -> pl.DataFrame | None:
    """The signals of a day as one, for each quarter of a country that has all those that are chosen.

    Chosen is what tells crises better than chance (area above a half), weighted by twice the area less one; each counts
    by its rank in percent among the quarters it was judged on. None where fewer than two are chosen: one is itself.
    """
    weights = {name: 2 * auroc(one.found) - 1 for name, (_, one) in told.items() if one.enough}
    weights = {name: weight for name, weight in weights.items() if weight > 0}
    if len(weights) < 2:
        return None
    frames: list[pl.DataFrame] = []
    for name, weight in weights.items():
        panel, one = told[name]
        ranked, known = sorted(one.found[0] + one.found[1]), panel.drop_nulls("value")
        ranks = [50 * (bisect_left(ranked, v) + bisect_right(ranked, v)) / len(ranked) for v in known["value"]]
        part = pl.Series(name, [weight * rank / sum(weights.values()) for rank in ranks], dtype=pl.Float64)
        frames.append(known.with_columns(part) if not frames else known.select("ref_area", "period_end", part))
    table = frames[0]
    for frame in frames[1:]:
        table = table.join(frame, on=["ref_area", "period_end"], maintain_order="left")
    return table.with_columns(value=total_of(list(weights)), product_code=pl.lit(COMBINED)).drop(*weights)


@step(signals)
def judged(build: Build) -> tuple[list[Judged], pl.DataFrame]:
    """The samples of all signals, on each day on which one of their figures changed: five measures rest on them; and
    the signals as one, every quarter on each of these days.

    Days before those asked for are gone through for the combined signal alone: what was told of it may end.
    """
    frames, made, rows = signals(build), list[Judged](), list[pl.DataFrame]()
    days = {name: set(frame["vintage_date"].unique()) for name, frame in frames.items()}
    told: dict[str, tuple[pl.DataFrame, Judged]] = {}
    last: pl.DataFrame | None = None
    for day in sorted(set().union(*days.values())):
        for signal in frames:
            if day in days[signal]:
                panel = known_on(frames[signal], day, KEYS)
                told[signal] = panel, _judge(signal, panel, day)
                made += [told[signal][1]] if day >= build.since else []
        now = combine(told)
        gone = None if last is None else last.with_columns(value=pl.lit(None, pl.Float64))
        if now is not None and gone is not None:
            gone = gone.join(now, on=["ref_area", "period_end"], how="anti")
        found = [frame.with_columns(vintage_date=pl.lit(day)) for frame in (now, gone) if frame is not None]
        if found:
            last = pl.concat(found).with_columns(precision=pl.lit(None, pl.Float64))
            rows.append(last)
            made += [_judge(COMBINED, last, day)] if day >= build.since else []
    empty = pl.DataFrame(schema={name: CLAIM[name] for name in (*KEYS, "period_end", *_KEPT)})
    return made, pl.concat([empty, *rows], how="diagonal")


def _told(build: Build, name: str, unit: str, value: Callable[[Judged], float | None]) -> pl.DataFrame:
    """`value` of each signal on each day; null where too few crises are known before which it spoke."""
    rows = [pl.DataFrame(schema=dict(CLAIM)).drop("native_title", "dataset", "measure", "unit")]
    rows += [
        one.row.with_columns(value=pl.lit(value(one) if one.enough else None, pl.Float64)) for one in judged(build)[0]
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


@indicator(
    id="early_warning_combined",
    title="Signals of banking crises as one, weighted by how well they told those of the past",
    unit="percent",
    by=("ref_area",),
    inputs=(judged,),
    formula="sum of weight * rank of the signal among the quarters it was judged on (percent, ties by half) / sum of "
    "weights; weight: 2 * early_warning_auroc - 1 of that day, of signals above a half, two at least",
    reference=_REFERENCE,
    caveat=_CAVEAT + "Chosen and weighted by what was known that day; the measures of COMBINED are of the sample that "
    "chose, outside it it does worse. No probability.",
    freq="Q",
)
def combined(build: Build) -> pl.DataFrame:
    return emit(judged(build)[1], "early_warning_combined", "percent", freq="Q", **_PANEL)
