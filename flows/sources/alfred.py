"""ALFRED of the Federal Reserve Bank of St. Louis: every vintage of the series that the indicators are read with.

The page of a series lists its vintages; each is asked for by its day, once, and never changes. An ordinary visit takes
those newer than what is held, at first the newest alone; backfill takes all of the months asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from flows.http.transfer import Limits
from flows.sources.polling import Wanted, poll
from flows.sources.source import Source, context_daily
from flows.sources.visit import Visit
from transforms.context import fred_vintages
from transforms.model import Payload

SERIES = (
    "RBCNBIS", "NBCNBIS", "EXCHUS", "EXUSEU", "IMPCH", "EXPCH", "IMPMX", "IMP5520", "IMP5830", "IMP5490", "IMPKR",
    "IMPJP", "IMP5330", "IMP5570", "IMP5600", "IMP0003",
)  # fmt: skip
PRODUCT = "alfred.fred_graph"
LIST, VINTAGE = "/series/downloaddata?seid={}", "/graph/alfredgraph.csv?id={}&vintage_date={:%Y-%m-%d}"
A_DAY = timedelta(hours=20)


def discover(visit: Visit) -> None:
    poll(visit, _wanted(visit))


def _wanted(visit: Visit) -> Iterator[Wanted]:
    """Vintages to ask for, series by series, the newest first."""
    held: dict[str, set[str]] = {}
    for snapshot in visit.archive.snapshots():
        if snapshot.product == PRODUCT and "vintage" in snapshot.sidecar:
            held.setdefault(str(snapshot.sidecar["series"]), set()).add(str(snapshot.sidecar["vintage"]))
    for identity in SERIES:
        known = held.get(identity, set())
        for day in _days(visit, identity, known):
            facts = {"series": identity, "vintage": day.isoformat()}
            url = visit.base + VINTAGE.format(identity, day)
            yield Wanted(PRODUCT, url, f"{identity} as of {day}", once=True, facts=facts)


def _days(visit: Visit, identity: str, known: set[str]) -> list[date]:
    """Vintages that are not held; [] with a note if the list cannot be had."""
    url = visit.base + LIST.format(identity)
    with visit.going_on(f"vintages of {identity}", url):
        content = visit.client.page(url, fresh_for=A_DAY)
        _, days = fred_vintages.vintages(Payload(content, name=url))
        if visit.since:
            until = visit.until or "9999-12"
            days = [day for day in days if visit.since <= f"{day:%Y-%m}" <= until]
        elif known:
            days = [day for day in days if day.isoformat() > max(known)]
        else:
            days = days[-1:]
        return [day for day in reversed(days) if day.isoformat() not in known]
    return []


SOURCE = Source(
    id="alfred",
    publisher="Federal Reserve Bank of St. Louis (ALFRED), for the BIS, the Federal Reserve and the Census Bureau",
    offers="effective and market exchange rates of the renminbi, US trade by partner, each with its vintages",
    terms="US government series are in the public domain; those of the BIS under its terms; no bulk mirroring",
    url="https://alfred.stlouisfed.org",
    timezone="America/New_York",
    schedules=(context_daily("15 17 * * 1-5"),),
    limits=Limits(pause=0.6),  # about two requests a second are asked for
    discover=discover,
)
