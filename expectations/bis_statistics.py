"""Statistics of the BIS: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "index": (1, 5000, "Effective rates, 2020 = 100: 8 to 4,000 in countries of high inflation."),
    "percent": (-200, 100000, "Gaps from -150, policy rates to 70,000 percent in Brazil of 1990."),
    **dict.fromkeys(
        ("CNY", "RUB", "EUR", "JPY", "KRW", "INR"), (0, 1000000000.0, "Units of a currency for one dollar.")
    ),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1940, 1, 1), "The oldest series of the BIS start after the war.")
