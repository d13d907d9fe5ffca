"""A block of a download as served, split at once: each line a record, `","` between its fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from transforms.customs.grid import INVISIBLE
from transforms.customs.query_fields import Column, Fields

if TYPE_CHECKING:
    import pyarrow

MARK = b"\x1f"
"""Stands for the delimiter between two quotes: a character for separating units of text, which no name holds."""
QUOTE = ord('"')


def whole(block: bytes, columns: Sequence[str], delimiter: str, code: str) -> Fields | None:
    """The fields of whole lines in `code`, UTF-8 or GB18030; None if a line is no record, or bytes are not of it.

    No letter of the two ends in a byte of a separator or in a line break, so bytes are split before they are
    understood: of a column of names each is decoded once.
    """
    import pyarrow  # no other table needs it
    from pyarrow import csv

    marked = _marked(block, delimiter)
    if marked is None:
        return None
    try:
        table = csv.read_csv(
            pyarrow.BufferReader(marked),
            csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=list(columns)),
            csv.ParseOptions(delimiter=MARK.decode(), quote_char=False, double_quote=False),
            csv.ConvertOptions(
                column_types={name: _kind(name) for name in columns}, check_utf8=False, strings_can_be_null=False
            ),
        )
    except pyarrow.ArrowInvalid:  # a line of another number of fields
        return None
    found = {}
    for name in columns:
        column = _column(table.column(name).combine_chunks(), code, delimiter if name == columns[-1] else "")
        if column is None:
            return None
        found[name] = column
    return Fields(found)


def _marked(block: bytes, delimiter: str) -> pyarrow.Buffer | None:
    """The block with MARK for each delimiter between two quotes; None where it holds a MARK, or `",",",`, in which one
    quote would end two fields."""
    import numpy as np
    import pyarrow

    if MARK in block:
        return None
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

    return pyarrow.binary() if _is_figure(name) else pyarrow.dictionary(pyarrow.int32(), pyarrow.binary())


def _column(array: pyarrow.Array, code: str, delimiter: str) -> Column | None:
    """A column of texts in quotes, after which a `delimiter` may end the line; None where one has no quotes."""
    import pyarrow

    coded = pyarrow.types.is_dictionary(array.type)
    texts = _texts(array.dictionary if coded else array, code)
    if texts is None:
        return None
    if delimiter and texts.str.ends_with(delimiter).any():
        texts = texts.str.strip_suffix(delimiter)
    if not (texts.str.starts_with('"') & texts.str.ends_with('"') & (texts.str.len_bytes() > 1)).all():
        return None
    texts = texts.str.strip_prefix('"').str.strip_suffix('"')
    return Column(texts, pl.Series(array.indices.to_numpy(), dtype=pl.UInt32) if coded else None)


def _texts(array: pyarrow.Array, code: str) -> pl.Series | None:
    import pyarrow

    content = array.buffers()[2]
    if content is None or code == "utf-8" or content.to_pybytes().isascii():
        try:
            return pl.Series(array.cast(pyarrow.string()), dtype=pl.String)
        except pyarrow.ArrowInvalid:
            return None
    try:
        texts = b"\n".join(array.to_pylist()).decode(code).split("\n")
    except UnicodeDecodeError:
        return None
    return pl.Series(texts, dtype=pl.String)
