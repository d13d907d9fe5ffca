"""Rows that are too many for memory: from a stream of frames to one Parquet file and its digest."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from transforms.model import Spooled
from warehouse.files import WRITING, put_in_place

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from pyarrow.parquet import ParquetWriter

    IntArray = np.ndarray[tuple[int], np.dtype[np.int64]]

GROUP = 122_880
"""Rows of a row group: as many as DuckDB's own have, which it takes over a quarter faster than groups of any length."""


def spool(frames: Iterable[pl.DataFrame], target: Path) -> Spooled:
    """Write frames of one schema to `target`, one at a time; it is there in full or not at all. Needs a first frame.

    A frame is hashed, compressed and written while the next one is read: neither holds up the other on two cores.
    Columns of categories become text that is kept once a row group.
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


class _File:
    """A Parquet file under way, with the number and the digest of the rows in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
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
        import pyarrow  # no short table needs it
        from pyarrow.parquet import ParquetWriter

        made = {}
        for column in rows.iter_columns():
            if isinstance(column.dtype, pl.Categorical):
                said, made[column.name] = _text(column, self._words.setdefault(column.name, _Words()))
            else:
                said, made[column.name] = _plain(column)
            self._hashes.setdefault(column.name, hashlib.sha256()).update(said)
        table = pyarrow.table(made)
        if self._writer is None:
            text = [field.name for field in table.schema if pyarrow.types.is_dictionary(field.type)]
            self._writer = ParquetWriter(
                self.path, table.schema, compression="zstd", use_dictionary=text, store_schema=False
            )  # without the schema of Arrow readers see text, not categories
        self._writer.write_table(table, row_group_size=GROUP)


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
