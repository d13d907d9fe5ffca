"""Rows that are too many for memory: from a stream of frames to one Parquet file and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from transforms.model import Spooled
from warehouse.files import WRITING, put_in_place

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetWriter


def spool(frames: Iterable[pl.DataFrame], target: Path) -> Spooled:
    """Write frames of one schema to `target`, one at a time; it is there in full or not at all. Needs a first frame.

    A frame is hashed, compressed and written while the next one is read: neither holds up the other on two cores.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{WRITING}{target.name}")
    file = _File(temporary)
    try:
        with ThreadPoolExecutor(1, "spool") as pool:
            writing: Future[None] | None = None
            for frame in frames:
                if writing:
                    writing.result()
                writing = pool.submit(file.write, frame)
            assert writing, "an empty stream is refused by its reader"
            writing.result()
        file.close()
        put_in_place(temporary, target)
    except BaseException:
        file.close()
        temporary.unlink(missing_ok=True)
        raise
    return Spooled(target, file.count, file.digest.hexdigest())


class _File:
    """A Parquet file under way, with the number and the digest of the rows in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self.digest = hashlib.sha256()
        self._writer: ParquetWriter | None = None

    def write(self, frame: pl.DataFrame) -> None:
        self.digest.update(frame.write_csv(include_header=False).encode())
        self.count += len(frame)
        from pyarrow.parquet import ParquetWriter  # no short table needs it

        rows = frame.to_arrow()
        self._writer = self._writer or ParquetWriter(self.path, rows.schema, compression="zstd")
        self._writer.write_table(rows)

    def close(self) -> None:
        if self._writer:
            self._writer.close()
