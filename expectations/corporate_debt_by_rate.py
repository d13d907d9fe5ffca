"""Corporate debt by kind of interest rate: fixed and floating make the total, benchmarks the floating part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, rows, rows_add_up, unique, within

COLUMNS = {"period_end": "date", "reporting_date": "date", "rate": "str", "debt": "float", "precision": "float"}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *exactly_columns(COLUMNS, "The reader makes these columns and no others."),
        *filled("period_end", "rate", why="An amount is of a month and a kind of rate."),
        unique("period_end", "rate", why="The sheet prints a row once a month."),
        within("period_end", date(2019, 1, 31), None, "The sheet starts on 1 February 2019."),
        within("debt", 0, 300e12, "Corporate loans were 90 trillion in 2026; a misread unit passes this."),
        rows_add_up("fixed + floating = total", "debt", "A rate is fixed or it is not.", by=["period_end"], terms=3,
                    sign="CASE rate WHEN 'FIXED' THEN 1 WHEN 'FLOATING' THEN 1 WHEN 'TOTAL' THEN -1 END"),
        rows_add_up("benchmarks = floating", "debt", "The benchmarks are listed to the last, others together.",
                    by=["period_end"], terms=12,
                    sign="CASE WHEN rate = 'FLOATING' THEN -1 WHEN rate <> 'FIXED' AND rate <> 'TOTAL' THEN 1 END"),
        rows(13, None, "Even one month has fourteen rows, of which one may be set aside."),
    ]  # fmt: skip
