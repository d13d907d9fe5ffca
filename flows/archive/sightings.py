"""Sightings: at this time this address showed these bytes. Each is a small file of its own, written once.

    archive/.sightings/<source>/<product>/<period>/<time>-<sha256>.json

Only what says something is a sighting: bytes that an address did not show before, or showed before others came in
between, and what a person says of a file. A poll that found the same bytes again is remembered in the cache alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from warehouse.files import SHA256, Place, json_bytes, write_atomic
from warehouse.moments import naive

SIGHTINGS = ".sightings"
_NAME = re.compile(r"(\d{8}T\d{12}Z)-([0-9a-f]{64})\.json")


@dataclass(frozen=True)
class Sighting:
    """Bytes at an address; `address` is empty for a file that somebody handed over."""

    source: str
    product: str
    period: str
    sha256: str
    seen: str  # ISO time in UTC
    address: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)  # published, title, etag, options ...

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.seen)

    @property
    def naive(self) -> datetime:
        """The moment as the warehouse keeps times: UTC without a zone."""
        return naive(self.moment)

    @property
    def published(self) -> str | None:
        """The day on which the figures became public, as stated by whoever handed the file over."""
        return self.facts.get("published")

    def order(self) -> tuple[str, str, str]:
        return self.seen, self.address, self.sha256

    def parts(self) -> tuple[str, ...]:
        """Where it is kept, below the archive."""
        stamp = f"{self.moment:%Y%m%dT%H%M%S%f}Z"
        return SIGHTINGS, self.source, self.product, self.period, f"{stamp}-{self.sha256}.json"


def write(root: Place, sighting: Sighting) -> None:
    """Keep a sighting. The same one twice is one file."""
    write_atomic(root.joinpath(*sighting.parts()), json_bytes(asdict(sighting)))


def is_sighting(parts: tuple[str, ...]) -> bool:
    """Is this the path of a sighting, relative to the archive?"""
    return len(parts) == 5 and parts[0] == SIGHTINGS and _NAME.fullmatch(parts[-1]) is not None


def parse(contents: Iterable[bytes]) -> list[Sighting]:
    """The sightings in their order; a file that a crash tore tells nothing."""
    found = []
    for content in contents:
        try:
            said = Sighting(**json.loads(content))
            said.moment  # noqa: B018 - raises where the time is none
        except (ValueError, TypeError):
            continue
        if SHA256.fullmatch(said.sha256):
            found.append(said)
    return sorted(found, key=Sighting.order)
