"""The archive: every byte ever published that we have seen, written once, never changed.

    archive/<source>/<product>/<period>/<sha256>.<ext>     the bytes
    archive/<source>/<product>/<period>/<sha256>.json      what is known of them: the sidecar
    archive/.sidecars/...                                  a second copy of each sidecar

Bytes go to disk before their sidecar, each by a temporary file, fsync and rename, so that a crash leaves either
nothing, or bytes without a sidecar (found again by the next store or scan), never half of something.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.archive import Quarantine
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
    """One archived release: where its bytes are and the sidecar that explains them."""

    path: Place
    sidecar: Mapping[str, Any]
    created: bool = field(default=False, compare=False)  # by the store() that returned it

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

    @property
    def last_seen(self) -> datetime:
        return datetime.fromisoformat(self.sidecar["last_seen"])

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
        """Keep `content`, bytes or a file; the same bytes of one product are kept once, only their `last_seen` moves.

        `also_at` is a second address that stands for the release (the article of an attachment). `facts` go to the
        sidecar: published, etag, last_modified, http_status, media_type, title, page_stamp, options ...
        Raises ValueError on names that are no plain names (a page cannot choose where it is written).
        """
        for value, pattern in ((source, NAME), (product, NAME), (period, PERIOD), (extension, EXTENSION)):
            if not pattern.fullmatch(value):
                raise ValueError(f"{value!r} cannot be part of an archive path")
        sha256, size = _identity(content)
        moment = now.astimezone(UTC).isoformat(timespec="microseconds")
        with self._lock:
            old = self._index().get((source, product, sha256))
            if old is None:
                moment = max([moment, *self._after(source, product, period)])
                path = self.root / source / product / period / f"{sha256}.{_suffix(extension)}"
                sidecar = {
                    "source": source, "product": product, "period": period, "sha256": sha256, "size": size,
                    "extension": extension, "url": url, "also_at": [], "first_seen": moment, "last_seen": moment,
                    "published": None, **facts,
                }  # fmt: skip
            else:
                path = old.path
                sidecar = {k: v for k, v in old.sidecar.items() if k != "rebuilt"} | {
                    k: v for k, v in facts.items() if v is not None
                }
                sidecar["url"] = sidecar["url"] or url
                sidecar["last_seen"] = max(moment, sidecar["last_seen"])
            others = {url, also_at, *sidecar["also_at"]} - {"", sidecar["url"]}
            sidecar["also_at"] = sorted(others)  # one table may have several addresses
            if not (path.exists() and sha256_of(path) == sha256):
                write_atomic(path, content)
                if isinstance(path, Path):  # so that a lost sidecar does not lose the day of first sight
                    stamp = datetime.fromisoformat(sidecar["first_seen"]).timestamp()
                    os.utime(path, (stamp, stamp))
            snapshot = Snapshot(path, sidecar, created=old is None)
            if old is None or dict(old.sidecar) != sidecar:
                write_atomic(_beside(path), json_bytes(sidecar))
            if old is None or {**old.sidecar, "last_seen": moment} != {**sidecar, "last_seen": moment}:
                write_atomic(_mirror(self.root, path), json_bytes(sidecar))
            self._enter(snapshot)
            return snapshot

    def touch(self, snapshot: Snapshot, now: datetime) -> None:
        """The publisher says that the bytes are still the current ones: move `last_seen`."""
        with self._lock:
            moment = max(now.astimezone(UTC).isoformat(timespec="microseconds"), snapshot.sidecar["last_seen"])
            touched = Snapshot(snapshot.path, {**snapshot.sidecar, "last_seen": moment})
            write_atomic(_beside(snapshot.path), json_bytes(touched.sidecar))
            self._enter(touched)

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
            index = self._index()
            found = [index[key] for key in self._addresses.get(url, ())]
        newest = max(found, key=lambda s: (s.last_seen, s.order()), default=None)
        return newest if newest is not None and self.intact(newest) else None

    def _index(self) -> dict[Key, Snapshot]:
        if self._known is None:
            self._known = {}
            for snapshot in _scan(self.root):
                self._enter(snapshot)
        return self._known

    def _after(self, source: str, product: str, period: str) -> Iterator[str]:
        """Moments that a new edition of a release is younger than, whatever the clock says: those of the others."""
        for held in self._index().values():
            if (held.source, held.product, held.period) == (source, product, period):
                yield (held.first_seen + timedelta(microseconds=1)).isoformat(timespec="microseconds")

    def _enter(self, snapshot: Snapshot) -> None:
        key = (snapshot.source, snapshot.product, snapshot.sha256)
        self._index()[key] = snapshot
        for url in (snapshot.url, *snapshot.sidecar.get("also_at", ())):
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


def _mirror(root: Place, path: Place) -> Place:
    """Where a second copy of the sidecar is: bytes can be fetched again, the day they were first seen cannot."""
    return root.joinpath(MIRROR, *_beside(path).parts[-4:])


def _scan(root: Place) -> Iterator[Snapshot]:
    """Every entry below `root`: bytes with their sidecar (or one rebuilt from the path), and sidecars without bytes."""
    names = {name for name in names_below(root) if len(name) == 4 and SHA256.fullmatch(name[-1].partition(".")[0])}
    beside = {name for name in names if name[-1].endswith(".json") and name[-1].count(".") == 1}
    sidecars = {name: _sidecar(name, content) for name, content in read_many(root, sorted(beside)).items()}
    for parts in names - beside:
        path, name = root.joinpath(*parts), (*parts[:3], f"{parts[3][:64]}.json")
        yield Snapshot(path, sidecars.pop(name, None) or _mirrored(root, name) or _rebuilt(path, parts))
    for (*folder, file), lost in sidecars.items():
        if lost:  # reading it will tell what is wrong
            yield Snapshot(root.joinpath(*folder, f"{file[:64]}.{_suffix(lost.get('extension', 'lost'))}"), lost)


def _mirrored(root: Place, name: tuple[str, ...]) -> dict[str, Any] | None:
    found = read_many(root, [(MIRROR, *name)])
    return _sidecar(name, next(iter(found.values()))) if found else None


def _sidecar(name: tuple[str, ...], content: bytes) -> dict[str, Any] | None:
    """A sidecar; None if it is damaged."""
    try:
        sidecar = json.loads(content)
        datetime.fromisoformat(sidecar["first_seen"]), datetime.fromisoformat(sidecar["last_seen"])
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
        "extension": extension.removeprefix("data."), "url": "", "also_at": [], "first_seen": seen, "last_seen": seen,
        "published": None, "rebuilt": True,
    }  # fmt: skip
