"""Forex Factory's weekly calendar as JSON: title, country, date with offset, impact, forecast, previous; never an
actual.

The file is overwritten every week, so only copies make a history; `date` moves between copies. Proprietary: a user's
own copy is read, none ships. Rows go to consensus_forecast.
"""

from __future__ import annotations

from typing import Any

from transforms.context import answers, forecasts
from transforms.context.forecasts import Entry
from transforms.model import Payload, Reading

PRODUCT, SOURCE, EXTENSION = "inbox.forex_factory", "inbox", "json"
SUITE = "forecasts"
OPTIONS = forecasts.OPTIONS
SAID = ("forecast", "previous", "actual")
FIELDS = {"title", "country", "date", "impact", "forecast", "previous"}


def recognise(payload: Payload) -> bool:
    said: Any = answers.json_of(payload)
    return isinstance(said, list) and bool(said) and isinstance(said[0], dict) and said[0].keys() >= FIELDS


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Forecasts for China from before their release. Raises ReadError `no_forecasts`, `no_zone`, `option_needed`."""
    entries = []
    for place, row in enumerate(answers.json_of(payload), start=1):
        if row["country"] != "CNY":
            continue
        where = f"{payload.name} event {place}"
        when = forecasts.moment(row["date"], where) if row["date"] else None
        forecast, previous, actual = (str(row.get(name) or "") for name in SAID)
        entries.append(Entry(row["title"].strip(), when, forecast, previous, actual, "", where))
    return forecasts.reading_of(
        PRODUCT, entries, "forex_factory", "Forex Factory calendar", payload, "Forex Factory calendar"
    )
