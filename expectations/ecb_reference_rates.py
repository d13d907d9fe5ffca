"""Euro reference exchange rates: positive, of one currency and period once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation, filled, has_columns, rows, unique, within


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *has_columns(shared.COLUMNS, shared.EXPLAINED),
        *filled(*shared.COLUMNS, why="A rate without currency or period is none."),
        rows(1, None, "An answer without a value is no data."),
        unique("series", "period_end", why="A currency has one reference rate a period."),
        within(
            "value",
            0.0001,
            1e7,
            "From 0.4 (pounds) to 20,000 (rupiah) for a euro; the old lira of Turkey had millions.",
        ),
        within("period_end", date(1999, 1, 1), None, "The euro began on 1 January 1999."),
    ]
