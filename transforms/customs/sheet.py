"""A GACC attachment (.xls of Excel 97, code page 936, or .xlsx) as a `Page`: cell by cell, each with its own type.

Numbers below 1,000 may be numeric and larger ones text ("1,888.3 ") in one column, so nothing is converted by column.
Raises ReadError: corrupt_workbook, several_sheets, no_table.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from transforms.customs.grid import Cell, Page, lone_text, visible, visible_words
from transforms.customs.rewritten import without_neighbours
from transforms.model import Payload, ReadError

OLE2, ZIP = b"\xd0\xcf\x11\xe0", b"PK\x03\x04"


def is_workbook(content: bytes) -> bool:
    return content[:4] in (OLE2, ZIP)


def open_sheet(payload: Payload, names_a_table: Callable[[str], bool] = lambda _: False) -> Page:
    """Read the sheet of a workbook that holds a table: the only one, or the only one under the title of a table.

    `names_a_table` says whether a text is such a title: what stands above it, as the head of a page that was opened in
    a spreadsheet, is left out.
    """
    where = payload.name or payload.url
    found = sheets(payload.content, where)
    tables = [sheet for sheet in found if len(found) == 1 or sheet.is_table]
    titled = [sheet for sheet in tables if sheet.title_row(names_a_table) is not None]
    tables = titled if len(titled) == 1 else tables
    if len(tables) != 1:
        raise several(tables or found, where)
    sheet = tables[0]
    cells = sheet.rows[sheet.title_row(names_a_table) or 0 :]
    used = [j for j in range(max(map(len, cells))) if any(row[j].words for row in cells)]
    kept = [(i, tuple(row[used[0] : used[-1] + 1])) for i, row in enumerate(cells) if any(c.words for c in row)]
    titles = tuple(c.words for _, row in kept[:1] for c in row[:1] if c.words and c.number is None)
    names = tuple(f"{sheet.name} row {i + 1} {row[0].words[:40]!r}" for i, row in kept)
    rows, beside = without_neighbours([row for _, row in kept])
    told = (f"beside the table stands {beside[0]!r}: not read",) if beside else ()
    return Page(titles, tuple(rows), names, sheet=sheet.name, told=told)


@dataclass(frozen=True)
class FilledSheet:
    name: str
    rows: list[list[Cell]]

    @property
    def is_table(self) -> bool:
        """Has it rows of figures, rather than somebody's notes?"""
        return (
            sum(sum(cell.number is not None or cell.words[:1].isdigit() for cell in row) > 1 for row in self.rows) > 2
        )

    def title_row(self, names_a_table: Callable[[str], bool]) -> int | None:
        """The first row in which the title of a table stands alone; None if there is none."""
        return next((i for i, row in enumerate(self.rows) if (text := lone_text(row)) and names_a_table(text)), None)


def sheets(content: bytes, where: str) -> list[FilledSheet]:
    """Every sheet of a workbook that holds something, merged cells in each place they cover."""
    found = []
    for name, sheet, values in _filled(content, where):
        cells = [[_cell(value) for value in row] for row in values]
        _spread_merged(sheet, cells)
        found.append(FilledSheet(name, cells))
    return found


def several(found: Sequence[FilledSheet], where: str) -> ReadError:
    names = ", ".join(repr(sheet.name) for sheet in found)
    return ReadError("several_sheets", expected="one sheet with a table", got=f"{len(found)}: {names}", where=where,
                     hint="Keep each table in a workbook of its own.")  # fmt: skip


def cells_of_sheets(content: bytes, where: str) -> list[tuple[str, list[list[str]]]]:
    """Name and cells of each filled sheet as text: whole numbers without a point, days as ISO, a merged cell in each
    place it covers."""
    found = []
    for name, sheet, values in _filled(content, where):
        rows = [[_as_text(value) for value in row] for row in values]
        for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
            for row in rows[top : bottom + 1]:
                row[left : right + 1] = [rows[top][left]] * len(row[left : right + 1])
        found.append((name, [row for row in rows if any(row)]))
    return found


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}"
    return visible(str(value)).strip()


def _filled(content: bytes, where: str) -> list[tuple[str, CalamineSheet, list[list[Any]]]]:
    """Name, sheet and values of the sheets that hold something: one at least."""
    _refuse_cut(content, where)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
        filled = [(name, sheet, sheet.to_python(skip_empty_area=False)) for name, sheet in sheets]
    except (CalamineError, OSError, ValueError) as error:
        raise ReadError("corrupt_workbook", expected="an Excel workbook", got=str(error)[:200], where=where) from error
    filled = [item for item in filled if any(value not in ("", None) for row in item[2] for value in row)]
    if not filled:
        raise ReadError("no_table", expected="a sheet with a table", got="empty sheets", where=where,
                        hint="The workbook was saved empty: download it again.")  # fmt: skip
    return filled


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
        return Cell(_as_text(value), number=float(value))
    return Cell(visible_words(str(value)).replace("\r\n", "\n").strip("\n\t\r"))


def _spread_merged(sheet: CalamineSheet, cells: list[list[Cell]]) -> None:
    """A merged cell stands in every place it covers, as in the HTML grid."""
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        source = cells[top][left]
        wide = Cell(source.text, source.number, source.pieces, source.markup, width=right - left + 1)
        for row in cells[top : bottom + 1]:
            row[left : right + 1] = [wide] * len(row[left : right + 1])
