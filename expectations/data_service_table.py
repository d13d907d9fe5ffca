"""Bank of Russia data service, older half: interest rates by maturity, one value a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, one_of, rows, unique, within

COLUMNS = {"period_end": "date", "product_code": "str", "currency": "str", "native_title": "str", "value": "float",
           "precision": "float"}  # fmt: skip


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [
        *exactly_columns(COLUMNS, "The reader makes these columns and no others."),
        *filled(*COLUMNS, why="A row without value is a gap and left out."),
        unique("period_end", "product_code", "currency", why="The service gives one rate for each maturity and month."),
        one_of("currency", {"RUB", "USD", "EUR"}, "Rates are printed for these currencies."),
        within("period_end", date(2014, 1, 31), None, "These series start in January 2014."),
        within("value", 0, 100, "A lending or deposit rate in percent a year."),
        rows(1, None, "An answer without a row is an error of the request."),
    ]
