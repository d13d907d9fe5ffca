"""risk_YY pages: household loans overdue by more than 90 days and provisions, in roubles and percent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, holds, part_of, rows, unique, warn, within

AMOUNTS = ("debt", "overdue", "provisions", "provisions_overdue", "interest_claims", "interest_claims_over20",
           "provisions_interest", "provisions_interest_over20")  # fmt: skip
RATIOS = {  # printed percent -> part, whole
    "overdue_share": ("overdue", "debt"),
    "provisions_share": ("provisions", "debt"),
    "provisions_overdue_share_of_overdue": ("provisions_overdue", "overdue"),
    "provisions_overdue_share_of_provisions": ("provisions_overdue", "provisions"),
    "interest_claims_over20_share": ("interest_claims_over20", "interest_claims"),
    "provisions_interest_share": ("provisions_interest", "interest_claims"),
    "provisions_interest_over20_share_of_claims": ("provisions_interest_over20", "interest_claims_over20"),
    "provisions_interest_over20_share_of_provisions": ("provisions_interest_over20", "provisions_interest"),
}
PARTS = (("overdue", "debt"), ("provisions_overdue", "provisions"), ("interest_claims_over20", "interest_claims"),
         ("provisions_interest_over20", "provisions_interest"))  # fmt: skip


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = {
        "period_end": "date",
        "reporting_date": "date",
        **dict.fromkeys((*AMOUNTS, *RATIOS, "precision"), "float"),
    }
    printed = (
        "Shares are printed to 0.1. One of 252 is not that of its parts (91.6 for 92.6 on 2015-03-01): such a one is "
        "kept as printed with obs_status U; two in a row are a shifted row, which the reader refuses."
    )
    return [
        *exactly_columns(columns, "Sixteen values and their dates; another column is unexplained."),
        *filled(*columns, why="The page prints every value of every month."),
        unique("period_end", why="One row a month."),
        rows(1, 13, "One page a year."),
        within("period_end", date(2013, 12, 31), date(2023, 12, 31), "The table ran from 2014 to about 2022."),
        within("debt", 5e12, 40e12, "Household loans were 9.5 to 27 trillion roubles while the table was published."),
        *[within(amount, 0, 40e12, "Amounts are never negative.") for amount in AMOUNTS[1:]],
        *[within(share, 0, 100, "Shares of a whole.") for share in RATIOS],
        *[
            warn(holds(f"{share} = {part} / {whole}", f"100 * {part} / {whole} - {share}", "0.0501", printed))
            for share, (part, whole) in RATIOS.items()
        ],
        *[part_of(part, whole, "A part is no larger than its whole.") for part, whole in PARTS],
    ]
