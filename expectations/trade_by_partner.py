"""Vietnam's trade by partner: one value a period, within what the country trades with anyone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {"USD": (0, 1e12, "Imports from China were 23 billion dollars in July 2026, 186 in 2025.")}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(2005, 1, 1), "The tables by partner are kept since 2006.")
