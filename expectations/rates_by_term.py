"""deposits.xlsx: rates, structure and volume of deposits by term, one figure a row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, one_of, rows, unique, where, within

TEXT = ("product_code", "currency", "measure", "unit", "native_title")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = {"period_end": "date", **dict.fromkeys(TEXT, "str"), "value": "float", "precision": "float"}
    return [
        *exactly_columns(columns, "The reader makes these columns and no others."),
        *filled(*columns, why="A figure without them says nothing."),
        unique("period_end", "product_code", "currency", "measure", why="A sheet prints a term once a month."),
        one_of("measure", {"rate", "share", "volume"}, "Sheets are of rates, of structure, of volumes."),
        one_of("currency", {"RUB", "USD", "EUR"}, "Sheets are in roubles, dollars and euros."),
        within("period_end", date(2014, 1, 31), None, "These statistics start in January 2014."),
        where(within("value", 0, 60, "No monthly average on deposits has come near."), "measure", "rate"),
        where(within("value", 0, 100, "A share in percent of a whole."), "measure", "share"),
        rows(1, None, "An empty sheet is no release."),
    ]
