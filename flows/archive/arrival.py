"""A file on its way into the archive: copied there and hashed while it is read, as the disk has time then."""

from __future__ import annotations

import hashlib
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from warehouse.files import WRITING, Place, sha256_of

PIECE = 1 << 20
TO_DISK = 1 << 28
"""Bytes that are made durable at a time, so that the disk writes while the next ones come."""


@dataclass(frozen=True)
class Arrived:
    """A file, and what was copied of it into the folder of an archive; none where that is an object store."""

    path: Path
    sha256: str
    size: int
    copied: Path | None = None


@contextmanager
def arriving(path: Path, root: Place) -> Iterator[Callable[[], Arrived]]:
    """Begin to copy a file; what is given waits for the end of it. A copy that nobody took is removed."""
    stop = threading.Event()
    copied = root / f"{WRITING}{uuid.uuid4().hex}" if isinstance(root, Path) else None
    try:
        with ThreadPoolExecutor(1, "archive") as thread:
            made = thread.submit(_copied, path, copied, stop)
            try:
                yield made.result
            finally:
                stop.set()
    finally:
        if copied:
            with suppress(OSError):
                copied.unlink()


def _copied(path: Path, copied: Path | None, stop: threading.Event) -> Arrived:
    if copied is None:
        return Arrived(path, sha256_of(path), path.stat().st_size)
    copied.parent.mkdir(parents=True, exist_ok=True)
    for left in copied.parent.glob(f"{WRITING}*"):  # by a run that was killed: one process writes at a time
        left.unlink(missing_ok=True)
    total, size, durable = hashlib.sha256(), 0, 0
    with path.open("rb") as source, copied.open("wb") as target:
        while not stop.is_set() and (piece := source.read(PIECE)):
            total.update(piece)
            target.write(piece)
            size += len(piece)
            if size - durable >= TO_DISK:
                os.fsync(target.fileno())
                durable = size
        target.flush()
        os.fsync(target.fileno())
    copied.chmod(0o644)
    return Arrived(path, total.hexdigest(), size, copied)
