"""Estimates of trade from ship movements: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "index": (0, 1000, "Indices about 100."),
    "kg": (0, 1e13, "A month of imports by sea is at most some hundred million tonnes."),
    "count": (0, 1e6, "Calls at all ports of a country in a month."),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(2019, 1, 31), "PortWatch starts with January 2019.")
