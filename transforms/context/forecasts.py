"""What calendars of forecasts have in common: a snapshot counts only if it was taken before the release.

A calendar overwrites its forecasts after the release, so a snapshot without its own moment says nothing of what was
expected. The moment comes from the option `recorded`, else from the day of `--published` (whose end counts), else
from the moment the bytes were first seen. Reference months are not printed, or wrong until the day: a Chinese release
is of the month before, and the trade release of March is of January and February. Numbers are read by declared
suffixes.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from transforms.context.points import layout
from transforms.model import OBSERVATION, Payload, ReadError, Reading, Release, SetAside
from transforms.periods import MONTHS_EN, shift_months
from transforms.units import parse_number

BEIJING = ZoneInfo("Asia/Shanghai")
COLUMNS = (
    "indicator",
    "currency",
    "period",
    "covers",
    "surveyor",
    "forecast",
    "unit",
    "forecast_seen_at",
    "release_date",
    "actual",
    "previous",
    "source",
    "note",
)
RECORDED = "the moment at which the calendar was copied, with its zone: 2026-08-02T15:35Z"
OPTIONS = {"recorded": RECORDED}
TRADE = ("exports_yoy", "imports_yoy", "trade_balance")
_NUMBER = re.compile(r"([+-]?[\d,]+(?:\.\d+)?)\s*([%A-Za-z]?)")


@dataclass(frozen=True)
class Entry:
    """One event of a calendar, as printed."""

    event: str
    released: datetime | None  # with its zone; None where the calendar has no time for it
    forecast: str
    previous: str
    actual: str
    month: str  # the reference month as printed ("Nov"), '' if none
    where: str


@dataclass
class Found:
    rows: list[dict[str, str | None]] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)


def recorded_at(payload: Payload) -> datetime:
    """When the snapshot was taken at the latest. Raises ReadError `option_needed`, `no_zone`."""
    if stated := payload.options.get("recorded"):
        return moment(stated, "option recorded")
    if published := payload.options.get("published"):
        return datetime.combine(date.fromisoformat(published), time.max, UTC)
    if payload.seen is not None:
        return payload.seen
    raise ReadError(
        "option_needed",
        expected="the moment at which the calendar was copied",
        got="none",
        where=payload.name,
        hint=f"Pass --option recorded=..., {RECORDED}.",
    )


def moment(stated: str, where: str) -> datetime:
    """An ISO time with its zone. Raises ReadError `no_zone`, `bad_period`."""
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        raise ReadError("bad_period", expected=RECORDED, got=repr(stated), where=where) from None
    if found.tzinfo is None:
        raise ReadError("no_zone", expected=f"a time with its zone, {RECORDED}", got=repr(stated), where=where)
    return found


def reading_of(
    product: str, entries: Sequence[Entry], dialect: str, surveyor: str, payload: Payload, title: str
) -> Reading:
    """Forecasts that stood before their release, as rows of consensus_forecast.

    Events of other countries and figures are none of ours and are left. Raises ReadError `no_forecasts` if nothing can
    be read with certainty, with the first reasons.
    """
    seen, found = recorded_at(payload), Found()
    for entry in entries:
        add(entry, dialect, seen, surveyor, found)
    return records_of(product, found, seen.date(), payload, title)


def records_of(product: str, found: Found, seen: date, payload: Payload, title: str) -> Reading:
    """A reading of rows of consensus_forecast."""
    if not found.rows:
        told = "; ".join(f"{row.row}: {row.reason}" for row in found.set_aside[:3]) or "no event that is read here"
        raise ReadError(
            "no_forecasts",
            expected="forecasts for Chinese trade or prices from before their release",
            got=told,
            where=payload.name,
            hint="If the copy is older than this file, say when it was taken: --option recorded=2026-08-02T15:35Z.",
        )
    table = pl.DataFrame(found.rows, schema=dict.fromkeys(COLUMNS, pl.String))
    key = ["indicator", "currency", "period", "surveyor", "forecast_seen_at"]
    twice = table.filter(pl.struct(key).is_duplicated())
    if not twice.is_empty():
        raise ReadError(
            "duplicate_row",
            expected="one forecast a figure and moment",
            got=str(twice.head(2).rows()),
            where=payload.name,
        )
    release = Release(product, f"{seen:%Y-%m-%d}", title=title)
    empty = pl.DataFrame(schema=dict(OBSERVATION))
    return Reading(release, table, empty, {"consensus_forecast": table}, set_aside=tuple(found.set_aside))


def add(entry: Entry, dialect: str, seen: datetime, surveyor: str, found: Found) -> None:
    """Add the forecast of an event whose wording the dialect knows, or the reason why it does not count."""
    means: Mapping[str, Any] | None = layout("forecasts")["events"][dialect].get(entry.event)
    if means is None or not entry.forecast.strip():
        return None
    label = f"{entry.event} {entry.month}".strip()

    def leave(code: str, reason: str) -> None:
        found.set_aside.append(SetAside(label, code, reason, entry.where))

    if entry.released is None:
        return leave("no_time", "expected a time with its zone, got none")
    if entry.released <= seen:
        due, taken = (f"{when.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for when in (entry.released, seen))
        return leave(
            "after_release",
            f"expected a copy from before the release of {due}, got one of {taken}: forecasts are rewritten afterwards",
        )
    if entry.actual.strip():
        return leave("after_release", f"expected no actual figure before the release, got {entry.actual}")
    day = entry.released.astimezone(BEIJING).date()
    period = reference(means["indicator"], day)
    if period is None:
        return leave("unclear_period", f"expected no trade release in February, got one of {day}")
    if entry.month and MONTHS_EN.get(entry.month.lower()) != period[0].month:
        return leave(
            "unclear_period", f"expected a figure of {period[0]:%B}, as releases of {day:%B} are, got {entry.month}"
        )
    try:
        unit = "percent" if means["kind"] == "percent" else str(means["currency"])
        forecast = number(entry.forecast, means["kind"], entry.where)
    except ReadError as error:
        return leave(error.code, f"expected {error.expected}, got {error.got}")
    previous = None
    with contextlib.suppress(ReadError):  # beside the point: a forecast counts without the figure before it
        previous = number(entry.previous, means["kind"], entry.where)
    found.rows.append(
        {
            "indicator": means["indicator"],
            "currency": means.get("currency"),
            "period": f"{period[0]:%Y-%m}",
            "covers": period[1],
            "surveyor": surveyor,
            "forecast": f"{forecast:f}",
            "unit": unit,
            "forecast_seen_at": f"{seen.astimezone(UTC):%Y-%m-%dT%H:%MZ}",
            "release_date": day.isoformat(),
            "actual": None,
            "previous": None if previous is None else f"{previous:f}",
            "source": surveyor,
            "note": None,
        }
    )
    return None


def reference(indicator: str, day: date) -> tuple[date, str] | None:
    """Last month and span that a release on `day` is of; None for trade in February, when there is no release."""
    end = shift_months(day, -1)
    if indicator in TRADE and end.month == 1:
        return None
    return end, "ytd" if indicator in TRADE and end.month == 2 else "month"


def number(printed: str, kind: str, where: str) -> Decimal | None:
    """A number with its suffix in base units: 740B, 3.8%, and 5.70M, which is 5.7 % where growth is meant.

    None for an empty cell. Raises ReadError `unclear_unit` for a suffix that the layout does not declare: 575.5M of a
    balance may be million or billion.
    """
    if not printed.strip():
        return None
    match = _NUMBER.fullmatch(printed.strip())
    suffixes = layout("forecasts")["suffixes"][kind]
    if not match or match[2] not in suffixes:
        raise ReadError(
            "unclear_unit",
            expected="a number with one of the suffixes " + ", ".join(repr(suffix) for suffix in suffixes),
            got=repr(printed),
            where=where,
        )
    found = parse_number(match[1], where)
    return None if found is None else found * suffixes[match[2]]
