"""02_02_SME_Borrowers_info: numbers of enterprises and loans; the sizes of both kinds make up all of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, part_of, rows, rows_add_up, unique, within

COUNTS = ("borrowers", "borrowers_overdue", "borrowers_granted", "count_outstanding", "count_overdue", "count")
PARTS = {"borrowers_overdue": "borrowers", "count_overdue": "count_outstanding"}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    sizes = "CASE borrower WHEN 'SME' THEN -1 ELSE 1 END"
    columns = {"period_end": "date", "reporting_date": "date", "borrower": "str", **dict.fromkeys(COUNTS, "float"),
               "precision": "float"}  # fmt: skip
    return [
        *exactly_columns(columns, "The reader makes these columns and no others."),
        *filled("period_end", "borrower", why="A number is of a month and of enterprises of one kind."),
        unique("period_end", "borrower", why="A block prints a row once a month."),
        within("period_end", date(2019, 1, 31), None, "The sheet starts with January 2019."),
        *[within(c, 0, 20e6, "Some six million enterprises are small; 0.6 million had debt in 2024.") for c in COUNTS],
        *[rows_add_up(f"{c}: sizes = all enterprises", c, "The rows say that all enterprises include these.",
                      sign=sizes, by=["period_end"], terms=7) for c in COUNTS],
        *[part_of(part, whole, "Those overdue are among those with debt.") for part, whole in PARTS.items()],
        rows(7, None, "Even one month has seven rows."),
    ]  # fmt: skip
