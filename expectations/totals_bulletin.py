"""What bulletin tables (1) A and B share: one row a period, exports, imports, their sum and balance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import currency_rule
from expectations.rules import Expectation, exactly_columns, filled, unique, within

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


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    growing = [f"{level}_{kind}" for level in LEVELS if "balance" not in level for kind in ("yoy", "mom")]
    return [
        *exactly_columns(COLUMNS, "The reader makes these; another one is a figure nobody has explained."),
        *filled("period", "label", "currency", "precision", why="Every printed row has these."),
        unique("period", why="An issue prints each period once."),
        currency_rule(context),
        *[
            within(level, 0, None, "Goods are never worth less than nothing.")
            for level in LEVELS
            if "balance" not in level
        ],
        *[within(column, -100, 1000, "Monthly flows moved by -43 to +155 percent since 2008.") for column in growing],
    ]
