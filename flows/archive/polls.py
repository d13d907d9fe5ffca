"""What polls found unchanged: when an address was last asked, and with which validators to ask it again.

A file in the cache: without it the pages are asked without a condition, and nothing is lost.
"""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from warehouse.files import json_bytes, write_atomic


class Polls:
    """The polls of one source, below `folder`. Written by `save`."""

    def __init__(self, folder: Path, source: str) -> None:
        self._path = folder / f"{source}.json"
        self._known: dict[str, dict[str, Any]] = {}
        self._changed = False
        with contextlib.suppress(OSError, ValueError):
            found = json.loads(self._path.read_bytes())
            self._known = {url: poll for url, poll in found.items() if isinstance(poll, dict)}

    def asked(self, url: str) -> datetime | None:
        """When the address last gave the bytes that are archived, or said that it has none yet."""
        with contextlib.suppress(KeyError, ValueError, TypeError):
            return datetime.fromisoformat(self._known[url]["asked"])
        return None

    def validators(self, url: str, sha256: str) -> dict[str, str]:
        """etag and last_modified of the last answer, if it was of these bytes."""
        poll = self._known.get(url, {})
        return poll if poll.get("sha256") == sha256 else {}

    def note(self, url: str, sha256: str, now: datetime, **validators: str | None) -> None:
        """The address gave, or confirmed, these bytes ("" for none yet)."""
        kept = {k: v for k, v in self.validators(url, sha256).items() if k in ("etag", "last_modified")}
        new = kept | {k: v for k, v in validators.items() if v}
        asked = max(filter(None, (self.asked(url), now.astimezone(UTC))))
        self._known[url] = {"sha256": sha256, "asked": asked.isoformat(timespec="seconds"), **new}
        self._changed = True

    def save(self) -> None:
        if self._changed:
            write_atomic(self._path, json_bytes(self._known))
            self._changed = False
