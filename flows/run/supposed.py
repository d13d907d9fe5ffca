"""What would be published if gate 1 says what is to be expected: derived while the second process still judges.

New releases are supposed to pass, those in quarantine to be refused as they were. Whether it came so is looked at
afterwards, release by release; where it did not, what was derived is not used.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from pathlib import Path

from flows.archive import Quarantine
from flows.run import assemble, second
from flows.run.read import Read
from transforms.model import Refusal
from warehouse.candidate import Base
from warehouse.content import Content

log = logging.getLogger("portvault.supposed")
Settle = Callable[[Sequence[Read]], list[Read]]
"""What a run makes of what was read before it builds from it."""


class Supposed:
    """The content of a warehouse before the gate has spoken. `derived` keeps the last derivation, `full` uses none;
    `base` is what a candidate begins with."""

    def __init__(self, derived: Path, base: Base | None, *, full: bool) -> None:
        self.base = base
        self._derived, self._last = derived, None if full else derived
        self._aside = derived.with_name(f"{derived.name}-supposed")
        self._reads: list[Read] = []
        self._content: Content | None = None

    def derive(self, reads: Sequence[Read], quarantine: Quarantine, settle: Settle) -> None:
        """Derive from `reads`, of which some are not judged yet; only where another process judges them."""
        if not second.running():
            return
        known = {item["sha256"]: item for item in quarantine.items()}
        try:
            self._reads = settle([_expected(read, known.get(read.snapshot.sha256)) for read in reads])
            shutil.rmtree(self._aside, ignore_errors=True)
            self._content = assemble.content(self._reads, self._last, self._aside)
        except Exception as error:  # noqa: BLE001 - of what the gate may refuse, anything can come; it is made again
            log.info("supposed content not made: %s", error)

    def content(self, reads: Sequence[Read]) -> Content:
        """The content of what was judged: what was derived meanwhile if all came as supposed, otherwise made now."""
        supposed, self._content = self._content, None
        if supposed and [_word(read) for read in reads] == [_word(read) for read in self._reads]:
            if self._aside.exists():  # not where nothing was derived anew
                shutil.rmtree(self._derived, ignore_errors=True)
                self._aside.rename(self._derived)
            return supposed
        shutil.rmtree(self._aside, ignore_errors=True)
        return assemble.content(reads, self._last, self._derived)


def _expected(read: Read, refused: dict[str, object] | None) -> Read:
    if read.reading is None or refused is None:
        return read
    facts = {one.name: str(refused.get(one.name, "")) for one in fields(Refusal)}
    return replace(read, reading=None, refusal=Refusal(**facts))


def _word(read: Read) -> tuple[str, bool, Refusal | None]:
    """What may differ between a release supposed and judged: its bytes and the reader are the same."""
    return read.release_id, read.reading is None, read.refusal
