"""The archive: every byte ever published that we have seen, written once, never changed.

    archive/<source>/<product>/<period>/<sha256>.<ext>     the bytes
    archive/<source>/<product>/<period>/<sha256>.json      what is known of them: the sidecar
    archive/.sidecars/...                                  a second copy of each sidecar

Bytes go to disk before their sidecar, each by a temporary file, fsync and rename, so that a crash leaves either
nothing, or bytes without a sidecar (found again by the next store or scan), never half of something.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flows.files import WRITING, json_bytes, sha256_of, write_atomic

__all__ = ["Archive", "CorruptSnapshot", "Quarantine", "Snapshot", "write_atomic"]

NAME = re.compile(r"[a-z0-9][a-z0-9_]*(\.[a-z0-9_]+)*")
PERIOD = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
EXTENSION = re.compile(r"[a-z0-9]{1,8}")
MIRROR = ".sidecars"
SHA256 = re.compile(r"[0-9a-f]{64}")
Key = tuple[str, str, str]
"""Source, product, hash: the same bytes of one product are one snapshot, whatever period or address."""


class CorruptSnapshot(Exception):
    """The archived bytes are not what was stored under their hash."""

    def __init__(self, path: Path, came: str, url: str = "") -> None:
        self.path, self.came, self.url = path, came, url
        again = f"the next online run fetches it again from {url}" if url else "ingest the file again"
        super().__init__(f"{path}: {came}. Not used; {again}, or restore it from a backup.")


@dataclass(frozen=True)
class Snapshot:
    """One archived release: where its bytes are and the sidecar that explains them."""

    path: Path
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
    def first_seen(self) -> datetime:
        return datetime.fromisoformat(self.sidecar["first_seen"])

    @property
    def last_seen(self) -> datetime:
        return datetime.fromisoformat(self.sidecar["last_seen"])

    def order(self) -> tuple[str, str, datetime, str]:
        return self.product, self.period, self.first_seen, self.sha256


class Archive:
    """Write-once snapshots below `root`. Safe for threads of one process; one writing process at a time."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
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
                stamp = datetime.fromisoformat(sidecar["first_seen"]).timestamp()
                os.utime(path, (stamp, stamp))  # so that a lost sidecar does not lose the day of first sight
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

    def read(self, snapshot: Snapshot) -> bytes:
        """The bytes of a snapshot. Raises CorruptSnapshot when they are lost, cut or altered."""
        return self.path(snapshot).read_bytes()

    def path(self, snapshot: Snapshot) -> Path:
        """Where the bytes of a snapshot are, after looking at every one. Raises CorruptSnapshot as `read`."""
        try:
            digest = sha256_of(snapshot.path)
        except FileNotFoundError:
            raise CorruptSnapshot(snapshot.path, "the archived file is gone", snapshot.url) from None
        if digest != snapshot.sha256:
            size = snapshot.path.stat().st_size
            came = f"{size:,} bytes with hash {digest[:12]}…, expected {snapshot.sha256[:12]}…"
            raise CorruptSnapshot(snapshot.path, came, snapshot.url)
        return snapshot.path

    def damaged(self) -> list[Snapshot]:
        """Snapshots whose file is gone or has not the size that was stored: what can be seen without reading it."""
        return [s for s in self.snapshots() if not (s.path.exists() and s.path.stat().st_size == s.sidecar.get("size"))]

    def intact(self, snapshot: Snapshot) -> bool:
        """Are the bytes still what was stored?"""
        try:
            self.path(snapshot)
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

    def sweep(self) -> None:
        """Remove what killed writers left half-written. Call it while holding the lock of the run."""
        for path in self.root.rglob(f"{WRITING}*"):
            path.unlink(missing_ok=True)

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


def _beside(path: Path) -> Path:
    """Where the sidecar of archived bytes is."""
    return path.with_name(path.name.partition(".")[0] + ".json")


def _mirror(root: Path, path: Path) -> Path:
    """Where a second copy of the sidecar is: bytes can be fetched again, the day they were first seen cannot."""
    return root / MIRROR / _beside(path).relative_to(root)


