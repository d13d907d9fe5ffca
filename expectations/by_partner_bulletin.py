"""Bulletin table (2): trade with every country and region, one row a partner, continents and groups among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import TRADE_LEVELS, currency_rule, magnitude, months, trade_sums
from expectations.rules import (
    Expectation,
    Relation,
    exactly_columns,
    filled,
    includes,
    one_of,
    rows,
    rows_add_up,
    unique,
    within,
)

CONTINENTS = ("ASIA", "AFRICA", "EUROPE", "LATIN_AMERICA", "NORTH_AMERICA", "OCEANIA")
GROWTHS = [f"{level}_yoy" for level in TRADE_LEVELS]
NOWHERE = ("ATA", "UNKNOWN", "UN_ORGANISATIONS", "NEUTRAL_PACKAGE")
"""What stands in no continent and has a row only in months with trade."""
_NAMED = ", ".join(f"'{name}'" for name in CONTINENTS)
_APART = ", ".join(f"'{name}'" for name in NOWHERE)
_IN_WORLD = "CASE WHEN counterpart_area IN ({named}) THEN 1 WHEN counterpart_area = 'WORLD' {{whole}} THEN -1 END"
IN_WORLD = _IN_WORLD.format(named=f"{_NAMED}, {_APART}")
CONTINENT = f"CASE WHEN counterpart_area IN ({_NAMED}) THEN counterpart_area ELSE continent END"
_IN_CONTINENT = "CASE WHEN counterpart_area IN ({named}) {{whole}} THEN -1 WHEN continent IS NOT NULL THEN 1 END"
IN_CONTINENT = _IN_CONTINENT.format(named=_NAMED)
WORLD = "Six continents and what stands in none are the world."
COUNTRIES = "Every country with trade in the month has a row."
SUMS: tuple[tuple[Relation, str], ...] = (("=", "AND NOT incomplete"), ("<=", ""))
"""Parts are their whole; where a part is set aside, the others may only not exceed it."""
UNPRINTED = 0.5e-6
"""Share of all terms by which parts may miss the world: the table of December 2024 lacks a row of 71 of 241 million."""
COLUMNS = {"row": "int", "counterpart_area": "str", "continent": "str", "label": "str", "incomplete": "bool",
           "currency": "str"}  # fmt: skip
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
        *trade_sums("The table prints all three; a shifted row breaks the sum."),
        *[rows_add_up(f"{level}: continents {relation} world", level, WORLD,
                      by=["currency"], sign=IN_WORLD.format(whole=whole), noise=UNPRINTED, relation=relation)
          for relation, whole in SUMS for level in TRADE_LEVELS],
        *[rows_add_up(f"{level}: countries {relation} continent", level, COUNTRIES,
                      by=[CONTINENT], sign=IN_CONTINENT.format(whole=whole), relation=relation)
          for relation, whole in SUMS for level in TRADE_LEVELS if level.endswith("month")],
    ]  # fmt: skip
