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
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.archive import sightings
from flows.archive.quarantine import Quarantine
from flows.archive.sightings import Sighting
from warehouse.files import (
    SHA256,
    WRITING,
    Place,
    json_bytes,
    names_below,
    read_many,
    sha256_of,
    sizes_below,
    write_atomic,
)

__all__ = ["Archive", "CorruptSnapshot", "Quarantine", "Snapshot", "write_atomic"]

NAME = re.compile(r"[a-z0-9][a-z0-9_]*(\.[a-z0-9_]+)*")
PERIOD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
EXTENSION = re.compile(r"[a-z0-9]{1,8}")
MIRROR = ".sidecars"
"""Second copies of sidecars, which earlier versions kept in place of sightings."""
VALIDATORS = {"etag", "last_modified", "http_status", "media_type"}
"""Facts of an answer, not of the bytes: a poll may bring others without anything being said."""
Key = tuple[str, str, str]
"""Source, product, hash: the same bytes of one product are one snapshot, whatever period or address."""


class CorruptSnapshot(Exception):
    """The archived bytes are not what was stored under their hash."""

    def __init__(self, path: Place, came: str, url: str = "") -> None:
        self.path, self.came, self.url = path, came, url
        again = f"the next online run fetches it again from {url}" if url else "ingest the file again"
        super().__init__(f"{path}: {came}. Not used; {again}, or restore it from a backup.")


