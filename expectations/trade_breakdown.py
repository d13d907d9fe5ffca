"""Bulletin tables by SITC, HS, place and area: (3), (4), (8), (9), (11)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import TRADE_LEVELS, currency_rule, magnitude, months
from expectations.rules import Expectation, exactly_columns, filled, unique, within


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    growths = [f"{level}_yoy" for level in TRADE_LEVELS]
    columns = {"row": "int", "ref_area": "str", "product_code": "str", "label": "str", "currency": "str"}
    columns |= dict.fromkeys([*TRADE_LEVELS, *growths, "precision"], "float")
    span = months(context)
    nation = ("label", "TOTAL")
    return [
        *exactly_columns(columns, "The reader makes these columns; another one is a figure nobody has explained."),
        *filled("ref_area", "product_code", "label", "currency", why="Every printed row has these."),
        unique("row", why="Rows are numbered."),
        currency_rule(context),
        *magnitude("total_month", 1, context, nation),
        *(magnitude("total_ytd", span, context, nation) if span else []),
        *[within(column, 0, None, "Goods are never worth less than nothing.") for column in TRADE_LEVELS],
        *[within(column, -100, None, "Trade cannot fall by more than all of it.") for column in growths],
    ]
