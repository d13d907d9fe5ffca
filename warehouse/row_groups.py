"""A Parquet file made of row groups of other files: their bytes are copied, and encoded by nobody again.

A file ends with a footer that says where everything in it stands, a structure in Thrift's compact protocol
(https://github.com/apache/parquet-format, parquet.thrift). It is read as numbered fields, of which those that are
places in the file are changed, and written as it was. No library at hand does that: they all decode the values.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from warehouse.files import copy_range

MAGIC = b"PAR1"
TRUE, FALSE, BYTE, DOUBLE, BINARY, LIST, SET, STRUCT = 1, 2, 3, 7, 8, 9, 10, 12
NUMBERS = (4, 5, 6)
"""Kinds of the compact protocol; numbers of 16, 32 and 64 bits are written alike. Maps do not occur in a footer."""
Struct = dict[int, tuple[int, Any]]
"""By number of the field its kind and value; a list is the kind of its items and their values."""
SCHEMA, ROWS, GROUPS = 2, 3, 4  # of the file
COLUMNS, GROUP_ROWS, GROUP_START, ORDINAL = 1, 3, 5, 7  # of a row group
CHUNK_START, ABOUT = 2, 3  # of a column in it; ABOUT is what follows
BYTES, DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE, BLOOM, BLOOM_BYTES = 7, 9, 10, 11, 14, 15
PAGE_INDEXES = (4, 5, 6, 7)  # of a column: they stand behind all row groups, and are left out


def join(target: Path, pieces: Sequence[tuple[Path, Sequence[int] | None]]) -> list[range]:
    """Write a file of these row groups (None: all) of these files; gives which groups of it came from which piece.

    What the first file says of columns and of itself holds for the new one. Raises ValueError where another one has
    other columns, or a file is none that can be joined.
    """
    footers = [read_footer(path) for path, _ in pieces]
    made: list[Struct] = []
    came = []
    with target.open("wb") as file:
        file.write(MAGIC)
        for (path, wanted), footer in zip(pieces, footers, strict=True):
            if footer[SCHEMA] != footers[0][SCHEMA]:
                raise ValueError(f"{path}: columns are others than those of {pieces[0][0]}")
            groups = footer[GROUPS][1][1]
            began = len(made)
            with path.open("rb") as source:
                for number in range(len(groups)) if wanted is None else wanted:
                    made.append(_take(groups[number], source, file, len(made)))
            came.append(range(began, len(made)))
        whole = footers[0] | {
            ROWS: (footers[0][ROWS][0], sum(group[GROUP_ROWS][1] for group in made)),
            GROUPS: (LIST, (STRUCT, made)),
        }
        text = _struct(whole)
        file.write(text + len(text).to_bytes(4, "little") + MAGIC)
    return came


def read_footer(path: Path) -> Struct:
    """Raises ValueError where there is none."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - 8))
        end = file.read()
        length = int.from_bytes(end[:4], "little")
        if end[4:] != MAGIC or length > size - 12:
            raise ValueError(f"{path} is no whole Parquet file")
        file.seek(size - 8 - length)
        return _Reader(file.read(length)).struct()


def rows_of(path: Path) -> int:
    """How many rows a Parquet file has. Raises ValueError where it is none."""
    return int(read_footer(path)[ROWS][1])


def _take(group: Struct, source: BinaryIO, file: BinaryIO, ordinal: int) -> Struct:
    """Copy a row group, and the filters of its columns behind it; gives what the new footer says of it."""
    columns: list[Struct] = group[COLUMNS][1][1]
    about: list[Struct] = [column[ABOUT][1] for column in columns]
    starts = [min(said[field][1] for field in (DATA_PAGE, DICTIONARY_PAGE) if field in said) for said in about]
    first = min(starts)
    end = max(start + said[BYTES][1] for start, said in zip(starts, about, strict=True))
    moved = file.tell() - first
    copy_range(source, file, first, end - first)
    made = []
    for column, said in zip(columns, about, strict=True):
        told = said | {
            field: (said[field][0], said[field][1] + moved)
            for field in (DATA_PAGE, INDEX_PAGE, DICTIONARY_PAGE)
            if field in said
        }
        if BLOOM in said and BLOOM_BYTES in said:
            told[BLOOM] = said[BLOOM][0], file.tell()
            copy_range(source, file, said[BLOOM][1], said[BLOOM_BYTES][1])
        else:
            told.pop(BLOOM, None)
        start = column[CHUNK_START][1]
        kept = {field: value for field, value in column.items() if field not in PAGE_INDEXES}
        made.append(kept | {ABOUT: (STRUCT, told), CHUNK_START: (column[CHUNK_START][0], start and start + moved)})
    own = group | {COLUMNS: (LIST, (STRUCT, made))}
    if GROUP_START in group:
        own[GROUP_START] = group[GROUP_START][0], first + moved
    if ORDINAL in group:
        own[ORDINAL] = group[ORDINAL][0], ordinal
    return own


class _Reader:
    """The fields of a structure, one after another."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def struct(self) -> Struct:
        found: Struct = {}
        number = 0
        while head := self._bytes(1)[0]:
            number = number + (head >> 4) if head >> 4 else self._number()
            kind = head & 15
            found[number] = kind, kind == TRUE if kind in (TRUE, FALSE) else self._value(kind)
        return found

    def _value(self, kind: int) -> Any:
        if kind in NUMBERS:
            return self._number()
        if kind == BINARY:
            return self._bytes(self._count())
        if kind in (LIST, SET):
            head = self._bytes(1)[0]
            length = head >> 4 if head >> 4 < 15 else self._count()
            return head & 15, [self._value(head & 15) for _ in range(length)]
        if kind == STRUCT:
            return self.struct()
        if kind in (TRUE, FALSE, BYTE, DOUBLE):
            return self._bytes(8 if kind == DOUBLE else 1)
        raise ValueError(f"a footer with a field of kind {kind}")

    def _count(self) -> int:
        total = shift = 0
        while True:
            byte = self._bytes(1)[0]
            total |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return total

    def _number(self) -> int:
        count = self._count()
        return (count >> 1) ^ -(count & 1)

    def _bytes(self, length: int) -> bytes:
        found = self._data[self._at : self._at + length]
        if len(found) < length:
            raise ValueError("a footer that ends early")
        self._at += length
        return found


def _struct(fields: Struct) -> bytes:
    text, last = b"", 0
    for number, (kind, value) in sorted(fields.items()):
        step = number - last
        text += bytes([step << 4 | kind]) if 0 < step < 16 else bytes([kind]) + _number(number)
        text += b"" if kind in (TRUE, FALSE) else _value(kind, value)
        last = number
    return text + b"\0"


def _value(kind: int, value: Any) -> bytes:
    if kind in NUMBERS:
        return _number(value)
    if kind == BINARY:
        return _count(len(value)) + bytes(value)
    if kind in (LIST, SET):
        of, items = value
        length = len(items)
        head = bytes([length << 4 | of]) if length < 15 else bytes([15 << 4 | of]) + _count(length)
        return head + b"".join(_value(of, item) for item in items)
    return _struct(value) if kind == STRUCT else bytes(value)


def _number(value: int) -> bytes:
    return _count(value << 1 if value >= 0 else ~(value << 1))


def _count(value: int) -> bytes:
    text = b""
    while value > 127:
        text += bytes([value & 127 | 128])
        value >>= 7
    return text + bytes([value])
