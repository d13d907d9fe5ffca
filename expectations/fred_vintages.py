"""List of the vintages of a series: days, each once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, rows, unique, within


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *exactly_columns({"series": "str", "published": "date"}, "The list has the id of one series and its days."),
        *filled("series", "published", why="A vintage is a day."),
        unique("published", why="A day is listed once."),
        rows(1, None, "Every series has been published at least once."),
        within("published", date(1900, 1, 1), None, "The oldest vintages of ALFRED are of the twenties."),
    ]
