"""02_14: mortgage debt, overdue debt and acquired claims of resident households by area and currency, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, adds_up, part_of, rows
from expectations.workbooks import common

AMOUNTS = ("debt", "overdue", "acquired_claims", "debt_incl_acquired")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *common(dict.fromkeys(AMOUNTS, "float"), AMOUNTS),
        rows(9 * 3, None, "Even one month has the country and eight districts in three currencies."),
        part_of("overdue", "debt", "Overdue debt is part of the debt of the same borrowers."),
        adds_up(
            {"debt": 1, "acquired_claims": 1, "debt_incl_acquired": -1},
            "The book prints both and their sum, from May 2021 on.",
        ),
    ]
