"""Trading Economics' keyed answers as JSON: calendar rows with forecasts, series of actual figures, its own forecasts.

Calendar rows (Event, Date in UTC, Reference, Forecast, TEForecast, Actual) give the consensus and the house's own
forecast as two surveyors. A series (`HistoricalDataSymbol`, Value) has no forecast, and the forecasts of quarter ends
are of another kind than those for a release: both are refused. Rows go to consensus_forecast. Proprietary.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from transforms.context import answers, forecasts
from transforms.context.forecasts import Entry, Found
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "inbox.trading_economics", "inbox", "json"
OPTIONS = forecasts.OPTIONS


def recognise(payload: Payload) -> bool:
    said: Any = answers.json_of(payload)
    first = said[0] if isinstance(said, list) and said and isinstance(said[0], dict) else {}
    return "HistoricalDataSymbol" in first or {"CalendarId", "Event"} <= first.keys()


@answers.known_shape
def read(payload: Payload) -> Reading:
    """Forecasts for China from before their release. Raises ReadError `no_forecasts`, `option_needed`."""
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
    seen, found = forecasts.recorded_at(payload), Found()
    for place, row in enumerate(said, start=1):
        if row.get("Country") != "China":
            continue
        entry = _entry(row, f"{payload.name} row {place}")
        for field, surveyor in (("Forecast", "Trading Economics consensus"), ("TEForecast", "Trading Economics")):
            forecasts.add(replace(entry, forecast=_text(row.get(field))), "tradingeconomics", seen, surveyor, found)
    return forecasts.records_of(PRODUCT, found, seen.date(), payload, "Trading Economics calendar")


def _entry(row: dict[str, Any], where: str) -> Entry:
    when = datetime.fromisoformat(str(row["Date"]))
    when = when if when.tzinfo else when.replace(tzinfo=UTC)  # the service states its times in UTC
    return Entry(
        str(row["Event"]),
        when,
        "",
        _text(row.get("Previous")),
        _text(row.get("Actual")),
        str(row.get("Reference") or "")[:3],
        where,
    )


def _text(cell: Any) -> str:
    """A figure as printed ("$109.4B" has its sign of the dollar dropped)."""
    return "" if cell is None else str(cell).replace("$", "").strip()
