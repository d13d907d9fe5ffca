"""A GACC attachment (.xls of Excel 97, code page 936, or .xlsx) as a `Page`: cell by cell, each with its own type.

Numbers below 1,000 may be numeric and larger ones text ("1,888.3 ") in one column, so nothing is converted by column.
Raises ReadError: corrupt_workbook, several_sheets, no_table.
"""

from __future__ import annotations

import io
import struct
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from transforms.customs.grid import Cell, Page
from transforms.model import Payload, ReadError

OLE2, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


def is_workbook(content: bytes) -> bool:
    return content[:4] in (OLE2, ZIP)


def open_sheet(payload: Payload) -> Page:
    """Read the only filled sheet of a workbook."""
    where = payload.name or payload.url
    name, sheet, values = _filled(payload.content, where)
    cells = [[_cell(value) for value in row] for row in values]
    _spread_merged(sheet, cells)
    used = [j for j in range(max(map(len, cells))) if any(row[j].words or row[j].number is not None for row in cells)]
    rows = tuple(tuple(row[used[0] : used[-1] + 1]) for row in cells)
    kept = [(i, row) for i, row in enumerate(rows) if any(c.words or c.number is not None for c in row)]
    titles = tuple(c.words for _, row in kept[:1] for c in row[:1] if c.words)
    names = tuple(f"{name} row {i + 1} {row[0].words[:40]!r}" for i, row in kept)
    return Page(titles, tuple(row for _, row in kept), names, sheet=name)


def cells_of_first_sheet(content: bytes, where: str) -> list[list[str]]:
    """Every cell of the only filled sheet as text: whole numbers without a point, days as ISO."""
    _, _, values = _filled(content, where)
    rows = [[_as_text(value) for value in row] for row in values]
    return [row for row in rows if any(row)]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return str(value).strip()


def _filled(content: bytes, where: str) -> tuple[str, CalamineSheet, list[list[Any]]]:
    """Name, sheet and values of the only sheet that holds something."""
    _refuse_cut(content, where)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
        filled = [(name, sheet, sheet.to_python(skip_empty_area=False)) for name, sheet in sheets]
    except (CalamineError, OSError, ValueError) as error:
        raise ReadError("corrupt_workbook", expected="an Excel workbook", got=str(error)[:200], where=where) from error
    filled = [item for item in filled if any(value not in ("", None) for row in item[2] for value in row)]
    if len(filled) != 1:
        code = "several_sheets" if filled else "no_table"
        raise ReadError(code, expected="one filled sheet", got=str([n for n, *_ in filled]), where=where)
    return filled[0]


def _refuse_cut(content: bytes, where: str) -> None:
    """An Excel 97 file says which sectors it uses; calamine panics (not an exception) where they are missing."""
    if content[:4] != OLE2:
        return
    sectors = (len(content) - 512) // 512
    if len(content) >= 512 + 109 * 4:
        tables = [n for n in struct.unpack_from("<109I", content, 76) if n < 0xFFFFFFFA]
        whole = tables and all(n < sectors for n in tables)
        entries = [struct.unpack_from("<128I", content, 512 + 512 * n) for n in tables] if whole else []
        used = [i for i, entry in enumerate(e for table in entries for e in table) if entry != 0xFFFFFFFF]
        if whole and used and used[-1] < sectors:
            return
    raise ReadError("corrupt_workbook", expected="a whole Excel file", got=f"{len(content)} bytes", where=where)


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, bool | date | datetime):
        return Cell("" if value is None else str(value))
    if isinstance(value, int | float):
        return Cell(str(value), number=float(value))
    return Cell(str(value).replace("\r\n", "\n").strip("\n\t\r"))


def _spread_merged(sheet: CalamineSheet, cells: list[list[Cell]]) -> None:
    """A merged cell stands in every place it covers, as in the HTML grid."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        source = cells[top][left]
        wide = Cell(source.text, source.number, source.pieces, source.markup, width=right - left + 1)
        for row in cells[top : bottom + 1]:
            row[left : right + 1] = [wide] * len(row[left : right + 1])