@dataclass(frozen=True)
class Snapshot:
    """One archived release: where its bytes are, the sidecar that explains them, and its sightings in their order."""

    path: Place
    sidecar: Mapping[str, Any]
    created: bool = field(default=False, compare=False)  # by the store() that returned it
    sightings: tuple[Sighting, ...] = ()

    @property
    def options(self) -> dict[str, str]:
        """What only the person who brought it knew: flow, period, columns ..."""
        return self.sidecar.get("options") or {}

    @property
    def source(self) -> str:
        return str(self.sidecar["source"])

    @property
    def product(self) -> str:
        return str(self.sidecar["product"])

    @property
    def period(self) -> str:
        return str(self.sidecar["period"])

    @property
    def sha256(self) -> str:
        return str(self.sidecar["sha256"])

    @property
    def url(self) -> str:
        return str(self.sidecar.get("url", ""))

    @property
    def release_id(self) -> str:
        return f"{self.product}/{self.period}/{self.sha256[:12]}"

    @property
    def first_seen(self) -> datetime:
        return datetime.fromisoformat(self.sidecar["first_seen"])

    def last_at(self, url: str) -> str:
        """ISO time of the last sighting at an address; "" if there was none."""
        return max((s.seen for s in self.sightings if url in (s.address, s.facts.get("also_at"))), default="")

    def read(self) -> bytes:
        """The bytes. Raises CorruptSnapshot when they are lost, cut or altered."""
        with self._there():
            content = self.path.read_bytes()
        self._expect(hashlib.sha256(content).hexdigest(), len(content))
        return content

    @contextmanager
    def on_disk(self, folder: Path) -> Iterator[Path]:
        """The bytes as a file of this machine: where they are, or a copy in `folder` as long as it is needed.

        Raises CorruptSnapshot as `read`.
        """
        if isinstance(self.path, Path):
            self.verify()
            yield self.path
            return
        copy = folder / f"{WRITING}{self.sha256}"
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with self._there():
                self.path.fs.get_file(self.path.path, str(copy))
            self._expect(sha256_of(copy), copy.stat().st_size)
            yield copy
        finally:
            copy.unlink(missing_ok=True)

    def verify(self) -> None:
        """Look at every byte, whatever their number. Raises CorruptSnapshot as `read`."""
        with self._there():
            self._expect(sha256_of(self.path), self.path.stat().st_size)

    @contextmanager
    def _there(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise CorruptSnapshot(self.path, "the archived file is gone", self.url) from None

    def _expect(self, digest: str, size: int) -> None:
        if digest != self.sha256:
            came = f"{size:,} bytes with hash {digest[:12]}…, expected {self.sha256[:12]}…"
            raise CorruptSnapshot(self.path, came, self.url)

    def order(self) -> tuple[str, str, datetime, str]:
        return self.product, self.period, self.first_seen, self.sha256


class Archive:
    """Write-once snapshots below `root`. Safe for threads of one process; one writing process at a time."""

    def __init__(self, root: Place) -> None:
        self.root = root
        self._lock = threading.Lock()
        self._known: dict[Key, Snapshot] | None = None
        self._addresses: dict[str, set[Key]] = {}

    def store(
        self,
        content: bytes | Path,
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
        """Keep `content`, bytes or a file; the same bytes of one product are kept once.

        A sighting is written where the address did not show these bytes last, or a person says something new of them.
        `also_at` is a second address that stands for the release (the article of an attachment). `facts` go to the
        sidecar: published, etag, last_modified, http_status, media_type, title, page_stamp, options ...
        Raises ValueError on names that are no plain names (a page cannot choose where it is written).
        """
        for value, pattern in ((source, NAME), (product, NAME), (period, PERIOD), (extension, EXTENSION)):
            if not pattern.fullmatch(value):
                raise ValueError(f"{value!r} cannot be part of an archive path")
        sha256, size = _identity(content)
        facts = {name: value for name, value in facts.items() if value is not None}
        with self._lock:
            old = self._index().get((source, product, sha256))
            path = old.path if old else self.root / source / product / period / f"{sha256}.{_suffix(extension)}"
            seen = old.sightings if old else ()
            if old is None or self._says_something(old, url, facts):
                moment = max([_iso(now), *self._after(source, product, period, by_hand=not url)])
                kept = facts | {"size": size, "extension": extension} | ({"also_at": also_at} if also_at else {})
                seen = (*seen, Sighting(source, product, period, sha256, moment, url, kept))
            sidecar = _summary(seen, old.sidecar if old else {})
            for sighting in seen[len(old.sightings) if old else 0 :]:
                sightings.write(self.root, sighting)
            if not (path.exists() and sha256_of(path) == sha256):
                write_atomic(path, content)
                if isinstance(path, Path):  # so that a lost sidecar does not lose the day of first sight
                    stamp = datetime.fromisoformat(sidecar["first_seen"]).timestamp()
                    os.utime(path, (stamp, stamp))
            if old is None or dict(old.sidecar) != sidecar:
                write_atomic(_beside(path), json_bytes(sidecar))
            snapshot = Snapshot(path, sidecar, created=old is None, sightings=seen)
            self._enter(snapshot)
            return snapshot

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
            for snapshot in _taken_over(list(_scan(self.root))):
                self._enter(snapshot)
        return self._known

    def _after(self, source: str, product: str, period: str, *, by_hand: bool) -> Iterator[str]:
        """Moments that a new edition of a release is younger than, whatever the clock says: those of the others. Files
        that are handed over together keep their order."""
        for held in self._index().values():
            same = (held.source, held.product, held.period) == (source, product, period)
            if same or (by_hand and any(not one.address for one in held.sightings)):
                for sighting in held.sightings:
                    yield _iso(sighting.moment + timedelta(microseconds=1))

    def _enter(self, snapshot: Snapshot) -> None:
        key = (snapshot.source, snapshot.product, snapshot.sha256)
        self._index()[key] = snapshot
        for url in {snapshot.url, *snapshot.sidecar.get("also_at", ())} - {""}:
            self._addresses.setdefault(url, set()).add(key)


def _identity(content: bytes | Path) -> tuple[str, int]:
    """Hash and size."""
    if isinstance(content, Path):
        return sha256_of(content), content.stat().st_size
    return hashlib.sha256(content).hexdigest(), len(content)


def _suffix(extension: str) -> str:
    """JSON releases must not collide with their sidecars."""
    return "data.json" if extension == "json" else extension


def _beside(path: Place) -> Place:
    """Where the sidecar of archived bytes is."""
    return path.with_name(path.name.partition(".")[0] + ".json")


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _summary(seen: tuple[Sighting, ...], known: Mapping[str, Any]) -> dict[str, Any]:
    """The sidecar that the sightings of some bytes amount to; `known` is what it held before."""
    first = seen[0]
    said: dict[str, Any] = {k: v for k, v in known.items() if k not in ("rebuilt", "last_seen")}
    addresses = [said.get("url", ""), *said.get("also_at", ())]
    for sighting in seen:
        said |= {name: value for name, value in sighting.facts.items() if name != "also_at"}
        addresses += [sighting.address, sighting.facts.get("also_at", "")]
    named = [address for address in dict.fromkeys(addresses) if address]
    return {"published": None, **said} | {
        "source": first.source, "product": first.product, "sha256": first.sha256,
        "period": known.get("period", first.period), "first_seen": known.get("first_seen", first.seen),
        "url": named[0] if named else "", "also_at": sorted(named[1:]),
    }  # fmt: skip


def _scan(root: Place) -> Iterator[Snapshot]:
    """Every entry below `root`: bytes with their sidecar (or what sightings and path still say), and sidecars without
    bytes."""
    there = names_below(root)
    seen: dict[Key, list[Sighting]] = {}
    for sighting in sightings.parse(read_many(root, sorted(n for n in there if sightings.is_sighting(n))).values()):
        seen.setdefault((sighting.source, sighting.product, sighting.sha256), []).append(sighting)
    names = {name for name in there if len(name) == 4 and SHA256.fullmatch(name[-1].partition(".")[0])}
    beside = {name for name in names if name[-1].endswith(".json") and name[-1].count(".") == 1}
    sidecars = {name: _sidecar(name, content) for name, content in read_many(root, sorted(beside)).items()}
    for parts in names - beside:
        path, name = root.joinpath(*parts), (*parts[:3], f"{parts[3][:64]}.json")
        known = tuple(seen.get((parts[0], parts[1], parts[3][:64]), ()))
        sidecar = sidecars.pop(name, None) or _recovered(root, name, known) or _rebuilt(path, parts)
        yield Snapshot(path, sidecar, sightings=known)
    for (*folder, file), lost in sidecars.items():
        if lost:  # reading it will tell what is wrong
            known = tuple(seen.get((folder[0], folder[1], file[:64]), ()))
            path = root.joinpath(*folder, f"{file[:64]}.{_suffix(lost.get('extension', 'lost'))}")
            yield Snapshot(path, lost, sightings=known)


def _recovered(root: Place, name: tuple[str, ...], seen: tuple[Sighting, ...]) -> dict[str, Any] | None:
    """A sidecar that is lost, from the sightings or from the second copy of an earlier version."""
    if seen:
        return _summary(seen, {"period": name[2]})
    found = read_many(root, [(MIRROR, *name)])
    return _sidecar(name, next(iter(found.values()))) if found else None


def _taken_over(found: list[Snapshot]) -> list[Snapshot]:
    """The same with sightings for entries of earlier versions, whose sidecars knew the first and the last sight only.

    Where an address showed others in between, the last sight of the older bytes is their coming back.
    """
    others: dict[str, list[str]] = {}
    for snapshot in found:
        others.setdefault(snapshot.url, []).append(snapshot.sidecar["first_seen"])
    made = []
    for snapshot in found:
        first, last = snapshot.sidecar["first_seen"], snapshot.sidecar.get("last_seen", "")
        if snapshot.sightings:
            made.append(snapshot)
            continue
        kept = {k: v for k, v in snapshot.sidecar.items() if k in ("published", "title", "options", "ingested_name")}
        back = snapshot.url and any(first < other < last for other in others[snapshot.url])
        names = (snapshot.source, snapshot.product, snapshot.period, snapshot.sha256)
        seen = tuple(Sighting(*names, day, snapshot.url, kept) for day in ([first, last] if back else [first]))
        made.append(replace(snapshot, sightings=seen))
    return made


def _sidecar(name: tuple[str, ...], content: bytes) -> dict[str, Any] | None:
    """A sidecar; None if it is damaged."""
    try:
        sidecar = json.loads(content)
        datetime.fromisoformat(sidecar["first_seen"])
        return sidecar if sidecar["sha256"] == name[3][:64] and sidecar["source"] and sidecar["product"] else None
    except (ValueError, KeyError, TypeError):
        return None


def _rebuilt(path: Place, name: tuple[str, ...]) -> dict[str, Any]:
    """What path and file time still say when the sidecar is lost; the next store completes it."""
    source, product, period, _ = name
    stat = path.stat()
    seen = datetime.fromtimestamp(stat.st_mtime, UTC).isoformat(timespec="microseconds")
    sha256, _, extension = path.name.partition(".")
    return {
        "source": source, "product": product, "period": period, "sha256": sha256, "size": stat.st_size,
        "extension": extension.removeprefix("data."), "url": "", "also_at": [], "first_seen": seen,
        "published": None, "rebuilt": True,
    }  # fmt: skip
