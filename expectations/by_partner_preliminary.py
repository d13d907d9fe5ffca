"""Preliminary table (4): China's trade with main partners, one row a partner, values in USD or CNY."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import GROWTH, currency_rule, magnitude, months
from expectations.rules import (
    Expectation,
    exactly_columns,
    filled,
    includes,
    rows,
    unique,
    within,
)

FLOWS, BASES = ("total", "export", "import"), ("month", "ytd")
VALUES = [f"{flow}_{basis}" for flow in FLOWS for basis in BASES]
GROWTHS = [f"{flow}_ytd_yoy" for flow in FLOWS]
COLUMNS = {
    "row": "int", "counterpart_area": "str", "parent": "str", "label": "str", "indent": "int", "currency": "str",
    **dict.fromkeys([*VALUES, *GROWTHS, "precision"], "float"),
}  # fmt: skip


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    explained = "The reader makes these columns; another one is a figure nobody has explained."
    negative = "Goods are never worth less than nothing; a minus is a misread dash or a shifted column."
    shrunk = "Trade cannot fall by more than all of it; tenfold growth of a main partner is a slip."
    span = months(context)
    return [
        *exactly_columns(COLUMNS, explained),
        rows(20, 60, "Pages since 2018 have about 30 partners and groups; fewer is a page cut short."),
        *filled("counterpart_area", "label", "currency", "total_ytd", "precision", why="Every printed row has these."),
        unique("counterpart_area", why="A partner printed twice would be counted twice."),
        includes("counterpart_area", {"WORLD"}, "The nation's total is the headline row, which is never set aside."),
        currency_rule(context),
        *(magnitude("total_ytd", span, context, ("counterpart_area", "WORLD")) if span else []),
        *[within(column, 0, None, negative) for column in VALUES],
        *[within(column, *GROWTH, shrunk) for column in GROWTHS],
    ]
