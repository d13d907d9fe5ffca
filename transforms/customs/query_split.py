"""A block of a download as served, split at once: each line a record, `","` between its fields."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from transforms.customs.grid import INVISIBLE
from transforms.customs.query_fields import Column, Fields

if TYPE_CHECKING:
    import pyarrow

T = TypeVar("T")
MARK = b"\x1f"
"""Stands for the delimiter between two quotes: a character for separating units of text, which no name holds."""
QUOTE = ord('"')
END = "_end"
"""What stands behind the delimiter after the last field: nothing."""


def ahead(blocks: Iterable[bytes], split: Callable[[bytes], T]) -> Iterator[tuple[bytes, Future[T]]]:
    """Blocks in their order, each with what it is split into: while one of them is understood the next one is split."""
    with ThreadPoolExecutor(1, "split") as pool:
        waiting: deque[tuple[bytes, Future[T]]] = deque()
        for block in blocks:
            waiting.append((block, pool.submit(split, block)))
            if len(waiting) > 1:
                yield waiting.popleft()
        yield from waiting


def whole(block: bytes, columns: Sequence[str], delimiter: str, code: str) -> Fields | None:
    """The fields of whole lines in `code`, UTF-8 or GB18030; None if a line is no record, or bytes are not of it.

    No letter of the two ends in a byte of a separator or in a line break, so bytes are split before they are
    understood: of a column of names each is decoded once.
    """
    if MARK in block:
        return None
    if (arrays := _plain(block, columns, delimiter)) is not None:
        made = {name: _column(array, code) for name, array in arrays.items()}
    elif (marked := _marked(block, delimiter)) is not None and (
        arrays := _arrays(marked, columns, MARK.decode(), quoted=False)
    ) is not None:
        made = {n: _unquoted(_column(a, code), delimiter if n == columns[-1] else "") for n, a in arrays.items()}
    else:
        return None
    found = {name: column for name, column in made.items() if column is not None}
    return Fields(found) if len(found) == len(columns) else None


def _plain(block: bytes, columns: Sequence[str], delimiter: str) -> dict[str, pyarrow.Array] | None:
    """The columns without their quotes; None where this is not certainly what `_marked` would give.

    It is where each line ends in a delimiter; nothing of the block is lost but two quotes a field, the delimiters and
    the ends of lines; there are no other quotes; behind one of the two stands a delimiter, and no text begins with one.
    """
    import numpy as np
    import pyarrow

    arrays = _arrays(block, [*columns, END], delimiter, quoted=True)
    if arrays is None:
        return None
    rows = len(arrays.pop(END))
    lines, returns, fields = block.count(b"\n"), block.count(b"\r"), rows * len(columns)
    if rows != lines or returns not in (0, lines):
        return None
    content = np.frombuffer(block, dtype=np.uint8)
    quotes = content == QUOTE
    ends = quotes[:-1] & (content[1:] == ord(delimiter))
    lost = len(block) - sum(map(_length, arrays.values()))
    if (
        np.count_nonzero(quotes) != 2 * fields
        or np.count_nonzero(ends) != fields
        or lost != 3 * fields + lines + returns
    ):
        return None
    texts = (array.dictionary if pyarrow.types.is_dictionary(array.type) else array for array in arrays.values())
    if any(pyarrow.compute.any(pyarrow.compute.starts_with(some, delimiter)).as_py() for some in texts):
        return None
    return arrays


def _length(array: pyarrow.Array) -> int:
    """Bytes of the texts of a column."""
    import numpy as np
    import pyarrow

    if not pyarrow.types.is_dictionary(array.type):
        return int(pyarrow.compute.sum(pyarrow.compute.binary_length(array)).as_py() or 0)
    lengths = pyarrow.compute.binary_length(array.dictionary).to_numpy()
    return int(np.bincount(array.indices.to_numpy(), minlength=len(lengths)) @ lengths)


def _arrays(
    block: bytes | pyarrow.Buffer, columns: Sequence[str], delimiter: str, *, quoted: bool
) -> dict[str, pyarrow.Array] | None:
    """The fields of lines as bytes, by column; None where a line has another number of fields."""
    import pyarrow  # no other table needs it
    import pyarrow.compute
    from pyarrow import csv

    try:
        table = csv.read_csv(
            pyarrow.BufferReader(block),
            csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=list(columns)),
            csv.ParseOptions(delimiter=delimiter, quote_char='"' if quoted else False, double_quote=False),
            csv.ConvertOptions(
                column_types={name: _kind(name) for name in columns}, check_utf8=False, strings_can_be_null=False
            ),
        )
    except pyarrow.ArrowInvalid:
        return None
    return {name: table.column(name).combine_chunks() for name in columns}


def _marked(block: bytes, delimiter: str) -> pyarrow.Buffer | None:
    """The block with MARK for each delimiter between two quotes; None where it holds `",",",`, in which one quote would
    end two fields."""
    import numpy as np
    import pyarrow

    content = np.frombuffer(block, dtype=np.uint8)
    quotes = content == QUOTE
    between = quotes[:-2] & (content[1:-1] == ord(delimiter)) & quotes[2:]
    if (between[:-2] & between[2:]).any():
        return None
    marked = content.copy()
    marked[1:-1] -= between.view(np.uint8) * np.uint8((ord(delimiter) - ord(MARK)) % 256)
    return pyarrow.py_buffer(marked)


def has_invisible(fields: Fields) -> bool:
    """Does a text hold a character that nobody sees?"""
    return any(not fields[n].plain and fields[n].texts.str.contains(f"[{INVISIBLE}]").any() for n in fields)


def _is_figure(name: str) -> bool:
    """Columns in which hardly a text comes twice."""
    return name.startswith("value") or name == "quantity"


def _kind(name: str) -> pyarrow.DataType:
    import pyarrow

    if name == END:
        return pyarrow.null()
    return pyarrow.binary() if _is_figure(name) else pyarrow.dictionary(pyarrow.int32(), pyarrow.binary())


def _column(array: pyarrow.Array, code: str) -> Column | None:
    """A column of texts; None where bytes are not of `code`."""
    import pyarrow

    coded = pyarrow.types.is_dictionary(array.type)
    texts = _texts(array.dictionary if coded else array, code)
    if texts is None:
        return None
    return Column(texts, pl.Series(array.indices.to_numpy(), dtype=pl.UInt32) if coded else None)


def _unquoted(column: Column | None, delimiter: str) -> Column | None:
    """A column without the quotes around its texts, after which a `delimiter` may end the line; None where one has no
    quotes."""
    if column is None:
        return None
    texts = column.texts
    if delimiter and texts.str.ends_with(delimiter).any():
        texts = texts.str.strip_suffix(delimiter)
    if not (texts.str.starts_with('"') & texts.str.ends_with('"') & (texts.str.len_bytes() > 1)).all():
        return None
    return column.reworded(texts.str.strip_prefix('"').str.strip_suffix('"'))


def _texts(array: pyarrow.Array, code: str) -> pl.Series | None:
    import pyarrow

    content = array.buffers()[2]
    if content is None or code == "utf-8" or content.to_pybytes().isascii():
        try:
            return pl.Series(array.cast(pyarrow.string()), dtype=pl.String)
        except pyarrow.ArrowInvalid:
            return None
    offsets = pyarrow.array([0, len(array)], pyarrow.int32())
    joined = pyarrow.compute.binary_join(pyarrow.ListArray.from_arrays(offsets, array), b"\n")
    try:
        text = joined[0].as_py().decode(code)
    except UnicodeDecodeError:
        return None
    return pl.Series([text]).str.split("\n").explode()
