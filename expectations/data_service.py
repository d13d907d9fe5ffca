"""Bank of Russia data service: monthly lending series by area, one value a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, one_of, rows, unique, within

TEXT = ("ref_area", "dataset", "product_code", "measure", "basis", "definition", "currency", "unit", "adjustment")
KEY = ("period_end", "ref_area", "indicator_id", "currency")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = {"period_end": "date", "indicator_id": "int", "value": "float", "precision": "float"}
    return [
        *exactly_columns(columns | dict.fromkeys(TEXT, "str"), "The reader makes these columns and no others."),
        *filled(*columns, *TEXT, why="A row without value is a gap and left out."),
        unique(*KEY, why="The service gives one value for each series and month."),
        one_of("unit", {"RUB", "count", "months", "percent"}, "Other units belong to other categories."),
        one_of("currency", {"RUB", "FX", "ALL"}, "The service splits by currency of denomination."),
        within("period_end", date(2008, 12, 31), None, "The longest of these series starts in 2009."),
        within("value", 0, 200e12, "None of these amounts, counts and rates is negative."),
        rows(1, None, "An answer without a row is an error of the request."),
    ]
