"""The archive: every byte ever published that we have seen, written once, never changed.

    archive/<source>/<product>/<period>/<sha256>.<ext>     the bytes
    archive/<source>/<product>/<period>/<sha256>.json      what is known of them: the sidecar
    archive/.sightings/...                                 where and when they were seen: sightings.py

The sidecar sums up the sightings of its bytes and is made again from them where it is lost.

A sighting goes to disk before its bytes and these before their sidecar, each by a temporary file, fsync and rename.
A crash leaves a sighting without bytes, which tells nothing, or bytes without a sidecar, which is made again from the
sighting: bytes are never there without the day on which they were seen.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flows.archive import sightings
from flows.archive.arrival import Arrived, arriving
from flows.archive.sidecars import beside, iso, scan, suffix, summary, taken_over
from flows.archive.sightings import Sighting
from flows.archive.snapshot import CorruptSnapshot, Key, Snapshot
from warehouse.files import Place, json_bytes, sha256_of, sizes_below, sync_folder, write_atomic

NAME = re.compile(r"[a-z0-9][a-z0-9_]*(\.[a-z0-9_]+)*")
PERIOD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
EXTENSION = re.compile(r"[a-z0-9]{1,8}")
VALIDATORS = {"etag", "last_modified", "http_status", "media_type"}
"""Facts of an answer, not of the bytes: a poll may bring others without anything being said."""


class Archive:
    """Write-once snapshots below `root`. Safe for threads of one process; one writing process at a time."""

    def __init__(self, root: Place, noticed: Callable[[], object] = lambda: None) -> None:
        """`noticed` is called for each snapshot that is new."""
        self.root, self._noticed = root, noticed
        self._lock = threading.Lock()
        self._known: dict[Key, Snapshot] | None = None
        self._addresses: dict[str, set[Key]] = {}

    def store(
        self,
        content: bytes | Arrived,
        *,
        source: str,
        product: str,
        period: str,
        extension: str,
        url: str,
        now: datetime,
        also_at: str = "",
        **facts: Any,
    ) -> Snapshot:
        """Keep `content`, bytes or a file that came by `arriving`; the same bytes of one product are kept once.

        A sighting is written where the address did not show these bytes last, or a person says something new of them.
        `also_at` is a second address that stands for the release (the article of an attachment). `facts` go to the
        sidecar: published, etag, last_modified, http_status, media_type, title, page_stamp, options ...
        Raises ValueError on names that are no plain names (a page cannot choose where it is written).
        """
        for value, pattern in ((source, NAME), (product, NAME), (period, PERIOD), (extension, EXTENSION)):
            if not pattern.fullmatch(value):
                raise ValueError(f"{value!r} cannot be part of an archive path")
        if isinstance(content, Arrived):
            sha256, size = content.sha256, content.size
        else:
            sha256, size = hashlib.sha256(content).hexdigest(), len(content)
        facts = {name: value for name, value in facts.items() if value is not None}
        with self._lock:
            old = self._index().get((source, product, sha256))
            path = old.path if old else self.root / source / product / period / f"{sha256}.{suffix(extension)}"
            seen = old.sightings if old else ()
            if old is None or self._says_something(old, url, facts):
                moment = max([iso(now), *self._after(source, product, period, by_hand=not url)])
                kept = facts | {"size": size, "extension": extension} | ({"also_at": also_at} if also_at else {})
                seen = (*seen, Sighting(source, product, period, sha256, moment, url, kept))
            sidecar = summary(seen, old.sidecar if old else {})
            for sighting in seen[len(old.sightings) if old else 0 :]:
                sightings.write(self.root, sighting)
            if not (path.exists() and sha256_of(path) == sha256):
                _put(content, path)
                if isinstance(path, Path):  # so that a lost sidecar does not lose the day of first sight
                    stamp = datetime.fromisoformat(sidecar["first_seen"]).timestamp()
                    os.utime(path, (stamp, stamp))
            if old is None or dict(old.sidecar) != sidecar:
                write_atomic(beside(path), json_bytes(sidecar))
            snapshot = Snapshot(path, sidecar, created=old is None, sightings=seen)
            self._enter(snapshot)
        if snapshot.created:
            self._noticed()
        return snapshot

    def arriving(self, path: Path) -> AbstractContextManager[Callable[[], Arrived]]:
        """Begin to take in a file whose release is not known yet, see arrival.py."""
        return arriving(path, self.root)

    def _says_something(self, old: Snapshot, url: str, facts: Mapping[str, Any]) -> bool:
        """Is seeing known bytes at `url` a sighting: others were there, or a person says something new of them?"""
        if old.sidecar.get("rebuilt") or (url and self._shown(url) != old.sha256):
            return True
        return any(old.sidecar.get(name) != value for name, value in facts.items() if name not in VALIDATORS)

    def _shown(self, url: str) -> str | None:
        """Hash of the bytes that an address showed last."""
        newest = self._newest(url)
        return newest.sha256 if newest else None

    def _newest(self, url: str) -> Snapshot | None:
        index = self._index()  # fills the addresses too
        found = [index[key] for key in self._addresses.get(url, ())]
        return max(found, key=lambda s: (s.last_at(url), s.order()), default=None)

    def snapshots(self) -> list[Snapshot]:
        """All snapshots, sorted by product, period, first_seen and hash."""
        with self._lock:
            return sorted(self._index().values(), key=Snapshot.order)

    def damaged(self) -> list[Snapshot]:
        """Snapshots whose file is gone or has not the size that was stored: what can be seen without reading it."""
        sizes = sizes_below(self.root)
        return [s for s in self.snapshots() if sizes.get(tuple(s.path.parts[-4:])) != s.sidecar.get("size")]

    def intact(self, snapshot: Snapshot) -> bool:
        """Are the bytes still what was stored?"""
        try:
            snapshot.verify()
        except CorruptSnapshot:
            return False
        return True

    def at(self, url: str) -> Snapshot | None:
        """The snapshot last seen at an address; None if there is none or its bytes are damaged (fetch it again)."""
        with self._lock:
            newest = self._newest(url)
        return newest if newest is not None and self.intact(newest) else None

    def _index(self) -> dict[Key, Snapshot]:
        if self._known is None:
            self._known = {}
            for snapshot in taken_over(list(scan(self.root))):
                self._enter(snapshot)
        return self._known

    def _after(self, source: str, product: str, period: str, *, by_hand: bool) -> Iterator[str]:
        """Moments that a new edition of a release is younger than, whatever the clock says: those of the others. Files
        that are handed over together keep their order."""
        for held in self._index().values():
            same = (held.source, held.product, held.period) == (source, product, period)
            if same or (by_hand and any(not one.address for one in held.sightings)):
                for sighting in held.sightings:
                    yield iso(sighting.moment + timedelta(microseconds=1))

    def _enter(self, snapshot: Snapshot) -> None:
        self._index()[snapshot.key] = snapshot
        for url in {snapshot.url, *snapshot.sidecar.get("also_at", ())} - {""}:
            self._addresses.setdefault(url, set()).add(snapshot.key)


def _put(content: bytes | Arrived, path: Place) -> None:
    if isinstance(content, Arrived) and content.copied and isinstance(path, Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        content.copied.replace(path)  # it is durable already
        sync_folder(path.parent)
    else:
        write_atomic(path, content.path if isinstance(content, Arrived) else content)
