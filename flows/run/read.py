"""One snapshot and what came of reading it, or why nothing did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flows.archive import Snapshot
from transforms.model import Reading, Refusal


@dataclass(frozen=True)
class Read:
    """One snapshot with what it says (`reading`) or the reason it is refused (`refusal`)."""

    snapshot: Snapshot
    reading: Reading | None
    refusal: Refusal | None = None
    checks: tuple[Mapping[str, Any], ...] = ()
    corrected: tuple[Mapping[str, str], ...] = ()  # corrections applied: id, action, reason, source

    @property
    def state(self) -> str:
        """loaded, partial (rows were set aside) or quarantined."""
        if self.reading is None:
            return "quarantined"
        return "partial" if self.reading.set_aside else "loaded"

    @property
    def release_id(self) -> str:
        return self.snapshot.release_id

    def reason(self) -> dict[str, Any]:
        """What quarantine keeps of a refused release."""
        snapshot = self.snapshot
        return {
            "release_id": self.release_id,
            "product": snapshot.product,
            "period": snapshot.period,
            "url": snapshot.url,
            "archived": str(snapshot.path),
            **(asdict(self.refusal) if self.refusal else {}),
        }
