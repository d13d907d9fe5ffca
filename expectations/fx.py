"""What the two tables of official rouble rates have in common."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from expectations.rules import Expectation, exactly_columns, filled, holds, one_of, where, within

COLUMNS = {"period_end": "date", "currency": "str", "nominal": "int", "name": "str",
           "rate": "float", "printed": "float", "precision": "float"}  # fmt: skip
FIRST = date(1992, 7, 1)
USD = (1.0, 10_000.0)
"""Roubles for a US dollar: 5.96 on 1 January 1998, when three zeros were dropped, to 5,960 the day before."""


def common(further: Mapping[str, str] | None = None) -> list[Expectation]:
    """Rules of both tables; `further` are columns that a suite's `prepare` adds, with their types."""
    explained = "The reader makes these columns; another one is a figure nobody has explained."
    return [
        *exactly_columns({**COLUMNS, **(further or {})}, explained),
        *filled(*COLUMNS, why="A rate without its day, currency or nominal cannot be used."),
        one_of("nominal", {10**power for power in range(7)}, "Rates are set for a power of ten units."),
        within("period_end", FIRST, None, "The series of official rates starts on 1 July 1992."),
        within(
            "rate",
            1e-6,
            1e6,
            "The dong is about 0.003 roubles, the SDR about 109: nothing on the list is near these bounds.",
        ),
        where(within("rate", *USD, "The dollar has cost 5.96 to 5,960 roubles since 1992; in 1998 three zeros went."),
              "currency", "USD"),
        holds("rate x nominal = printed", "rate * nominal - printed", "nominal * precision",
              "Nominals change over time: CNY was quoted for 10 in 2022 and for 1 in 2025."),
    ]  # fmt: skip
