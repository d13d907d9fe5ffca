"""Quarters before banking crises and calm ones, and how well a signal tells the first from the others.

A quarter is one before a crisis if one began in the next one to three years; it is a calm one if none did. Quarters of
a crisis year, of the two years after, and of the last three years known, of which nobody knows yet, are neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import yaml_file

AHEAD = (4, 12)
"""Quarters before a crisis in which a signal is of use: early enough for a buffer, late enough to be of the cycle."""
AFTER = 8
"""Quarters after the first of a crisis that say nothing of the next one."""
Sample = tuple[
    list[float], list[float], int
]  # signals before crises, in calm, number of crises with signals before them


@cache
def _book() -> Mapping[str, Any]:
    return dict(yaml_file.load(Path(__file__).with_name("crises.yaml")))


@cache
def crises() -> Mapping[str, Sequence[int]]:
    """First years of crises by country; none of a country that was calm."""
    found = panel().group_by("area", maintain_order=True).agg("start_year")
    return dict.fromkeys(_book()["calm"], ()) | dict(found.iter_rows())


@cache
def panel() -> pl.DataFrame:
    """One row a crisis, as in table banking_crisis: area, start_year, start_month, end_year."""
    rows = []
    for area, spells in _book()["crises"].items():
        for spell in map(str, spells):
            since, until = spell.split("/")
            year, _, month = since.partition("-")
            rows.append((area, int(year), int(month) if month else None, int(until) if until else None))
    return pl.DataFrame(
        rows, schema=["area", "start_year", "start_month", "end_year"], orient="row", infer_schema_length=None
    )


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
