"""Trade as countries report it to the UN: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "USD": (0, 1e13, "The largest trader's year is 3.6 trillion; trade is never negative."),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1962, 1, 1), "Comtrade starts in 1962.")
