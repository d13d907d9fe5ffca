"""02_15: number of mortgages under share construction agreements granted during the month by area."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, rows, within
from expectations.workbooks import common


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *common({"count": "float"}, ["count"]),
        rows(9 * 3, None, "Even one month has the country and eight districts in three currencies."),
        within("count", 0, 1_000_000, "The busiest month so far had 238,197 mortgages in all of Russia."),
    ]
