"""Form 101: balances of banks by account, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.rules import Expectation, exactly_columns, filled, one_of, rows, within

KEYS = ("bank", "plan", "account", "side", "period_end")
AMOUNTS = [
    f"{when}_{currency}" for when in ("opening", "debit", "credit", "closing") for currency in ("rub", "fx", "all")
]


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    columns = {**dict.fromkeys(KEYS, "str"), "period_end": "date", **dict.fromkeys(AMOUNTS, "float")}
    return [
        *exactly_columns(columns, "The reader makes these columns and no others."),
        *filled(*KEYS, "closing_all", why="A balance belongs to a bank, a chart, an account and a date."),
        one_of("plan", set("АБВГД"), "The chart has five chapters, А to Д."),
        one_of("side", {"asset", "liability"}, "An account is on one side of the balance."),
        within("period_end", date(2004, 1, 31), None, "The archives start in February 2004."),
        rows(2, None, "Even one bank has an asset and a liability."),
    ]
