"""EU trade by partner and product: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "EUR": (0, 1e13, "A year of all imports of the EU is 2.5 trillion; trade is never negative."),
    "kg": (0, 1e13, "A year of all imports is some 1.7 billion tonnes."),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1988, 1, 1), "Comext starts in 1988.")
