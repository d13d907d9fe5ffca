"""Answers of statistical services: asked at one address again and again, kept when their figures are others.

An answer's bytes often differ each time (a stamp of the request, another order), so figures are compared, not bytes. A
service whose validators mean something is asked conditionally. What cannot be read goes to quarantine with its reason;
a page that asks for a key is the state `keyed` of its source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

import polars as pl

from flows.archive import Snapshot
from flows.http.errors import NotFound
from flows.http.transfer import Response
from flows.run.reading import faults_as_refusals
from flows.sources.visit import NOT_AGAIN_FOR, PATIENCE, Listed, Visit
from transforms.model import PUBLISHED, Payload, ReadError, Reading
from transforms.products import recognise

KEY = "{key}"
JSON = "application/json;charset=UTF-8"


@dataclass(frozen=True)
class Wanted:
    """One answer to ask for. In the address, KEY stands for the key of the service, which is kept nowhere."""

    product: str
    url: str
    title: str
    conditional: bool = False  # do the validators of this service tell whether the answer changed?
    may_lack: bool = False  # an address that does not exist yet
    once: bool = False  # never changes: a vintage, a day of the past
    rolling: bool = False  # its address moves with the day: nothing is new whose records the last answer had
    facts: Mapping[str, Any] = field(default_factory=dict)  # for the sidecar
    figures: Callable[[bytes], bool] = bool  # False for an answer that rightly holds none
    post: bytes = b""  # for a query that must be posted (JSON), to `url` without what follows the question mark
    otherwise: Wanted | None = None  # another way to the same figures, for when this one fails or is refused


def poll(visit: Visit, wanted: Iterable[Wanted]) -> None:
    """Ask for each answer; a single failure is a note, and if all fail the source is unreachable.

    An ordinary visit ends after PATIENCE seconds of requests; the next one goes on.
    """
    asked, lacking, anybody = 0, "", False
    for one in wanted:
        if not visit.since and visit.client.busy > PATIENCE:
            visit.report.notes.append(f"{one.title} and what follows are left to the next visit")
            return
        visit.progress(one.title)
        asked, before = asked + 1, len(visit.report.notes)
        got, way = "failed", one
        while True:
            with visit.going_on(way.title, way.url):
                got = _ask(visit, way)
            if way.otherwise is None or got not in ("failed", "refused"):
                break
            way = way.otherwise
        if got == "keyed":
            return
        if got not in ("failed", "not yet"):
            anybody = True
        lacking = " ".join(visit.report.notes[before:]) or f"{one.title}: no such address yet"
    if asked and not anybody:
        visit.report.state = "unreachable"
        visit.report.reason = f"{lacking}; the same of all {asked} addresses. Has the site moved?"


def _ask(visit: Visit, one: Wanted) -> str:
    """Fetch an answer and archive it if it says something new. Raises a FetchError."""
    visit.report.seen += 1
    now, known = visit.settings.clock(), visit.archive.at(one.url)
    if known is None and one.rolling:
        known = max(
            (s for s in visit.archive.snapshots() if (s.source, s.product) == (visit.report.source, one.product)),
            key=lambda snapshot: snapshot.first_seen,
            default=None,
        )
    last = visit.polls.asked(one.url)
    if known and (one.once or (last and now - last < NOT_AGAIN_FOR)):
        return "known"
    if known is None and one.may_lack and last and now - last < NOT_AGAIN_FOR:
        return "not yet"
    held = visit.polls.validators(one.url, known.sha256) if known and one.conditional else {}
    try:
        url = (
            one.url.replace(KEY, quote(visit.settings.key(visit.report.source), safe="")) if KEY in one.url else one.url
        )
        if one.post:
            response = visit.client.post(url.partition("?")[0], one.post, {"Content-Type": JSON})
        else:
            response = visit.client.get(url, etag=held.get("etag"), last_modified=held.get("last_modified"))
    except NotFound:
        if one.may_lack:
            visit.polls.note(one.url, "", now)
            return "not yet"
        raise
    if response.not_modified and known:
        visit.polls.note(one.url, known.sha256, now)
        return "known"
    return admit(visit, one, response, known)


def admit(visit: Visit, one: Wanted, response: Response, known: Snapshot | None) -> str:
    """Read the answer; archive it under its newest period unless its figures are those that are held."""
    if not one.figures(response.content):
        return "nothing"
    now = visit.settings.clock()
    payload = Payload(response.content, _name(one.url), one.url, seen=now)
    listed = Listed((one.product,), f"{now:%Y-%m}", one.url, one.title, fixed=False, facts=dict(one.facts))
    try:
        with faults_as_refusals(one.url):
            product = recognise(payload)
            if one.product != product.PRODUCT:
                raise ReadError("not_as_claimed", expected=one.product, got=product.PRODUCT, where=one.title)
            reading = product.read(payload)
    except ReadError as error:
        visit.refuse(response.content, listed, response, error)
        if error.code == "keyed":
            visit.report.state, visit.report.reason = "keyed", f"{one.title}: {error.got}. {error.hint}"
            return "keyed"
        return "refused"
    if known and (nothing_new(known, reading) if one.rolling else says_the_same(known, reading)):
        headers = response.headers
        validators = {"etag": headers.get("ETag"), "last_modified": headers.get("Last-Modified")}
        visit.polls.note(one.url, known.sha256, now, **validators)
        return "known"
    visit.admit(response.content, replace(listed, period=reading.release.period), response)
    return "new"


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


def says_the_same(known: Snapshot, reading: Reading) -> bool:
    """Do the archived bytes hold the same figures, statuses, days of publication and records?"""
    before = _before(known)
    return before is not None and _figures(before).equals(_figures(reading)) and _records(before) == _records(reading)


def nothing_new(known: Snapshot, reading: Reading) -> bool:
    """Are all records of an answer in the one before it, whenever they were seen?"""
    if (before := _before(known)) is None:
        return False
    then, now = (_records(each, without=("forecast_seen_at",)) for each in (before, reading))
    return all(set(rows) <= set(then.get(name, ())) for name, rows in now.items())


def _before(known: Snapshot) -> Reading | None:
    """What archived bytes say; None if they cannot be read."""
    payload = Payload(known.read(), _name(known.url), known.url, known.options, known.first_seen)
    try:
        return recognise(payload).read(payload)
    except ReadError:
        return None


def _figures(reading: Reading) -> pl.DataFrame:
    """Figures in an order of their own; a stamp that is newer than the figures is nothing new."""
    return reading.observations.drop(PUBLISHED, strict=False).sort(pl.all())


def _records(reading: Reading, without: Sequence[str] = ()) -> dict[str, list[str]]:
    """Rows of the other tables by name, as text and in an order of their own: a product may hold nothing else."""
    frames = {name: frame.drop(without, strict=False) for name, frame in reading.records.items() if frame.height}
    return {name: sorted(map(str, frame.rows(named=True))) for name, frame in frames.items()}
