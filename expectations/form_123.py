"""Form 123: regulatory capital of banks by row code, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, includes, rows, unique, within

TEXT = ("bank", "code", "name")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = {**dict.fromkeys(TEXT, "str"), "period_end": "date", "value": "float", "precision": "float"}
    return [
        *exactly_columns(columns, "The reader makes these columns and no others."),
        *filled("bank", "code", "period_end", why="An amount belongs to a bank, a code and a date."),
        unique("bank", "code", why="A bank reports a row once."),
        includes("code", {"000"}, "Every bank reports its total capital."),
        within("period_end", date(2014, 1, 31), None, "The archives start with 1 February 2014."),
        rows(1, None, "An empty table is no report."),
    ]
