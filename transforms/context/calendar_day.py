"""A day's table of an economic calendar as text, in the wording of investing.com: time, currency, event, figures.

The head names the day, the column of times its zone. Growth in renminbi is printed with an M (-0.80M is -0.8 %). A
forecast may be rewritten after the actual, so a copy counts only from before the release. Rows go to
consensus_forecast.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from transforms.context import answers, forecasts
from transforms.context.forecasts import Entry
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "inbox.calendar_day", "inbox", "md"
SUITE = "forecasts"
OPTIONS = forecasts.OPTIONS
_DAY = re.compile(r"^#+\s*(\d{1,2} [A-Z][a-z]+ \d{4})", re.M)
_HEAD = re.compile(r"^\|\s*Time \(([^)]+)\)\s*\|\s*Currency\s*\|", re.M)
_EVENT = re.compile(r"(.+?)(?:\s*\(([A-Z][a-z]{2})\))?")
ZONES = {"GMT", "UTC"}


def recognise(payload: Payload) -> bool:
    return bool(_HEAD.search(answers.text(payload)))


def read(payload: Payload) -> Reading:
    """Forecasts for China from before their release. Raises ReadError `no_zone`, `bad_period`, `no_forecasts`."""
    text = answers.text(payload)
    head, days = _HEAD.search(text), _DAY.findall(text)
    if head is None or head[1] not in ZONES:
        raise ReadError(
            "no_zone",
            expected=f"times in {' or '.join(sorted(ZONES))}",
            got=head[1] if head else "none",
            where=payload.name,
        )
    if len(days) != 1:
        raise ReadError("bad_period", expected="one day in the head", got=str(days), where=payload.name)
    names, entries = [], []
    for place, line in enumerate(text.splitlines(), start=1):
        cells = (
            [cell.strip() for cell in line.strip().strip("|").split("|")] if re.fullmatch(r"\|.*\|\s*", line) else []
        )
        if line.startswith("| Time"):
            names = cells
        elif cells and names and len(cells) == len(names) and not set(cells[0]) <= {"-", ":"}:
            entries += _entry(
                dict(zip(["Time", *names[1:]], cells, strict=True)), days[0], f"{payload.name} line {place}"
            )
    surveyor = "calendar with investing.com wording"
    return forecasts.reading_of(PRODUCT, entries, "investing", surveyor, payload, "Economic calendar of a day")


def _entry(row: dict[str, str], day: str, where: str) -> list[Entry]:
    match = _EVENT.fullmatch(row["Event"])
    if row["Currency"] != "CNY" or not match:
        return []
    try:
        when = datetime.strptime(f"{day} {row['Time']}", "%d %B %Y %H:%M").replace(tzinfo=UTC)
    except ValueError:
        when = None
    return [Entry(match[1], when, row["Forecast"], row["Previous"], row["Actual"], match[2] or "", where)]
