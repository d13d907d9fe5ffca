"""The Bank of Russia's workbooks, cell by cell: header found by content, each cell's type checked by itself.

Nothing here knows a product; a layout (YAML beside the product's module) says which words mean what.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from transforms.banking.delimited import saved_sheet
from transforms.banking.error_cells import error_cells
from transforms.banking.labels import unmarked
from transforms.model import Payload, ReadError
from transforms.units import Unit, parse_number, parse_unit

Cell = object
UNITS = {
    "единиц": Unit("count"),
    "ед.": Unit("count"),
    "месяцев": Unit("months"),
    "%": Unit("percent"),
    "% годовых": Unit("percent"),
}
_CURRENCIES = {
    "в рублях, иностранной валюте и драгоценных металлах": "ALL",
    "в иностранной валюте и драгоценных металлах": "FX",
    "в иностранной валюте": "FX",
    "в рублях": "RUB",
}
_FIGURE = re.compile(r"[-−]?\d[\d\s]*([.,]\d+)?|[-–—xх]")
NO_LOANS = {"0,0", "0,00"}
"""Text where a number would stand, in term and rate rows: nothing was lent that month. Not a rate of zero."""

NOT_KNOWN = {"н/д", "н.д.", "нд", "n/a", "na", "n.a.", "нет данных", "…", "..."}
"""Text that says that there is a figure which is not known, unlike a dash, which says that there is none."""

NOISE = Decimal("1e-14")
"""What a sum kept as a binary float may be off by, of itself: a hundred terms, each rounded to 1.1e-16."""


@dataclass(frozen=True)
class Sheet:
    name: str  # as printed, outer blanks removed
    rows: Sequence[Sequence[Cell]]  # every cell from A1 on; an empty one is ''
    merged: Sequence[tuple[tuple[int, int], tuple[int, int]]] = ()  # ((first row, column), (last row, column)), from 0
    left: int = 0  # empty columns before the first that is here

    def where(self, row: int, column: int | None = None) -> str:
        """Sheet, row and cell as Excel shows them, from indices that start at 0."""
        place = f"row {row + 1}" if column is None else f"cell {cell_name(row, self.left + column)}"
        return f"sheet {self.name!r}, {place}" if self.name else place

    def label(self, row: int) -> str:
        """Text of column A with inner blanks collapsed."""
        return text(self.rows[row][0]) if self.rows[row] else ""


def text(cell: Cell) -> str:
    """A text cell with inner and outer blanks collapsed; '' for anything that is not text."""
    return " ".join(cell.replace("\xa0", " ").split()) if isinstance(cell, str) else ""


def cell_name(row: int, column: int) -> str:
    """B12 for row index 11, column index 1."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


@lru_cache(maxsize=4)
def _sheets(content: bytes) -> tuple[Sheet, ...] | str:
    """All sheets, or why the file cannot be opened. Cached because every product looks at the same bytes."""
    if content[:2] != b"PK":
        saved = saved_sheet(content)
        return (Sheet("", saved),) if saved else f"bytes starting {content[:8]!r}"
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        found = []
        for name, errors in zip(book.sheet_names, error_cells(content, len(book.sheet_names)), strict=True):
            sheet = book.get_sheet_by_name(name)
            rows = sheet.to_python(skip_empty_area=False)
            for (row, column), word in errors.items():
                if row < len(rows) and column < len(rows[row]):
                    rows[row][column] = word
            found.append(Sheet(name.strip(), rows, tuple(sheet.merged_cell_ranges or ())))
        return tuple(found)
    except (CalamineError, OSError, ValueError) as error:
        return f"a file that does not open ({str(error).splitlines()[0]})"


def is_workbook(payload: Payload) -> bool:
    return payload.content[:2] == b"PK" and has_sheets(payload)


def has_sheets(payload: Payload) -> bool:
    """Is it a workbook, or one sheet that somebody saved as delimited text?"""
    return isinstance(_sheets(payload.content), tuple)


def open_workbook(payload: Payload) -> tuple[Sheet, ...]:
    """Every sheet of an .xlsx file, or the one that delimited text is. ReadError `truncated` if it does not open."""
    sheets = _sheets(payload.content)
    if isinstance(sheets, str):
        hint = "Download it again; the file ends early or is something else."
        raise ReadError("truncated", expected="a whole .xlsx workbook", got=sheets, where=payload.name, hint=hint)
    return sheets


def figure_sheets(payload: Payload) -> tuple[Sheet, ...]:
    """The sheets that hold figures, without empty columns at the left: not contents, notes and empty sheets."""
    open_workbook(payload)
    return _figure_sheets(payload.content)


