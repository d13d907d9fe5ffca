"""Preliminary table (4): China's trade with main partners, one row a partner, values in USD or CNY."""

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
    identity,
    includes,
    part_of,
    rows,
    unique,
    within,
)

FLOWS, BASES = ("total", "export", "import"), ("month", "ytd")
VALUES = [f"{flow}_{basis}" for flow in FLOWS for basis in BASES]
GROWTHS = [f"{flow}_ytd_yoy" for flow in FLOWS]
SUMS = {basis: f"{basis}: export + import = total" for basis in BASES}
MONTH_PARTS = [f"{flow}_month within {flow}_ytd" for flow in FLOWS]
MEMBERS = {flow: f"members' {flow}_ytd within the group's" for flow in FLOWS}
COLUMNS = {
    "row": "int", "counterpart_area": "str", "parent": "str", "label": "str", "indent": "int", "currency": "str",
    **dict.fromkeys([*VALUES, *GROWTHS, "precision"], "float"),
}  # fmt: skip


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    for basis, name in SUMS.items():
        terms = {f"export_{basis}": 1, f"import_{basis}": 1, f"total_{basis}": -1}
        frame = identity(frame, name, terms, dict.fromkeys(terms, "precision"))
    for flow in FLOWS:
        frame = part_of(frame, f"{flow}_month", f"{flow}_ytd")
        frame = _members(frame, f"{flow}_ytd", MEMBERS[flow])
    return frame


def _members(frame: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """Add, on each group's row, how far its printed members together exceed it."""
    printed = frame.filter(pl.col("parent").is_not_null()).group_by(counterpart_area="parent")
    sums = printed.agg(pl.col(column).sum().alias("members"), (pl.len() + 1).alias("terms"))
    joined = frame.join(sums, on="counterpart_area", how="left", maintain_order="left")
    return joined.with_columns(
        (pl.col("terms") * pl.col("precision")).cast(pl.Float64).alias(f"{name}:allowed"),
        (pl.col("members") - pl.col(column)).clip(lower_bound=0).alias(f"{name}:gap"),
    ).drop("members", "terms")


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    explained = "The reader makes these columns; another one is a figure nobody has explained."
    negative = "Goods are never worth less than nothing; a minus is a misread dash or a shifted column."
    shrunk = "Trade cannot fall by more than all of it; tenfold growth of a main partner is a slip."
    identities = [*SUMS.values(), *MONTH_PARTS, *MEMBERS.values()]
    span = months(context)
    return [
        *exactly_columns(COLUMNS, explained, identities),
        rows(20, 60, "Pages since 2018 have about 30 partners and groups; fewer is a page cut short."),
        *filled("counterpart_area", "label", "currency", "total_ytd", "precision", why="Every printed row has these."),
        unique("counterpart_area", why="A partner printed twice would be counted twice."),
        includes("counterpart_area", {"WORLD", "EU", "USA", "ASEAN", "JPN", "KOR", "RUS", "AFRICA"},
                 "Every page names the nation's total and these partners; one missing is a lost row."),
        currency_rule(context),
        *(magnitude("total_ytd", span, context, ("counterpart_area", "WORLD")) if span else []),
        *[within(column, 0, None, negative) for column in VALUES],
        *[within(column, *GROWTH, shrunk)
          for column in GROWTHS],
        *[gap_allowed(name, "The page prints all three; a shifted or swapped column breaks the sum.")
          for name in SUMS.values()],
        *[gap_allowed(name, "A month is part of its year to date.") for name in MONTH_PARTS],
        *[gap_allowed(name, "Printed members of a group are part of it; more is a misread row or indent.")
          for name in MEMBERS.values()],
    ]  # fmt: skip
