"""What all sources do alike: look at an address, keep the bytes if they are what they claim, explain if not."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from bs4 import BeautifulSoup

from flows.archive import Archive, Quarantine, Snapshot
from flows.archive.polls import Polls
from flows.http.client import Client
from flows.http.errors import Blocked, FetchError
from flows.http.transfer import Response
from flows.run.reading import faults_as_refusals
from flows.settings import Settings
from flows.sources.revisits import planned
from flows.sources.source import Source
from transforms.model import Payload, ReadError
from transforms.products import Product, all_products, recognise
from transforms.refusals import refuse_bomb

Progress = Callable[..., None]
"""Takes (text, done, total): what is being fetched, and which of how many."""
State = Literal["reachable", "unreachable", "blocked", "keyed", "suspended", "failed"]
"""`keyed`: the service wants a key that is not set. `failed`: for a reason of ours, such as code that breaks or an
address that is not the source's own."""

RECHECK = timedelta(days=35)
"""Until the next month's release a page is looked at in every visit; after that as revisits.py plans."""
NOT_AGAIN_FOR = timedelta(hours=3)
"""In the days of a release the indexes are asked every half hour; the pages we hold need not be."""
DOORS = 3
"""Blocked pages after which no more are asked for: one alone may be a quirk (cbr README 4.9 tells of a workbook)."""
PATIENCE = 40.0
"""Seconds of requests and pauses after which an ordinary visit leaves the rest to the next; backfill has no limit."""


@dataclass
class SourceReport:
    """How a visit to a source went."""

    source: str
    state: State = "reachable"
    reason: str = ""
    new: list[Snapshot] = field(default_factory=list)
    seen: int = 0  # releases listed that are in scope
    requests: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)  # reasons of what newly went to quarantine
    notes: list[str] = field(default_factory=list)  # single pages that failed, with the reason

    @property
    def good(self) -> bool:
        """Nobody is needed: the source answered, or it was not asked again so soon."""
        return self.state in ("reachable", "suspended")

    def facts(self) -> dict[str, Any]:
        """The visit as a row of the run report."""
        return vars(self) | {"new": len(self.new)}


@dataclass(frozen=True)
class Listed:
    """A release as an index lists it: what it claims to be and where it is."""

    products: tuple[str, ...]  # what its title may mean; more than one where two tables share a name
    period: str
    url: str
    title: str = ""
    also_at: str = ""  # another address that stands for it, e.g. the article an attachment belongs to
    fixed: bool = True  # does not change once published; False for files overwritten in place
    facts: dict[str, Any] = field(default_factory=dict)  # for the sidecar, e.g. published

    @property
    def claim(self) -> str:
        return " or ".join(self.products)


REFUSED_KEY = (401, 403)
"""What a service that wants a key answers to a wrong one, and to one whose plan has not what is asked for."""
MAGIC = {b"PK\x03\x04": "xlsx", b"\xd0\xcf\x11\xe0": "xls", b"%PDF": "pdf", b"Rar!": "rar", b"<?xml": "xml"}


def extension(content: bytes, usual: str) -> str:
    """What to call the archived file: one table may come as a page and as a workbook."""
    return next((name for magic, name in MAGIC.items() if content.startswith(magic)), usual)


def soup(content: bytes, url: str) -> BeautifulSoup:
    """The document of an index or article page. ReadError `bomb` for a page made to exhaust the parser."""
    refuse_bomb(Payload(content, name=url))
    return BeautifulSoup(content, "lxml")


