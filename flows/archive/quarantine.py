"""The quarantine: releases that were refused, each with its reason, until a newer reader or a person accepts them."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from warehouse.files import SHA256, json_bytes, write_atomic


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
