"""Consumer prices of Russia: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "index": (50, 3000, "January 1992 had 345.3 on the month, the year 1992 2,608.8; groups fall by a few percent."),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1991, 1, 31), "The workbook starts with January 1991.")
