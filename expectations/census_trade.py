"""US trade by country and product from the API: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "USD": (0, 1e12, "A year of all imports is 3.3 trillion, a month 0.4 trillion; trade is never negative."),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(2010, 1, 31), "The API starts in 2010 by HS code and in 2013 by NAICS.")
