"""Central parity of the renminbi: positive, one price a day and pair."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation, filled, has_columns, rows, unique, where, within


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    dollar = "Since 1994 a dollar has been 6.0 to 8.8 yuan: another price is one for 100, or of another pair."
    return [
        *has_columns(shared.COLUMNS, shared.EXPLAINED),
        *filled(*shared.COLUMNS, why="A parity without pair or day is none."),
        rows(1, None, "An answer without a price is no data."),
        unique("series", "period_end", why="A pair has one parity a day."),
        within("value", 1e-5, 1e4, "From 0.04 yuan for a yen to 200 won for a yuan."),
        where(within("value", 4, 10, dollar), "series", "USD/CNY", "USD/CNY"),
        within("period_end", date(1994, 1, 1), None, "The parity of one market starts in 1994."),
    ]
