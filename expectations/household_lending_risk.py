"""risk_YY pages: household loans overdue by more than 90 days and provisions, in roubles and percent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from expectations.rules import Rule, exactly_columns, filled, gap_allowed, part_of, rows, unique, within

AMOUNTS = ("debt", "overdue", "provisions", "provisions_overdue", "interest_claims", "interest_claims_over20",
           "provisions_interest", "provisions_interest_over20")  # fmt: skip
SHARES = ("overdue_share", "provisions_share", "provisions_overdue_share_of_overdue",
          "provisions_overdue_share_of_provisions", "interest_claims_over20_share", "provisions_interest_share",
          "provisions_interest_over20_share_of_claims", "provisions_interest_over20_share_of_provisions")  # fmt: skip
PARTS = (("overdue", "debt"), ("provisions_overdue", "provisions"), ("interest_claims_over20", "interest_claims"),
         ("provisions_interest_over20", "provisions_interest"))  # fmt: skip


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    for part, whole in PARTS:
        frame = part_of(frame, part, whole)
    return frame


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    columns = {
        "period_end": "date",
        "reporting_date": "date",
        **dict.fromkeys((*AMOUNTS, *SHARES, "precision"), "float"),
    }
    identities = [f"{part} within {whole}" for part, whole in PARTS]
    return [
        *exactly_columns(columns, "Sixteen values and their dates; another column is unexplained.", identities),
        *filled(*columns, why="The page prints every value of every month."),
        unique("period_end", why="One row a month."),
        rows(1, 13, "One page a year."),
        within("period_end", date(2013, 12, 31), date(2023, 12, 31), "The table ran from 2014 to about 2022."),
        within("debt", 5e12, 40e12, "Household loans were 9.5 to 27 trillion roubles while the table was published."),
        *[within(amount, 0, 40e12, "Amounts are never negative.") for amount in AMOUNTS[1:]],
        *[within(share, 0, 100, "Shares of a whole.") for share in SHARES],
        *[gap_allowed(name, "A part is no larger than its whole.") for name in identities],
    ]
