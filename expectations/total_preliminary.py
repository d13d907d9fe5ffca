"""Preliminary table (1): China's exports, imports, their sum and balance, one row a flow, in USD or CNY."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import GROWTH, currency_rule, magnitude, months
from expectations.rules import (
    Expectation,
    exactly_columns,
    filled,
    includes,
    one_of,
    unique,
    within,
)

FLOWS = {"total", "export", "import", "balance"}
BASES = ("month", "ytd")
GROWTHS = ("month_mom", "month_yoy", "ytd_yoy")
COLUMNS = {
    "flow": "str", "label": "str", "currency": "str", **dict.fromkeys([*BASES, *GROWTHS, "precision"], "float"),
}  # fmt: skip


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    explained = "The reader makes these columns; another one is a figure nobody has explained."
    moved = "Monthly flows have moved by -43 to +155 percent since 2008; far more is another column."
    span = months(context)
    return [
        *exactly_columns(COLUMNS, explained),
        *filled("flow", "label", "currency", "ytd", "precision", why="Every printed row has these."),
        unique("flow", why="The page prints each item once."),
        one_of("flow", FLOWS, "The page has four items."),
        includes("flow", FLOWS - {"balance"}, "Without exports, imports and their total it is another table."),
        currency_rule(context),
        *(magnitude("ytd", span, context, ("flow", "total")) if span else []),
        *magnitude("month", 1, context, ("flow", "total")),
        *[within(column, *GROWTH, moved) for column in GROWTHS],
    ]
