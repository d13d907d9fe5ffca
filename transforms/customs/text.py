"""A customs table that a spreadsheet saved as text: commas, semicolons or tabs, UTF-8, UTF-16 or GB18030.

Such a file has lost which cells were merged and the zeros behind a decimal point; a number without separators counts as
the numeric cell it was. ReadError: wrong_encoding, no_table, resaved.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from transforms.customs.grid import Cell, Page, visible_words
from transforms.model import Payload, ReadError

MOST = 2 * 2**20
"""Bytes: the longest table of the bulletin has 40,000 as text."""
_PAGES = ("utf-8-sig", "gb18030", "cp1252")  # the last as Excel saves in the west: dashes and quotes
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"-?\d+,\d{1,2}|-?\d{4,},\d+")


def cells_of(content: bytes) -> list[list[Cell]]:
    """The rows of a text file, empty ones too; none of a file that is no such text or too long for a table."""
    if len(content) > MOST or b"\x00\x00\x00" in content[:512]:
        return []
    marked = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for page in ("utf-16",) if marked else _PAGES:
        try:
            text = content.decode(page)
        except UnicodeDecodeError:
            continue
        return _rows(text.removeprefix("\ufeff"))
    return []


def _rows(text: str) -> list[list[Cell]]:
    if "\x00" in text:
        return []
    delimiter = max(("\t", ";", ","), key=lambda sign: Counter(text)[sign] if sign != "," else Counter(text)[sign] / 2)
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        return []
    return [[_cell(cell, delimiter) for cell in row] for row in rows]


def _cell(text: str, delimiter: str) -> Cell:
    text = visible_words(text)
    bare = text.strip("\n\t\r ")
    if delimiter == ";" and _DECIMAL_COMMA.fullmatch(bare):
        return Cell(bare, markup="decimal comma")
    if _PLAIN.fullmatch(bare):
        return Cell(bare, number=float(bare))
    return Cell(text.strip("\n\t\r"))


def open_text(payload: Payload) -> Page:
    """Read the table of a text file."""
    where = payload.name or payload.url
    rows = cells_of(payload.content)
    width = max(map(len, rows), default=0)
    printed = [(i, [*row, *[Cell()] * (width - len(row))]) for i, row in enumerate(rows) if any(c.words for c in row)]
    used = [j for j in range(width) if any(row[j].words for _, row in printed)]
    if len(used) < 3:
        raise ReadError(
            "no_table", expected="a table of a page, a workbook or a text file", got="no columns", where=where
        )
    if odd := next((c for _, row in printed for c in row if c.markup), None):
        raise ReadError(
            "resaved", expected="figures with points", got=f"{odd.text!r}, with a decimal comma", where=where,
            hint="The spreadsheet that saved the table writes commas for points, so that 1,234 is uncertain: ingest "
            "the page or workbook itself.",
        )  # fmt: skip
    table = [(i, tuple(row[used[0] : used[-1] + 1])) for i, row in printed]
    names = tuple(f"line {i + 1} {row[0].words[:40]!r}" for i, row in table)
    return Page((), tuple(row for _, row in table), names, sheet="text")
