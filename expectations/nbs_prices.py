"""Headline growth of Chinese prices: one value a month, in the bounds of what prices have done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "percent": (-15, 30, "Prices rose by 27.7 % on the year in October 1994, and never as much since.")
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1990, 1, 1), "Press pages start in the nineties.")
