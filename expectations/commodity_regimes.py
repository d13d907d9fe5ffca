"""Bulletin tables (17) and (18): selected exports and imports by groups of regimes, year to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import currency_rule
from expectations.rules import Expectation, exactly_columns, filled, one_of, unique, within

COLUMNS = {
    "row": "int", "product_code": "str", "regime": "str", "label": "str", "aggregate": "bool", "currency": "str",
    "quantity_unit": "str",
    **dict.fromkeys(["quantity_ytd", "value_ytd", "quantity_ytd_yoy", "value_ytd_yoy", "precision"], "float"),
}  # fmt: skip
REGIMES = {"REGIME_ORDINARY", "REGIME_PROCESSING", "REGIME_BONDED_LOGISTICS", "REGIME_OTHER"}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *exactly_columns(COLUMNS, "The reader makes these; another one is a figure nobody has explained."),
        *filled("product_code", "regime", "label", "currency", why="Every printed row has these."),
        unique("row", "regime", why="A row prints each group of regimes once."),
        one_of("regime", REGIMES, "The table has four groups."),
        currency_rule(context),
        *[within(column, 0, None, "Nothing is traded below zero.") for column in ("quantity_ytd", "value_ytd")],
        *[within(column, -100, None, "Nothing falls by more than all of it.")
          for column in ("quantity_ytd_yoy", "value_ytd_yoy")],
    ]  # fmt: skip
