"""Key rate: one rate a working day, and the days on which it changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, rows, unique, within

COLUMNS = {"period_end": "date", "key_rate": "float", "change": "bool", "precision": "float"}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *exactly_columns(COLUMNS, "The reader makes these columns and no others."),
        *filled(*COLUMNS, why="Every day has one rate."),
        unique("period_end", why="There is one key rate a day."),
        rows(1, None, "An extract of one day is the smallest there is."),
        within("period_end", date(2013, 9, 17), None, "The published series starts on 17 September 2013."),
        within("key_rate", 1, 30, "It has been between 4.25 and 21 percent since 2013."),
    ]
