"""The archive: every byte that was ever seen, what was refused and why, and tables too long for memory."""

from __future__ import annotations

from flows.archive.quarantine import Quarantine
from flows.archive.snapshot import CorruptSnapshot, Snapshot
from flows.archive.store import Archive

__all__ = ["Archive", "CorruptSnapshot", "Quarantine", "Snapshot"]
