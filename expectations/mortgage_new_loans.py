"""02_11: mortgages granted to resident households during the month by area and currency, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, rows, within
from expectations.workbooks import common


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *common({"new_loans": "float"}, ["new_loans"]),
        rows(9 * 3, None, "Even one month has the country and eight districts in three currencies."),
        within("new_loans", 0, 10e12, "The busiest month so far had 1.9 trillion roubles of all household loans."),
    ]