class Visit:
    """One visit to one source in one run, for the periods `since`..`until` (YYYY-MM); without them for what is new."""

    def __init__(
        self,
        source: Source,
        base: str,
        client: Client,
        settings: Settings,
        archive: Archive,
        progress: Progress | None = None,
        *,
        since: str | None = None,
        until: str | None = None,
    ) -> None:
        self.base = base  # address of the source's site
        self.client, self.archive, self.settings = client, archive, settings
        self.since, self.until = since, until
        self._source = source
        self.report = SourceReport(source.id)
        self.progress = progress or (lambda *_: None)
        self.polls = Polls(settings.root / "cache" / "polls", source.id)
        self._quarantine = Quarantine(settings.quarantine)
        self._refused = {item["url"]: item for item in self._quarantine.items() if item.get("url") and "path" in item}

    def conclude(self) -> SourceReport:
        """Discover what is new; whatever stops that becomes the state of the source with its reason."""
        before = self.client.requests
        try:
            self._source.discover(self)
            if not self.since:
                self._revisit()
        except FetchError as error:
            self.report.state = "blocked" if isinstance(error, Blocked) else "unreachable"
            self.report.reason = error.reason
            if self._source.keyed and error.status in REFUSED_KEY:
                self.report.state = "keyed"
                variable = f"PORTVAULT_{self._source.id.upper()}_KEY"
                self.report.reason += f" {variable}: is the key valid, and does its plan have this?"
        except ReadError as error:  # an index that is not one: nothing can be said about its releases
            self.report.state, self.report.reason = "blocked", str(error)
        self.report.requests = self.client.requests - before
        if self.client.not_allowed:
            self.report.state, self.report.reason = "failed", self.client.not_allowed[0]
        self.polls.save()
        return self.report

    def _revisit(self) -> None:
        """Ask again for old pages whose product is revised in place."""
        own = [s for s in self.archive.snapshots() if s.source == self.report.source]
        for old in planned(own, self.polls, self.settings.clock()):
            title = str(old.sidecar.get("title") or "")
            again = Listed((old.product,), old.period, old.url, title, fixed=False)
            with self.going_on(f"{old.product} {old.period}, asked again", old.url):
                self.take(again)

    def take_all(
        self,
        listed: list[Listed],
        after: Callable[[Visit, Listed, Snapshot], None] = lambda visit, listed, got: None,
        patience: float = float("inf"),
    ) -> None:
        """Take each release, then do what comes `after` it; go on after single failures, stop when the host is dead.

        A blocked page makes the visit `blocked`; at the DOORS-th the shield is taken to be up, and the visit ends.
        After `patience` seconds of requests the rest is left to the next visit, with a note.
        """
        shut = 0
        for number, release in enumerate(listed, 1):
            if self.client.busy > patience:
                left = [other for other in listed[number - 1 :] if self.archive.at(other.url) is None]
                if left:
                    self.report.notes.append(f"{len(left)} older releases are left to the next runs, or to backfill")
                return
            self.progress(release.title or release.url, number, len(listed))
            try:
                with self.going_on(f"{release.claim} {release.period}", release.url):
                    if snapshot := self.take(release):
                        after(self, release, snapshot)
            except Blocked as error:
                shut += 1
                if shut == DOORS:
                    raise
                self.report.state, self.report.reason = "blocked", error.reason

    @contextmanager
    def going_on(self, what: str, url: str) -> Iterator[None]:
        """Turn a single failure into a note; a block, and a host that is gone, end the visit."""
        try:
            yield
        except Blocked:
            raise
        except FetchError as error:
            self.report.notes.append(f"{what}: {error.reason}")
            if self.client.is_dead(url):
                raise

    def take(self, release: Listed) -> Snapshot | None:
        """The snapshot of a listed release, fetched if it is new or recent; None if it is refused.

        Raises a FetchError if the site does not give it.
        """
        self.report.seen += 1
        now = self.settings.clock()
        if release.fixed and (settled := self.settled(release.url)):
            return settled
        known = self.archive.at(release.url)
        refused = self._refused.get(release.url)
        kept = None if refused is None else self._quarantine.read(refused["sha256"])
        if refused and kept is not None and known is None and release.fixed and _age(refused, now) > RECHECK:
            return self.admit(kept, release, Response(304, b"", {}, release.url))  # too old to be mended by now
        memory: Mapping[str, Any] = refused if refused and kept is not None else {}
        if known:
            memory = self.polls.validators(release.url, known.sha256) or known.sidecar
        response = self.client.get(release.url, etag=memory.get("etag"), last_modified=memory.get("last_modified"))
        if not response.not_modified:
            return self.admit(response.content, release, response)
        if known is not None:
            self.polls.note(release.url, known.sha256, now)
            return known
        assert kept is not None  # validators were sent, so the bytes were here
        return self.admit(kept, release, response)  # refused before; the reader may have learnt since

    def settled(self, url: str) -> Snapshot | None:
        """The archived release of an address, if it is too old to have changed, or was looked at just now."""
        known = self.archive.at(url)
        if known is None:
            return None
        now = self.settings.clock()
        last = self.polls.asked(url) or known.first_seen
        looked = now - last < NOT_AGAIN_FOR and now >= last
        return known if looked or now - known.first_seen > RECHECK else None

    def admit(self, content: bytes, release: Listed, response: Response) -> Snapshot | None:
        """Archive the bytes as the product they claim to be; otherwise quarantine them with the reason."""
        try:
            with faults_as_refusals(release.url):
                product = self._product(content, release)
            if product.PRODUCT not in release.products:
                raise ReadError(
                    "not_as_claimed", expected=release.claim, got=product.PRODUCT, where=release.title,
                    hint="The site links another table here. `portvault ingest` takes it as what it is.",
                )  # fmt: skip
        except ReadError as error:
            self.refuse(content, release, response, error)
            return None
        if release.url in self._refused:
            self._quarantine.drop(self._refused.pop(release.url)["sha256"])
        snapshot = self.archive.store(
            content, source=self.report.source, product=product.PRODUCT, period=release.period,
            extension=extension(content, product.EXTENSION), url=release.url, now=self.settings.clock(),
            also_at=release.also_at, **_facts(release, response),
        )  # fmt: skip
        if release.url:
            headers = response.headers
            self.polls.note(release.url, snapshot.sha256, self.settings.clock(),
                            etag=headers.get("ETag"), last_modified=headers.get("Last-Modified"))  # fmt: skip
        if snapshot.created:
            self.report.new.append(snapshot)
        return snapshot

    def _product(self, content: bytes, release: Listed) -> Product:
        """What the bytes are: what they were if the address shows those that it showed last, else what recognises them.

        Raises ReadError if they are nothing that is known.
        """
        known = self.archive.at(release.url)
        if known and known.product in release.products and known.sha256 == hashlib.sha256(content).hexdigest():
            return all_products()[known.product]
        return recognise(Payload(content, name=release.url.rpartition("/")[2], url=release.url))

    def refuse(self, content: bytes, release: Listed, response: Response, error: ReadError) -> None:
        """Put the bytes into quarantine."""
        reason = {
            "source": self.report.source, "product": release.claim, "period": release.period, "url": release.url,
            "since": self.settings.clock().isoformat(), **asdict(error.refusal), **_facts(release, response),
        }  # fmt: skip
        sha256 = hashlib.sha256(content).hexdigest()
        before = self._refused.get(release.url, {})
        self._quarantine.put(sha256, content, reason)
        if (before.get("sha256"), before.get("code")) != (sha256, error.code):
            self.report.refused.append(reason)  # told when it happens, not on every visit


def _age(refusal: dict[str, Any], now: datetime) -> timedelta:
    try:
        return now - datetime.fromisoformat(str(refusal.get("since")))
    except (ValueError, TypeError):
        return timedelta(0)


def _facts(release: Listed, response: Response) -> dict[str, Any]:
    """What the sidecar keeps of the answer."""
    headers = response.headers
    return {
        "http_status": 200, "etag": headers.get("ETag"), "last_modified": headers.get("Last-Modified"),
        "media_type": headers.get("Content-Type"), "title": release.title or None, **release.facts,
    }  # fmt: skip
