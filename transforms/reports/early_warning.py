"""CMASF's formal criteria of a systemic banking crisis, as data, and what may be held against them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import polars as pl

from transforms import yaml_file


@dataclass(frozen=True)
class Criterion:
    code: str
    what: str
    scope: str  # what the share is a share of
    threshold: float | None  # None for an event
    unit: str


@cache
def criteria() -> dict[str, Criterion]:
    """The criteria by code; any one of them makes a crisis."""
    data = yaml_file.load(Path(__file__).with_suffix(".yaml"))
    return {code: Criterion(code, **entry) for code, entry in data["criteria"].items()}


def as_table() -> pl.DataFrame:
    """One row a criterion: criterion, what, scope, threshold, unit."""
    return pl.DataFrame([vars(criterion) for criterion in criteria().values()]).rename({"code": "criterion"})


def threshold(code: str, scope: str) -> float:
    """What a share of `scope` is held against. ValueError if the criterion is of something else, or an event.

    The 7 percent of household loans overdue (October 2025) is no reading of the 10 percent of system assets.
    """
    criterion = criteria()[code]
    if scope != criterion.scope:
        raise ValueError(f"{code} is a share of {criterion.scope}; a share of {scope} cannot be held against it")
    if criterion.threshold is None:
        raise ValueError(f"{code} is an event and has no threshold")
    return criterion.threshold
