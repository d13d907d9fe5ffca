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
    newest: dict[str, Snapshot] = {}
    for snapshot in snapshots:
        url = snapshot.url
        if url and (url not in newest or newest[url].last_at(url) < snapshot.last_at(url)):
            newest[url] = snapshot
    waiting = [(at, s) for s in newest.values() if (at := due(s, polls, now)) is not None]
    return [snapshot for _, snapshot in sorted(waiting, key=lambda pair: (pair[0], pair[1].url))[:A_VISIT]]


def due(snapshot: Snapshot, polls: Polls, now: datetime) -> datetime | None:
    """Since when an archived release should have been asked for again; None if it need not be: its product is never
    revised in place, it is final by its age, or it was looked at not long ago."""
    habit = (calendar.group_of(snapshot.product) or {}).get("revisits")
    if not habit or now > snapshot.first_seen + timedelta(days=habit["until_days"]):
        return None
    seen = datetime.fromisoformat(snapshot.last_at(snapshot.url) or snapshot.sidecar["first_seen"])
    at = (polls.asked(snapshot.url) or seen) + timedelta(days=habit["every_days"])
    return at if at <= now else None
