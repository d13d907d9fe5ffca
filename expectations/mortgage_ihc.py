"""02_41: mortgages for one-family houses: what is built and bought makes the whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, adds_up, one_of, rows, within
from expectations.workbooks import common

PARTS = ("", "_built", "_bought")
COUNTS, MONEY = ([f"{name}{part}" for part in PARTS] for name in ("count", "new_loans"))
OTHERS = [f"{name}{part}" for name in ("share_of_new_loans", "term", "rate") for part in PARTS]


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    amounts = (*COUNTS, *MONEY)
    both = "The book prints what is built, what is bought, and both together."
    return [
        *common(
            dict.fromkeys((*amounts, *OTHERS), "float"), amounts, dict.fromkeys(COUNTS, "0.5")
        ),  # loans are counted whole
        one_of("ref_area", {"RUS"}, "This book has the country alone."),
        rows(3, None, "Even one month has three currencies."),
        *[
            within(column, 0, 600, "Shares and rates are percent, terms months; no mortgage runs longer.")
            for column in OTHERS
        ],
        *[
            adds_up({f"{name}_built": 1, f"{name}_bought": 1, name: -1}, both, precision=precision)
            for name, precision in (("count", "0.5"), ("new_loans", "precision"))
        ],
    ]
