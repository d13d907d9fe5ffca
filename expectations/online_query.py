"""Downloads of the online query: sums by month, flow and partner."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, one_of, unique, within

COLUMNS = {"period_end": "date", "flow": "str", "partner": "str", "currency": "str", "rows": "int", "value": "float"}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *exactly_columns(COLUMNS, "The reader makes these; another one is a figure nobody has explained."),
        *filled("period_end", "flow", "currency", "value", why="Every row of the query has these."),
        unique("period_end", "flow", "partner", "currency", why="The sums are by these."),
        one_of("flow", {"export", "import"}, "The file is one flow, told by whoever ingests it."),
        one_of("currency", {"CNY", "USD"}, "The query counts in yuan or dollars."),
        within("period_end", date(2015, 1, 1), None, "The query offers no month before 2015."),
        within("value", 0, 9e12, "No partner's month comes near a month of all trade in yuan."),
    ]
