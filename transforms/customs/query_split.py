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
"""Stands for what separates two fields: a character for separating units of text, which no name holds."""


def whole(block: bytes, columns: Sequence[str], delimiter: str, code: str) -> Fields | None:
    """The fields of whole lines in `code`, UTF-8 or GB18030; None if a line is no record, or bytes are not of it.

    No letter of the two ends in a byte of a separator or in a line break, so bytes are split before they are
    understood: of a column of names each is decoded once.
    """
    import pyarrow  # no other table needs it
    from pyarrow import csv

    separator = f'"{delimiter}"'.encode()
    if MARK in block:
        return None
    try:
        table = csv.read_csv(
            pyarrow.BufferReader(block.replace(separator, MARK)),
            csv.ReadOptions(use_threads=False, block_size=len(block) + 1, column_names=list(columns)),
            csv.ParseOptions(delimiter=MARK.decode(), quote_char=False, double_quote=False),
            csv.ConvertOptions(
                column_types={name: _kind(name) for name in columns}, check_utf8=False, strings_can_be_null=False
            ),
        )
    except pyarrow.ArrowInvalid:  # a line of another number of fields
        return None
    found = {name: _column(table.column(name).combine_chunks(), code) for name in columns}
    whole = {name: column for name, column in found.items() if column}
    if len(whole) < len(found):
        return None
    first, last = columns[0], columns[-1]
    texts = whole[first].texts
    if not texts.str.starts_with('"').all():
        return None
    whole[first] = whole[first].reworded(texts.str.strip_prefix('"'))
    texts = whole[last].texts
    end = '"' + delimiter if texts.str.ends_with(delimiter).any() else '"'
    if not texts.str.ends_with(end).all():
        return None
    whole[last] = whole[last].reworded(texts.str.strip_suffix(end))
    return Fields(whole)


def has_invisible(fields: Fields) -> bool:
    """Does a text hold a character that nobody sees?"""
    return any(not fields[n].plain and fields[n].texts.str.contains(f"[{INVISIBLE}]").any() for n in fields)


def _is_figure(name: str) -> bool:
    """Columns in which hardly a text comes twice."""
    return name.startswith("value") or name == "quantity"


def _kind(name: str) -> pyarrow.DataType:
    import pyarrow

    return pyarrow.binary() if _is_figure(name) else pyarrow.dictionary(pyarrow.int32(), pyarrow.binary())


def _column(array: pyarrow.Array, code: str) -> Column | None:
    import pyarrow

    coded = pyarrow.types.is_dictionary(array.type)
    texts = _texts(array.dictionary if coded else array, code)
    if texts is None:
        return None
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
