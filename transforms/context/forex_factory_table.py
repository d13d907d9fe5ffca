"""A table scraped from Forex Factory's pages: year, day, time, impact, cur, text, actual, forecast, previous.

Times are local to whoever scraped and have no zone: the option `zone` tells it (America/New_York), else the table is
refused. "All Day" and "Tentative" are no times. Proprietary, as the calendar. Rows go to consensus_forecast.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from transforms.context import answers, forecasts
from transforms.context.forecasts import Entry
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "inbox.forex_factory_table", "inbox", "csv"
SUITE = "forecasts"
OPTIONS = {**forecasts.OPTIONS, "zone": "the time zone of the times in the table: America/New_York"}
HEADER = ["year", "day", "time", "impact", "cur", "text", "actual", "forecast", "previous"]


def recognise(payload: Payload) -> bool:
    return answers.header(payload) == HEADER


def read(payload: Payload) -> Reading:
    """Forecasts for China from before the release. ReadError `option_needed`, `unknown_zone`, `no_forecasts`."""
    zone, entries = zone_of(payload), []
    for where, row in answers.rows(payload):
        if row["cur"] == "CNY":
            entries.append(
                Entry(row["text"].strip(), _time(row, zone), row["forecast"], row["previous"], row["actual"], "", where)
            )
    return forecasts.reading_of(
        PRODUCT, entries, "forex_factory", "Forex Factory calendar", payload, "Forex Factory calendar"
    )


def zone_of(payload: Payload) -> ZoneInfo:
    """The zone that the option `zone` tells."""
    name = payload.options.get("zone")
    if not name:
        raise ReadError(
            "option_needed",
            expected="the time zone of the times, which the table does not have",
            got="none",
            where=payload.name,
            hint="Pass --option zone=America/New_York, or the zone that it was.",
        )
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ReadError(
            "unknown_zone", expected="a zone such as America/New_York", got=name, where=payload.name
        ) from None


def _time(row: dict[str, str], zone: ZoneInfo) -> datetime | None:
    """Jan 13, 9:58pm of the year in its own column; None where there is no time."""
    try:
        return datetime.strptime(f"{row['year']} {row['day']} {row['time']}", "%Y %b %d %I:%M%p").replace(tzinfo=zone)
    except ValueError:
        return None
