"""Industrial output of China: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "percent": (-100, 1000, "Growth on the year, or a share."),
    "percentage_points": (-100, 100, "Differences of shares."),
    **dict.fromkeys(
        ("kg", "m", "count", "kW", "kWh", "m3", "weight_case", "CNY"), (0, 1e16, "Output is never negative.")
    ),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1990, 1, 1), "Press pages start in the nineties.")
