"""02_05: debt and overdue debt of resident households by area and currency, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, part_of, rows
from expectations.workbooks import common

AMOUNTS = ("debt", "overdue")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *common(dict.fromkeys(AMOUNTS, "float"), AMOUNTS),
        rows(9 * 3, None, "Even one month has the country and eight districts in three currencies."),
        part_of("overdue", "debt", "Overdue debt is part of the debt of the same borrowers."),
    ]
