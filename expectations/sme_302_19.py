"""302-19: debt and overdue debt of small and medium enterprises and of the entrepreneurs among them, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, filled, one_of, within
from expectations.workbooks import of_areas

AMOUNTS = ("debt", "overdue", "debt_entrepreneurs", "overdue_entrepreneurs")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    ended = "The table starts on 1 April 2009 and ended on 1 January 2019."
    return [
        *of_areas(AMOUNTS, [], 3, date(2009, 3, 31)),
        *filled(*AMOUNTS, why="The table has no gaps."),
        one_of("ref_area", {"RUS"}, "The table has the country alone."),
        within("period_end", None, date(2018, 12, 31), ended),
    ]
