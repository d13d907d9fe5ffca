"""Form 135: mandatory ratios of banks, percent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, rows, unique, warn, within


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = {"bank": "str", "code": "str", "period_end": "date", "value": "float", "precision": "float"}
    return [
        *exactly_columns(columns, "The reader makes these columns and no others."),
        *filled("bank", "code", "period_end", why="A ratio belongs to a bank, a code and a date."),
        unique("bank", "code", why="A bank reports a ratio once."),
        warn(within("value", 0, None, "A ratio of two amounts; below zero only where a bank has lost its capital.")),
        within("period_end", date(2011, 1, 31), None, "Until 1 January 2011 table 3 held violations."),
        rows(1, None, "An empty table is no report."),
    ]
