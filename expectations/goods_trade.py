"""External trade of Russia as its central bank counts it: one value a period, within what the country trades."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {"USD": (-1e11, 2.5e11, "A quarter's exports were at most 170 billion dollars, in 2022.")}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1990, 1, 1), "The balance of payments starts in 1994, trade by month in 1997.")
