"""02_13: average term and rate of mortgages granted to resident households during the month by area and currency."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, one_of, rows, within
from expectations.workbooks import common


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *common({"term": "float", "rate": "float"}, []),
        one_of("currency", {"RUB", "FX"}, "An average over both currencies is not printed."),
        rows(9 * 2, None, "Even one month has the country and eight districts in two currencies."),
        within("term", 1, 600, "Mortgages run for up to 50 years; a term of 0 is the book's sign for no loans."),
        within("rate", 0.01, 50, "No monthly average has come near; a rate of 0 is the book's sign for no loans."),
    ]
