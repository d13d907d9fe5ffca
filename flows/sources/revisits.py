"""Which old pages are asked again, and when: publishers revise some quietly, weeks or months after the release.

The habits are data of the calendar (`revisits` of a group of products): days between two looks, and the age at which a
page is taken to be final. A visit asks for a few of those that are due, the longest unasked first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from flows.archive import Snapshot
from flows.archive.polls import Polls
from warehouse import calendar

A_VISIT = 6
"""Old pages that one visit asks again: with a poll each half hour in a release window, some hundred a day at most, and
no visit grows long by them."""


def planned(snapshots: Iterable[Snapshot], polls: Polls, now: datetime) -> list[Snapshot]:
    """The archived releases to ask for again now, the longest unasked first; of each address what it showed last."""
    waiting = [(at, s) for at, s in times(snapshots, polls, now) if at <= now]
    return [snapshot for _, snapshot in waiting[:A_VISIT]]


def times(snapshots: Iterable[Snapshot], polls: Polls, now: datetime) -> list[tuple[datetime, Snapshot]]:
    """The archived releases that are asked for again now or later, with the time from which each is due, in order."""
    newest: dict[str, Snapshot] = {}
    for snapshot in snapshots:
        url = snapshot.url
        if url and (url not in newest or newest[url].last_at(url) < snapshot.last_at(url)):
            newest[url] = snapshot
    found = [(at, s) for s in newest.values() if (at := due(s, polls, now)) is not None]
    return sorted(found, key=lambda pair: (pair[0], pair[1].url))


def due(snapshot: Snapshot, polls: Polls, now: datetime) -> datetime | None:
    """When an archived release is to be asked for again; None if never: its product is not revised in place, or it is
    final by its age."""
    habit = (calendar.group_of(snapshot.product) or {}).get("revisits")
    if not habit or now > snapshot.first_seen + timedelta(days=habit["until_days"]):
        return None
    seen = datetime.fromisoformat(snapshot.last_at(snapshot.url) or snapshot.sidecar["first_seen"])
    return (polls.asked(snapshot.url) or seen) + timedelta(days=habit["every_days"])
