"""Trading Economics' keyed answers as JSON: calendar rows with forecasts, series of actual figures, its own forecasts.

Calendar rows (Event, Date in UTC, Reference, ReferenceDate, Forecast, TEForecast, Actual) give the consensus and the
house's own forecast as two surveyors. DateSpan 1 says that the hour is not known: then only a copy from before that
day counts. A series (`HistoricalDataSymbol`, Value) has no forecast, and the forecasts of quarter ends are of another
kind than those for a release: both are refused. Rows go to consensus_forecast. Proprietary. Fields as in
docs.tradingeconomics.com/economic_calendar/schema.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

from transforms.context import answers, forecasts
from transforms.context.forecasts import Entry, Found
from transforms.context.points import layout
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "trading_economics.event_forecasts", "trading_economics", "json"
SUITE = "forecasts"
OPTIONS = forecasts.OPTIONS
CUT = 1000
"""Rows of the largest answer of the calendar."""
SURVEYORS = {"Forecast": "Trading Economics consensus", "TEForecast": "Trading Economics"}


def recognise(payload: Payload) -> bool:
    said: Any = answers.json_of(payload)
    first = said[0] if isinstance(said, list) and said and isinstance(said[0], dict) else {}
    return "HistoricalDataSymbol" in first or ({"Event", "Date"} <= first.keys() and _id(first) != "")


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Forecasts for China from before their release. Raises ReadError `no_forecasts`, `option_needed`, `cut`."""
    said = answers.json_of(payload)
    if "Event" not in said[0]:
        quarters = "q1" in said[0]
        got = "forecasts of quarter ends" if quarters else "a series of actual figures"
        raise ReadError(
            "no_forecasts",
            expected="calendar rows with a forecast for a release",
            got=got,
            where=payload.name,
            hint="Ask the service's calendar: what it expects of a quarter is no forecast of a release.",
        )
    if len(said) >= CUT:
        raise ReadError("cut", expected=f"fewer than {CUT} rows", got=str(len(said)), where=payload.name,
                        hint="An answer ends there: ask for fewer days, or for China alone.")  # fmt: skip
    seen, found = forecasts.recorded_at(payload), Found()
    for place, row in enumerate(said, start=1):
        if row.get("Country") != "China":
            continue
        entry = _entry(row, f"{payload.name} row {place}")
        for field, surveyor in SURVEYORS.items():
            forecasts.add(replace(entry, forecast=_text(row.get(field))), "tradingeconomics", seen, surveyor, found)
    return forecasts.records_of(PRODUCT, found, seen.date(), payload, "Trading Economics calendar")


def expects_something(content: bytes) -> bool:
    """Does an answer of the calendar hold a forecast of an event that is read? True for what is no calendar."""
    said: Any = answers.json_of(Payload(content, ""))
    if not isinstance(said, list):
        return True
    known = layout("forecasts")["events"]["tradingeconomics"]
    rows = [row for row in said if isinstance(row, dict) and row.get("Country") == "China"]
    return any(row.get("Event") in known and any(_text(row.get(field)) for field in SURVEYORS) for row in rows)


def _id(row: dict[str, Any]) -> str:
    """CalendarId as answers have it, or CalendarID as the documentation spells it."""
    return str(row.get("CalendarId") or row.get("CalendarID") or "")


def _entry(row: dict[str, Any], where: str) -> Entry:
    when = datetime.fromisoformat(str(row["Date"]))
    when = when if when.tzinfo else when.replace(tzinfo=UTC)  # the service states its times in UTC
    if str(row.get("DateSpan") or "0") != "0":
        when = datetime.combine(when.date(), time.min, UTC)
    return Entry(
        str(row["Event"]),
        when,
        "",
        _text(row.get("Previous")),
        _text(row.get("Actual")),
        _month(row),
        where,
    )


def _month(row: dict[str, Any]) -> str:
    """The reference month ("Nov") as printed, or of the day on which it ends."""
    if printed := str(row.get("Reference") or "")[:3]:
        return printed
    day = str(row.get("ReferenceDate") or "")
    return f"{datetime.fromisoformat(day):%b}" if day else ""


def _text(cell: Any) -> str:
    """A figure as printed ("$109.4B" has its sign of the dollar dropped)."""
    return "" if cell is None else str(cell).replace("$", "").strip()
