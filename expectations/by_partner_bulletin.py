"""Bulletin table (2): trade with every country and region, one row a partner, continents and groups among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.customs import SUMS, TRADE_LEVELS, currency_rule, magnitude, months, trade_prepare
from expectations.rules import (
    Rule,
    exactly_columns,
    filled,
    gap_allowed,
    group_identity,
    includes,
    one_of,
    rows,
    unique,
    within,
)

CONTINENTS = ("ASIA", "AFRICA", "EUROPE", "LATIN_AMERICA", "NORTH_AMERICA", "OCEANIA")
GROWTHS = [f"{level}_yoy" for level in TRADE_LEVELS]
WORLD = {level: f"{level}: continents = world" for level in TRADE_LEVELS}
COUNTRIES = {level: f"{level}: countries = continent" for level in TRADE_LEVELS if level.endswith("month")}
NOWHERE = ("ATA", "UNKNOWN", "UN_ORGANISATIONS", "NEUTRAL_PACKAGE")
"""What stands in no continent and has a row only in months with trade."""
UNPRINTED = 0.5e-6
"""Share of all terms by which parts may miss the world: the table of December 2024 lacks a row of 71 of 241 million."""
COLUMNS = {"row": "int", "counterpart_area": "str", "continent": "str", "label": "str", "currency": "str"}
COLUMNS |= dict.fromkeys([*TRADE_LEVELS, *GROWTHS, "precision"], "float")


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    frame = trade_prepare(frame)
    partner = pl.col("counterpart_area")
    parts = dict.fromkeys((*CONTINENTS, *NOWHERE), 1) | {"WORLD": -1}
    sign = partner.replace_strict(parts, default=None, return_dtype=pl.Int64)
    for level, name in WORLD.items():
        frame = group_identity(frame, name, level, by=["currency"], signs=sign, precision="precision", share=UNPRINTED)
    block = pl.when(partner.is_in(CONTINENTS)).then(partner).otherwise("continent")
    sign = pl.when(partner.is_in(CONTINENTS)).then(-1).when(block.is_not_null()).then(1)
    for level, name in COUNTRIES.items():
        frame = group_identity(frame, name, level, by=[block], signs=sign, precision="precision")
    return frame


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    span = months(context)
    explained = "The reader makes these columns; another one is a figure nobody has explained."
    return [
        *exactly_columns(COLUMNS, explained, [*SUMS.values(), *WORLD.values(), *COUNTRIES.values()]),
        rows(200, 320, "Tables of 2024 have about 260 rows; fewer is a table cut short."),
        *filled("counterpart_area", "label", "currency", why="Every printed row has these."),
        unique("counterpart_area", why="A partner printed twice would be counted twice."),
        includes("counterpart_area", {*CONTINENTS, "WORLD", "USA", "JPN", "DEU", "RUS", "BRA", "AUS"},
                 "Every issue prints the total, six continents and these partners."),
        one_of("continent", CONTINENTS, "Countries stand below one of six continents."),
        currency_rule(context),
        *magnitude("total_month", 1, context, ("counterpart_area", "WORLD")),
        *(magnitude("total_ytd", span, context, ("counterpart_area", "WORLD")) if span else []),
        *[within(column, 0, None, "Goods are never worth less than nothing.") for column in TRADE_LEVELS],
        *[within(column, -100, None, "Trade cannot fall by more than all of it.") for column in GROWTHS],
        *[gap_allowed(name, "The table prints all three; a shifted row breaks the sum.") for name in SUMS.values()],
        *[gap_allowed(name, "Six continents and what stands in none are the world.") for name in WORLD.values()],
        *[gap_allowed(name, "Every country with trade in the month has a row.") for name in COUNTRIES.values()],
    ]  # fmt: skip