def _scan(root: Path) -> Iterator[Snapshot]:
    """Every entry below `root`: bytes with their sidecar (or one rebuilt from the path), and sidecars without bytes."""
    for folder, _, files in os.walk(root):
        place = Path(folder).relative_to(root).parts
        if len(place) != 3:
            continue
        hashes = {name for name in files if SHA256.fullmatch(name.partition(".")[0])}
        sidecars = {name for name in hashes if name.endswith(".json") and name.count(".") == 1}
        for name in hashes - sidecars:
            path = Path(folder, name)
            yield Snapshot(path, _sidecar(_beside(path)) or _sidecar(_mirror(root, path)) or _rebuilt(path, place))
        for lost in sidecars - {f"{name[:64]}.json" for name in hashes - sidecars}:
            sidecar = _sidecar(Path(folder, lost))
            if sidecar:  # reading it will tell what is wrong
                yield Snapshot(Path(folder, f"{lost[:64]}.{_suffix(sidecar.get('extension', 'lost'))}"), sidecar)


def _sidecar(path: Path) -> dict[str, Any] | None:
    """A sidecar; None if it is missing or damaged."""
    try:
        sidecar = json.loads(path.read_bytes())
        datetime.fromisoformat(sidecar["first_seen"]), datetime.fromisoformat(sidecar["last_seen"])
        return sidecar if sidecar["sha256"] == path.stem and sidecar["source"] and sidecar["product"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _rebuilt(path: Path, place: tuple[str, ...]) -> dict[str, Any]:
    """What path and file time still say when the sidecar is lost; the next store completes it."""
    source, product, period = place
    stat = path.stat()
    seen = datetime.fromtimestamp(stat.st_mtime, UTC).isoformat(timespec="microseconds")
    sha256, _, extension = path.name.partition(".")
    return {
        "source": source, "product": product, "period": period, "sha256": sha256, "size": stat.st_size,
        "extension": extension.removeprefix("data."), "url": "", "also_at": [], "first_seen": seen, "last_seen": seen,
        "published": None, "rebuilt": True,
    }  # fmt: skip


class Quarantine:
    """Releases that were refused, with the reason: `<sha256>.json`, and `<sha256>.bin` where we have the bytes."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)

    def put(self, sha256: str, content: bytes | Path | None, reason: Mapping[str, Any]) -> None:
        """Refuse a release. The same refusal twice changes nothing."""
        if not SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r} is no SHA-256")
        path = self.root / f"{sha256}.json"
        old = self._reason(path)
        new = {**reason, **{k: old[k] for k in ("since",) if k in old}, "sha256": sha256}
        if content is not None and not path.with_suffix(".bin").exists():
            write_atomic(path.with_suffix(".bin"), content)
        if old != new:
            write_atomic(path, json_bytes(new))

    def items(self) -> list[dict[str, Any]]:
        """The reasons, sorted by hash; each has `sha256` and, where the bytes are here, `path`."""
        found = []
        for path in sorted(self.root.glob("*.json")):
            reason = self._reason(path)
            content = path.with_suffix(".bin")
            found.append({**reason, "sha256": path.stem, **({"path": str(content)} if content.exists() else {})})
        return found

    def read(self, sha256: str) -> bytes | None:
        """The refused bytes, if they are here and whole."""
        with contextlib.suppress(FileNotFoundError):
            content = (self.root / f"{sha256}.bin").read_bytes()
            return content if hashlib.sha256(content).hexdigest() == sha256 else None
        return None

    def drop(self, sha256: str) -> None:
        """Forget a refusal, because the release is now accepted."""
        for suffix in (".json", ".bin"):
            (self.root / f"{sha256}{suffix}").unlink(missing_ok=True)

    @staticmethod
    def _reason(path: Path) -> dict[str, Any]:
        try:
            reason = json.loads(path.read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            return {"code": "unreadable_reason"}
        return reason if isinstance(reason, dict) else {"code": "unreadable_reason"}
