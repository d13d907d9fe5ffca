"""Bulletin tables (6) and (7): exports and imports by customs regime and type of enterprise, year to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import currency_rule, regime_growth
from expectations.rules import Expectation, exactly_columns, filled, includes, one_of, unique, within
from transforms.customs.enterprise_table import ENTERPRISES

COLUMNS = {
    "row": "int", "product_code": "str", "enterprise": "str", "label": "str", "currency": "str", "value_ytd": "float",
    "value_ytd_yoy": "float", "precision": "float",
}  # fmt: skip


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *exactly_columns(COLUMNS, "The reader makes these; another one is a figure nobody has explained."),
        *filled("product_code", "enterprise", "label", "currency", why="Every printed row has these."),
        unique("product_code", "enterprise", why="A regime printed twice would be counted twice."),
        includes("product_code", {"TOTAL"}, "The total is the headline row, which is never set aside."),
        one_of("enterprise", set(ENTERPRISES.values()), "The table has four types and their total, or with kinds."),
        currency_rule(context),
        within("value_ytd", 0, None, "Goods are never worth less than nothing."),
        regime_growth("value_ytd_yoy"),
    ]
