"""Rows that are too many for memory: from a stream of frames to one Parquet file and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import polars as pl
import pyarrow.parquet as parquet

from transforms.model import Spooled
from warehouse.files import WRITING


def spool(frames: Iterable[pl.DataFrame], target: Path) -> Spooled:
    """Write frames of one schema to `target`, one at a time; it is there in full or not at all. Needs a first frame."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{WRITING}{target.name}")
    total, count, writer = hashlib.sha256(), 0, None
    try:
        for frame in frames:
            total.update(frame.write_csv(include_header=False).encode())
            count += len(frame)
            rows = frame.to_arrow()
            writer = writer or parquet.ParquetWriter(temporary, rows.schema, compression="zstd")
            writer.write_table(rows)
        assert writer, "an empty stream is refused by its reader"
        writer.close()
        temporary.replace(target)
    except BaseException:
        if writer:
            writer.close()
        temporary.unlink(missing_ok=True)
        raise
    return Spooled(target, count, total.hexdigest())
