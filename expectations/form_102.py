"""Form 102: profit and loss of banks by symbol, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, rows, unique, within


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = {"bank": "str", "symbol": "str", "rub": "float", "fx": "float", "total": "float", "period_end": "date"}
    return [
        *exactly_columns(columns, "The reader makes these columns and no others."),
        *filled("bank", "symbol", "period_end", why="An amount belongs to a bank, a symbol and a quarter."),
        unique("bank", "symbol", why="A bank reports a symbol once a quarter."),
        within("period_end", date(2004, 1, 31), None, "The archives start in 2004."),
        rows(1, None, "An empty table is no report."),
    ]
