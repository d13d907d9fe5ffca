"""A list of dates of releases as people keep it: Date, Event, Organisation, Priority. It has no forecasts and no
times.

Dates of such lists are claims of whoever wrote them, wrong days and owners among them; the publishers' calendars
decide when a release is due. Days and months are told apart only if the list itself does (a day above 12), or by the
option `day_order`. Nothing of it is loaded, and the refusal says so.
"""

from __future__ import annotations

import re

from transforms.context import answers
from transforms.model import Payload, ReadError, Reading

PRODUCT, SOURCE, EXTENSION = "inbox.event_dates", "inbox", "csv"
OPTIONS = {"day_order": "dmy or mdy: how the list writes its dates"}
HEADER = ["Date", "Event", "Organisation", "Priority"]
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def recognise(payload: Payload) -> bool:
    return answers.header(payload) == HEADER


def read(payload: Payload) -> Reading:
    """Raises ReadError always: `bad_period`, `day_order` where days and months cannot be told apart, `no_forecasts`."""
    parts = []
    for where, row in answers.rows(payload):
        match = _DATE.fullmatch(row["Date"].strip())
        if not match:
            raise ReadError("bad_period", expected="dates such as 12/7/2025", got=row["Date"], where=where)
        parts.append((int(match[1]), int(match[2])))
    told = payload.options.get("day_order") or day_order(parts)
    if told not in ("dmy", "mdy"):
        raise ReadError(
            "day_order",
            expected="days and months that can be told apart",
            got=f"{len(parts)} dates that can be read both ways",
            where=payload.name,
            hint="Pass --option day_order=dmy or mdy.",
        )
    raise ReadError(
        "no_forecasts",
        expected="forecasts",
        got=f"a list of {len(parts)} dates ({told}) without forecasts",
        where=payload.name,
        hint="Release days come from the publishers' calendars.",
    )


def day_order(parts: list[tuple[int, int]]) -> str:
    """dmy or mdy if one of the dates can only be that and none only the other; else ''."""
    days_first, months_first = any(first > 12 for first, _ in parts), any(second > 12 for _, second in parts)
    return "dmy" if days_first and not months_first else "mdy" if months_first and not days_first else ""
