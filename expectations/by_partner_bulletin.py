"""Bulletin table (2): trade with every country and region, one row a partner, continents and groups among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import TRADE_LEVELS, currency_rule, magnitude, months
from expectations.rules import (
    Expectation,
    exactly_columns,
    filled,
    includes,
    one_of,
    rows,
    unique,
    within,
)

CONTINENTS = ("ASIA", "AFRICA", "EUROPE", "LATIN_AMERICA", "NORTH_AMERICA", "OCEANIA")
GROWTHS = [f"{level}_yoy" for level in TRADE_LEVELS]
COLUMNS = {"row": "int", "counterpart_area": "str", "continent": "str", "label": "str", "currency": "str"}
COLUMNS |= dict.fromkeys([*TRADE_LEVELS, *GROWTHS, "precision"], "float")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    span = months(context)
    explained = "The reader makes these columns; another one is a figure nobody has explained."
    return [
        *exactly_columns(COLUMNS, explained),
        rows(200, 320, "Tables of 2024 have about 260 rows; fewer is a table cut short."),
        *filled("counterpart_area", "label", "currency", why="Every printed row has these."),
        unique("counterpart_area", why="A partner printed twice would be counted twice."),
        includes("counterpart_area", {*CONTINENTS, "WORLD"}, "Headline rows, of which none may be set aside."),
        one_of("continent", CONTINENTS, "Countries stand below one of six continents."),
        currency_rule(context),
        *magnitude("total_month", 1, context, ("counterpart_area", "WORLD")),
        *(magnitude("total_ytd", span, context, ("counterpart_area", "WORLD")) if span else []),
        *[within(column, 0, None, "Goods are never worth less than nothing.") for column in TRADE_LEVELS],
        *[within(column, -100, None, "Trade cannot fall by more than all of it.") for column in GROWTHS],
    ]
