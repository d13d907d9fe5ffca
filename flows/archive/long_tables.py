"""Rows that are too many for memory: from a stream of frames to one Parquet file and its digest.

The file is the one that readers get beside the publication: with the comments of its table, and with the release in
each row. Which release that is shows when the last row is read, so a file may have to be named afterwards.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import polars as pl

from transforms.model import Spooled
from warehouse.files import WRITING, put_in_place
from warehouse.parquet_file import GROUP, told
from warehouse.schema import tables

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    IntArray = np.ndarray[tuple[int], np.dtype[np.int64]]

RELEASE = "release_id"


def unnamed(product: str) -> str:
    """Stands for the id of a release of a month until that is known: of equal length, and no word of any file."""
    return f"{product}/0000-00/{uuid.uuid4().hex[:12]}"


def spool(frames: Iterable[pl.DataFrame], target: Path, table: str, release_id: str) -> Spooled:
    """Write frames of one schema to `target`, one at a time; it is there in full or not at all. Needs a first frame.

    The columns are those of `table` in their order but for the last, the release.
    A frame is hashed, compressed and written while the next one is read: neither holds up the other on two cores.
    Columns of categories become text that is kept once a row group.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{WRITING}{target.name}")
    file = _File(temporary, table, release_id)
    try:
        with ThreadPoolExecutor(1, "spool") as pool:
            writing: Future[None] | None = None
            for frame in frames:
                if writing:
                    writing.result()
                writing = pool.submit(file.take, frame)
            assert writing, "an empty stream is refused by its reader"
            writing.result()
        file.close()
        put_in_place(temporary, target)
    except BaseException:
        file.abandon()
        temporary.unlink(missing_ok=True)
        raise
    return Spooled(target, file.count, file.digest())


def name_release(path: Path, release_id: str) -> bool:
    """Put the id of the release into each row of a file that was spooled for another, in place; not if that one's has
    another length.

    The id stands once in each row group, in a page that is not compressed, and in the statistics at the end.
    """
    from pyarrow import parquet

    about = parquet.ParquetFile(path).metadata
    places = [about.row_group(number).column(about.num_columns - 1) for number in range(about.num_row_groups)]
    old, new = str(places[0].statistics.min).encode(), release_id.encode()
    if len(old) != len(new):
        return False
    with path.open("r+b") as file:
        for column in places:
            _reword(file, column.dictionary_page_offset, column.total_compressed_size, old, new)
        size = file.seek(-8, os.SEEK_END)
        length = int.from_bytes(file.read(4), "little")
        _reword(file, size - length, length, old, new)
        os.fsync(file.fileno())
    return True


def _reword(file: BinaryIO, offset: int, size: int, old: bytes, new: bytes) -> None:
    file.seek(offset)
    content = file.read(size)
    file.seek(offset)
    file.write(content.replace(old, new))


class _File:
    """A Parquet file under way, with the number and the digest of the rows in it."""

    def __init__(self, path: Path, table: str, release_id: str) -> None:
        self.path, self.table, self.release_id = path, table, release_id
        self.count = 0
        self._hashes: dict[str, Any] = {}
        self._words: dict[str, _Words] = {}
        self._waiting: pl.DataFrame | None = None
        self._writer: ParquetWriter | None = None

    def take(self, frame: pl.DataFrame) -> None:
        """Write whole row groups; what is over waits for the next rows."""
        self.count += len(frame)
        waiting = frame if self._waiting is None else pl.concat([self._waiting, frame])
        full = len(waiting) - len(waiting) % GROUP
        for start in range(0, full, GROUP):
            self._write(waiting.slice(start, GROUP))
        self._waiting = waiting.slice(full)

    def digest(self) -> str:
        """Of each column by itself, so that it does not matter how many rows came at a time."""
        columns = "".join(f"{name} {own.hexdigest()}\n" for name, own in self._hashes.items())
        return hashlib.sha256(columns.encode()).hexdigest()

    def close(self) -> None:
        if self._waiting is not None and len(self._waiting):
            self._write(self._waiting)
        self.abandon()

    def abandon(self) -> None:
        if self._writer:
            self._writer.close()

    def _write(self, rows: pl.DataFrame) -> None:
        import numpy as np
        import pyarrow  # no short table needs it
        from pyarrow.parquet import ParquetWriter

        made = {}
        for column in rows.iter_columns():
            if isinstance(column.dtype, pl.Categorical):
                said, made[column.name] = _text(column, self._words.setdefault(column.name, _Words()))
            else:
                said, made[column.name] = _plain(column)
            self._hashes.setdefault(column.name, hashlib.sha256()).update(said)
        release = pyarrow.array([self.release_id])
        made[RELEASE] = pyarrow.DictionaryArray.from_arrays(np.zeros(len(rows), dtype=np.int32), release)
        table = pyarrow.table(made)
        if self._writer is None:
            text = [field.name for field in table.schema if pyarrow.types.is_dictionary(field.type)]
            packed = dict.fromkeys(table.column_names, "zstd") | {RELEASE: "none"}
            bounds = [name for name in table.column_names if not name.endswith("_name")]
            self._writer = ParquetWriter(
                self.path,
                table.schema,
                compression=packed,
                use_dictionary=text,
                write_statistics=bounds,  # a seventh of the work is to order names, by which nobody skips rows
                store_schema=False,  # with the schema of Arrow readers would see categories, not text
            )
            self._writer.add_key_value_metadata(_told(self.table, table.schema))
        self._writer.write_table(table, row_group_size=GROUP)


