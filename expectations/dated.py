"""Tables with dates down the rows (transforms/banking/dated.py): what their layout says of columns and bounds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, rows, unique, within
from expectations.suites import Suite
from transforms.banking.dated import Layout


def of(layout: Layout) -> Suite:
    """Bounds and reasons are those of the columns. Gate 1 judges the sums, as those of all readings."""
    keys = [key.name for key in layout.keys]
    columns = {"period_end": "date", **dict.fromkeys(keys, "str"), "where": "str"}
    floats = {name: "float" for c in layout.columns for name in (c.name, f"{c.name}_half")}
    must = [c.name for c in layout.columns if not (c.empty or c.optional or c.starts_late)]

    def expectations(context: Mapping[str, Any]) -> list[Expectation]:
        return [
            *exactly_columns(columns | floats, "The reader makes these columns and no others."),
            *filled("period_end", *keys, *must, why="A row without it says nothing."),
            unique("period_end", *keys, why="The table prints a row once."),
            within("period_end", layout.since, None, "The table starts there; an earlier date was misread."),
            *[within(c.name, c.least, c.most, c.why) for c in layout.columns if (c.least, c.most) != (None, None)],
            rows(1, None, "An extract without a row is none."),
        ]  # fmt: skip

    return Suite(expectations)
