"""US imports and exports by country: complete for the world, never negative, countries within the world."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation, includes, rows_add_up

BOUNDS: shared.Bounds = {"USD": (0, 1e12, "A month of all imports is about 0.3 trillion; trade is never negative.")}
SIGN = "CASE WHEN substr(series, 1, 4) = '0015' THEN -1 WHEN substr(series, 1, 1) = '0' THEN NULL ELSE 1 END"
"""Countries are parts of the world; the other groups (codes below 1000) are sums of some of them."""


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    world = "Without the world an unpublished month is not to be told from no trade."
    parts = "Countries are parts of the world: a country read twice, or a group among them, shows here."
    return [
        *shared.points(BOUNDS, date(1985, 1, 31), "The workbook starts with January 1985."),
        includes("series", {"0015.I", "0015.E"}, world),
        rows_add_up("countries within the world", "value", parts, sign=SIGN,
                    by=["substr(series, 5, 2)", "period_end"], relation="<="),
    ]  # fmt: skip