def _told(name: str, schema: pyarrow.Schema) -> dict[str, str]:
    """What the file says of its table, as readers see it: text in place of categories."""
    import pyarrow

    (table,) = [table for table in tables() if table.name == name]
    plain = pyarrow.schema(
        (field.name, pyarrow.string() if pyarrow.types.is_dictionary(field.type) else field.type) for field in schema
    )
    return told(table.comment, table.columns, plain)


class _Words:
    """By the number of a category eight bytes of its text: the beginning of its SHA-256, the same on every machine.

    A long file has the same thousands of texts in each row group: each is hashed once. Number 0 stands for no text.
    """

    def __init__(self) -> None:
        import numpy as np

        self.bytes = np.zeros(1, dtype="<u8")
        self._known = np.ones(1, dtype=bool)

    def learn(self, numbers: IntArray, texts: pl.Series) -> None:
        """`texts` beside their numbers."""
        import numpy as np

        if (more := int(numbers.max(initial=0)) + 1 - len(self.bytes)) > 0:
            self.bytes = np.append(self.bytes, np.zeros(max(more, len(self.bytes)), dtype="<u8"))
            self._known = np.append(self._known, np.zeros(max(more, len(self._known)), dtype=bool))
        new = np.flatnonzero(~self._known[numbers])
        words = [hashlib.sha256(text.encode()).digest()[:8] for text in texts.gather(new).to_list()]
        self.bytes[numbers[new]] = np.frombuffer(b"".join(words), dtype="<u8")
        self._known[numbers[new]] = True


def _text(column: pl.Series, words: _Words) -> tuple[bytes, pyarrow.Array]:
    """What the rows of a column of categories say, in eight bytes a row, and the column for Parquet."""
    import numpy as np
    import pyarrow

    numbers = column.to_physical().cast(pl.Int64).fill_null(-1).to_numpy() + 1
    last = np.full(int(numbers.max()) + 1, -1)
    last[numbers] = np.arange(len(numbers))  # a row that has the category
    last[0] = -1
    used = np.flatnonzero(last >= 0)
    texts = column.gather(last[used]).cast(pl.String)
    words.learn(used, texts)
    places = np.zeros(len(last), dtype=np.int32)
    places[used] = np.arange(1, len(used) + 1)
    places = places[numbers]
    indices = pyarrow.array(places - 1, mask=places == 0)
    dictionary = texts.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pyarrow.string())
    return words.bytes[numbers].tobytes(), pyarrow.DictionaryArray.from_arrays(indices, dictionary)


def _plain(column: pl.Series) -> tuple[bytes, pyarrow.Array]:
    """The same of a column of numbers or days, which are hashed as numbers; nothing as the number that is none."""
    numbers = column.to_physical().cast(pl.Float64).fill_null(float("nan"))
    return numbers.to_numpy().astype("<f8").tobytes(), column.to_arrow()
