"""Federal budget of Russia: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "RUB": (-2e13, 1e14, "A year of expenditure is about 45 trillion; deficits and repayments are negative."),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(2011, 1, 31), "The table starts with January 2011.")
