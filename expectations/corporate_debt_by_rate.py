"""Corporate debt by kind of interest rate and its benchmark, in roubles."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations.loans_by_activity import MOST
from expectations.rules import Expectation
from expectations.workbooks import table

KEYS = {"period_end": "date", "reporting_date": "date", "rate": "str"}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    first = (date(2019, 1, 31), "The sheet starts on 1 February 2019.")
    whole = (13, "Even one month has fourteen rows, of which one may be set aside.")
    return table(KEYS, ["debt"], since=first, most=MOST, least_rows=whole)
