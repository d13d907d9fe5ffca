"""One writer at a time: an operating-system lock that dies with its process, and a note of who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout


class Locked(Exception):
    """Another run holds the lock."""

    def __init__(self, owner: dict[str, Any]) -> None:
        self.owner = owner
        who = "another process"
        if owner:
            minutes = (datetime.now(UTC) - datetime.fromisoformat(owner["since"])).total_seconds() / 60
            who = f"run {owner['run_id']}, process {owner['pid']} on {owner['host']}, for {minutes:.0f} min"
        super().__init__(f"another run is writing: {who}. Wait for it, or stop that process; the lock goes with it.")


@contextmanager
def single_writer(path: Path, run_id: str, wait_seconds: float = 0) -> Iterator[None]:
    """Hold the lock at `path` for the body. Raises Locked, naming the holder, when it is not free in time.

    The kernel releases the lock when its process ends, however it ends, so a stale lock cannot exist; the note
    beside it may outlive its writer and is then overwritten. A process that holds the lock may take it again:
    the command line holds it around the flow, and the flow takes it when a worker runs it alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    note = path.with_suffix(".json")
    lock = FileLock(path, is_singleton=True, thread_local=False)
    try:
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        raise Locked(holder(path)) from None
    try:
        if lock.lock_counter == 1:
            owner = {"run_id": run_id, "pid": os.getpid(), "host": socket.gethostname(), "since": _now()}
            note.write_text(json.dumps(owner), "utf-8")
        yield
    finally:
        if lock.lock_counter == 1:
            note.unlink(missing_ok=True)
        lock.release()


def holder(path: Path) -> dict[str, Any]:
    """Who wrote the note beside the lock; empty if nobody did."""
    try:
        return dict(json.loads(path.with_suffix(".json").read_text("utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
