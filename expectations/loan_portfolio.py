"""obs_tabl20c: loan portfolio of the banking sector by borrower and currency, in roubles.

The sums of lines are the layout's (loan_portfolio.yaml); `expectations.identities` judges them cell by cell.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, holds, one_of, rows, unique, within
from expectations.workbooks import KEYS, ROUBLES

BORROWERS = ("nonfinancial", "financial", "entrepreneur", "household")
NEGATIVE = ("all_provisions",)
SIGNED = ("all_revaluation", "all_fair_value", "all_value_adjustment", "all_provision_adjustment")
PARTS = ("debt", "performing", "acquired", "overdue")
POSITIVE = (
    "all_net", "all_debt", "all_overdue", "corporate_debt", "government_debt", "regional_government_debt",
    "all_acquired", "other_debt", "all_overdue_interest", "nonfinancial_other_placed", "financial_other_placed",
    *[f"{borrower}_{part}" for borrower in BORROWERS for part in PARTS],
)  # fmt: skip
AMOUNTS = (*POSITIVE, *NEGATIVE, *SIGNED)
SUMS = ("all_debt", "corporate_debt", "household_debt", "household_overdue")
OVERDUE = [f"{borrower}_overdue" for borrower in BORROWERS]


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = {**KEYS, **dict.fromkeys(AMOUNTS, "float"), "precision": "float"}
    return [
        *exactly_columns(columns, "One column for each line of the sheets."),
        *filled("period_end", "currency", *SUMS, why="These lines have had a figure since 2008."),
        unique("period_end", "currency", why="Each sheet has a month once."),
        one_of("ref_area", {"RUS"}, "The table has the whole banking sector alone."),
        one_of("currency", {"RUB", "FX", "ALL"}, "Three sheets: together, in roubles, in foreign currency."),
        within("period_end", date(2008, 1, 31), None, "The statistics start on 1 February 2008."),
        rows(3, None, "Even one month has three currencies."),
        *[within(c, 0, ROUBLES, "Amounts are never negative; billions read as trillions pass this.") for c in POSITIVE],
        *[within(c, -ROUBLES, 0, "Provisions are printed with a minus.") for c in NEGATIVE],
        holds("four borrowers' overdue near the row without a code", f"{' + '.join(OVERDUE)} - all_overdue",
              "abs(all_overdue) * 0.002", "It has been within 0.16 percent since 2008; another row would not be."),
    ]  # fmt: skip
