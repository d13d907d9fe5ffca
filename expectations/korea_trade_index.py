"""Trade indices of Korea: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "index": (0, 2000, "2020 = 100; the highest so far was 243."),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1963, 1, 1), "The oldest index starts in 1963.")
