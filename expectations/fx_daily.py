"""XML_daily: official rates of all currencies for one effective date, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.fx import common
from expectations.rules import Expectation, includes, rows, unique


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *common(),
        rows(
            3,
            120,
            "The list of December 2025 has 55 currencies; XML that is cut short is no XML, so few are a short list.",
        ),
        unique("currency", why="A day has one official rate for a currency."),
        includes("currency", {"USD", "EUR", "CNY"}, "The three main currencies are on every list."),
    ]