@lru_cache(maxsize=4)
def _figure_sheets(content: bytes) -> tuple[Sheet, ...]:
    sheets = _sheets(content)
    return tuple(_without_margin(s) for s in sheets if _has_figures(s)) if isinstance(sheets, tuple) else ()


def _has_figures(sheet: Sheet) -> bool:
    return any(
        isinstance(cell, int | float) or (isinstance(cell, str) and _FIGURE.fullmatch(cell.strip()))
        for row in sheet.rows
        for cell in row[1:]
    )


def _without_margin(sheet: Sheet) -> Sheet:
    left = min((next((i for i, cell in enumerate(row) if cell != ""), len(row)) for row in sheet.rows if row),
               default=0)  # fmt: skip
    if not left:
        return sheet
    merged = [((a, b - left), (c, d - left)) for (a, b), (c, d) in sheet.merged if b >= left]
    return replace(sheet, rows=[row[left:] for row in sheet.rows], merged=merged, left=left)


def only_sheet(payload: Payload) -> Sheet:
    """The one sheet with figures of a workbook that has no other."""
    sheets = figure_sheets(payload)
    if len(sheets) != 1:
        raise ReadError("unknown_sheet", expected="one sheet with figures", got=str([s.name for s in sheets]),
                        where=payload.name)  # fmt: skip
    return sheets[0]


def titles(payload: Payload) -> list[str]:
    """The title of each sheet with figures, to recognise a workbook by in whatever order they stand."""
    if not has_sheets(payload):
        return []
    return [title for sheet in figure_sheets(payload) if (title := sheet_title(sheet))]


def sheet_title(sheet: Sheet) -> str:
    """The first words of a sheet."""
    return next((title for row in sheet.rows[:5] for cell in row if (title := text(cell))), "")


def split_unit(title: str, where: str) -> tuple[str, Unit]:
    """Title or row label without its unit, and the unit: "Объем ..., млн руб.*" -> ("Объем ...", RUB x 1,000,000)."""
    head, comma, tail = unmarked(title).rpartition(",")
    tail = tail.strip()
    unit = UNITS.get(tail) or (parse_unit(tail, where) if comma else None)
    if unit is None:
        raise ReadError("unknown_unit", expected="a unit after the last comma", got=repr(title), where=where)
    return head.strip(), unit


def split_currency(title: str) -> tuple[str, str]:
    """Title without the currency of denomination, and that currency: RUB, FX, or ALL where none is named."""
    for phrase, currency in _CURRENCIES.items():
        if f" {phrase}" in title:
            return " ".join(title.replace(f" {phrase}", "", 1).split()), currency
    return title, "ALL"


def number(cell: Cell, where: str, *, decimals: int | None) -> Decimal | None:
    """The figure in a cell, with the decimals that the sheet shows; None for "no figure".

    Excel keeps 190.0 as 190 and sums of whole numbers as floats: `decimals` (from the layout) gives the published
    place, None keeps all that the cell has. Raises ReadError `empty_cell` (the publisher always prints a sign),
    `not_a_number` for other text, dates and truth values, `too_precise` for more decimals.
    """
    if isinstance(cell, str):
        if not text(cell):
            raise ReadError("empty_cell", expected="a number or a sign such as '-'", got="nothing", where=where)
        if text(cell) in NO_LOANS:
            return None
        value = parse_number(text(cell), where, decimal_comma=True)
    elif isinstance(cell, date | timedelta | bool) or not isinstance(cell, int | float):
        raise ReadError("not_a_number", expected="a number", got=repr(cell), where=where)
    else:
        value = parse_number(cell, where)
    if value is None or decimals is None:
        return value
    rounded = round(value, decimals)
    if abs(rounded - value) > Decimal("1e-9") + abs(value) * NOISE:
        expected = f"at most {decimals} decimals"
        raise ReadError("too_precise", expected=expected, got=str(value), where=where, hint="Has the unit changed?")
    return rounded


def is_note(row: Sequence[Cell]) -> bool:
    """An empty row, or a footnote: only column A filled, with text that begins with a star or "1)"."""
    filled = [cell for cell in row if cell != ""]
    return not filled or (len(filled) == 1 and bool(re.match(r"\*|\d{1,2}\)", text(row[0]))))


def heading(sheet: Sheet, column: int, rows: range) -> str:
    """Texts above a column in a header of several rows, merged cells filled, from the top: "debt / in roubles"."""
    words: list[str] = []
    for row in rows:
        where = next((first for first, last in sheet.merged
                      if first[0] <= row <= last[0] and first[1] <= column <= last[1]), (row, column))  # fmt: skip
        word = unmarked(text(sheet.rows[where[0]][where[1]])) if where[1] < len(sheet.rows[where[0]]) else ""
        if word and word not in words:
            words.append(word)
    return " / ".join(words)
