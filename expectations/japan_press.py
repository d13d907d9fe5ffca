"""Trade of Japan by stage: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "JPY": (-1e13, 3e13, "A month of imports reached 12 trillion yen; the largest deficit was 3.5 trillion."),
    "kg": (0, 1e12, "Quantities are never negative."),
    "count": (0, 1e10, "Quantities are never negative."),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1979, 1, 1), "The series of the press tables start in 1979.")
