"""One archived release: its bytes, and what is known of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.archive.sightings import Sighting
from warehouse.files import WRITING, Place, sha256_of

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
    def key(self) -> Key:
        return self.source, self.product, self.sha256

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
