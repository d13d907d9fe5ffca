"""Preliminary table (1): China's exports, imports, their sum and balance, one row a flow, in USD or CNY."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.customs import GROWTH, currency_rule, magnitude, months
from expectations.rules import (
    Rule,
    exactly_columns,
    filled,
    gap_allowed,
    group_identity,
    includes,
    one_of,
    unique,
    within,
)

FLOWS = {"total", "export", "import", "balance"}
BASES = ("month", "ytd")
GROWTHS = ("month_mom", "month_yoy", "ytd_yoy")
SUM = {basis: f"{basis}: export + import = total" for basis in BASES}
BALANCE = {basis: f"{basis}: export - import = balance" for basis in BASES}
COLUMNS = {
    "flow": "str", "label": "str", "currency": "str", **dict.fromkeys([*BASES, *GROWTHS, "precision"], "float"),
}  # fmt: skip


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    for basis in BASES:
        for name, signs in (
            (SUM[basis], {"export": 1, "import": 1, "total": -1}),
            (BALANCE[basis], {"balance": 1, "import": 1, "export": -1}),
        ):
            sign = pl.col("flow").replace_strict(signs, default=None, return_dtype=pl.Int64)
            frame = group_identity(frame, name, basis, by=["currency"], signs=sign, terms=3, precision="precision")
    return frame


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    explained = "The reader makes these columns; another one is a figure nobody has explained."
    moved = "Monthly flows have moved by -43 to +155 percent since 2008; far more is another column."
    identities = [*SUM.values(), *BALANCE.values()]
    span = months(context)
    return [
        *exactly_columns(COLUMNS, explained, identities),
        *filled("flow", "label", "currency", "ytd", "precision", why="Every printed row has these."),
        unique("flow", why="The page prints each item once."),
        one_of("flow", FLOWS, "The page has four items."),
        includes("flow", FLOWS - {"balance"}, "Without exports, imports and their total it is another table."),
        currency_rule(context),
        *(magnitude("ytd", span, context, ("flow", "total")) if span else []),
        *magnitude("month", 1, context, ("flow", "total")),
        *[within(column, *GROWTH, moved)
          for column in GROWTHS],
        *[gap_allowed(name, "The page prints all three; a shifted or swapped column breaks the sum.")
          for name in SUM.values()],
        *[gap_allowed(name, "Balance is exports less imports, in the same unit.") for name in BALANCE.values()],
    ]  # fmt: skip
