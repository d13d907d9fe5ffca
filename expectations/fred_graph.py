"""Series of FRED and ALFRED: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "USD": (-1e13, 1e14, "The largest series is the GDP of the United States, 32 trillion a year."),
    "CNY": (1, 12, "Yuan for a dollar since 1981: 1.5 to 8.7."),
    "index": (0, 2000, "Indices about 100; none has reached 2,000."),
    "percent": (-5, 40, "Rates of interest and of unemployment."),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1900, 1, 1), "No series of these is older.")
