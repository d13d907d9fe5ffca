"""What bulletin tables (1) A and B share: one row a period, exports, imports, their sum and balance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.customs import currency_rule
from expectations.rules import Rule, exactly_columns, filled, gap_allowed, identity, unique, within

FLOWS = ("total", "export", "import", "balance")
BASES = ("month", "ytd")
LEVELS = [f"{flow}_{basis}" for basis in BASES for flow in FLOWS]
GROWTHS = [f"{level}_{kind}" for level in LEVELS for kind in ("yoy", "mom")]
COLUMNS = {
    "period": "str",
    "label": "str",
    "currency": "str",
    **dict.fromkeys([*LEVELS, *GROWTHS, "precision"], "float"),
}
TERMS = {
    "export + import = total": {"export": 1, "import": 1, "total": -1},
    "export - import = balance": {"export": 1, "import": -1, "balance": -1},
}
NAMES = {f"{basis}: {name}": (basis, signs) for basis in BASES for name, signs in TERMS.items()}


def prepare(frame: pl.DataFrame) -> pl.DataFrame:
    for name, (basis, signs) in NAMES.items():
        terms = {f"{flow}_{basis}": sign for flow, sign in signs.items()}
        frame = identity(frame, name, terms, dict.fromkeys(terms, "precision"))
    return frame


def rules(context: Mapping[str, Any]) -> list[Rule]:
    growing = [f"{level}_{kind}" for level in LEVELS if "balance" not in level for kind in ("yoy", "mom")]
    return [
        *exactly_columns(COLUMNS, "The reader makes these; another one is a figure nobody has explained.", NAMES),
        *filled("period", "label", "currency", "precision", why="Every printed row has these."),
        unique("period", why="An issue prints each period once."),
        currency_rule(context),
        *[
            within(level, 0, None, "Goods are never worth less than nothing.")
            for level in LEVELS
            if "balance" not in level
        ],
        *[within(column, -100, 1000, "Monthly flows moved by -43 to +155 percent since 2008.") for column in growing],
        *[gap_allowed(name, "The row prints all its terms; a shifted column breaks the sum.") for name in NAMES],
    ]
