"""302-19: debt and overdue debt of small and medium enterprises and of the entrepreneurs among them, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, one_of, part_of, rows, unique, within
from expectations.workbooks import KEYS, ROUBLES, currency_sums

AMOUNTS = ("debt", "overdue", "debt_entrepreneurs", "overdue_entrepreneurs")
PARTS = (("overdue", "debt"), ("debt_entrepreneurs", "debt"), ("overdue_entrepreneurs", "overdue"))
SPAN = (date(2009, 3, 31), date(2018, 12, 31))


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = {**KEYS, **dict.fromkeys(AMOUNTS, "float"), "precision": "float"}
    return [
        *exactly_columns(columns, "The reader makes these columns and no others."),
        *filled(*columns, why="The table has no gaps."),
        unique("period_end", "currency", why="One row a month, for the whole country."),
        one_of("ref_area", {"RUS"}, "The table has the country alone."),
        one_of("currency", {"RUB", "FX", "ALL"}, "Columns are in roubles, in foreign currency, and together."),
        within("period_end", *SPAN, "The table starts on 1 April 2009 and ended on 1 January 2019."),
        rows(3, 3 * 118, "118 months at most, in three currencies."),
        *[within(a, 0, ROUBLES, "Amounts are never negative, and far below this.") for a in AMOUNTS],
        *currency_sums(AMOUNTS, ["period_end"], "The third column is the sum of the two, to rounding."),
        *[part_of(part, whole, "A part is no larger than its whole.") for part, whole in PARTS],
    ]
