"""The Bank of Russia's workbooks, cell by cell: header found by content, each cell's type checked by itself.

Nothing here knows a product; a layout (YAML beside the product's module) says which words mean what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from transforms.banking.error_cells import error_cells
from transforms.banking.labels import unmarked
from transforms.model import Payload, ReadError
from transforms.periods import MONTHS_RU, before, month_end
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
_MONTH = re.compile(r"([а-яё]+) (\d{4})( г\.?| года?)?")
_FIGURE = re.compile(r"[-−]?\d[\d\s]*([.,]\d+)?|[-–—xх]")
_DAY = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")
HEADER_ROWS = 12
"""Rows in which the periods must stand: titles and empty rows above them are few."""
NO_LOANS = {"0,0", "0,00"}
"""Text where a number would stand, in term and rate rows: nothing was lent that month. Not a rate of zero."""

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
        return f"sheet {self.name!r}, {place}"

    def label(self, row: int) -> str:
        """Text of column A with inner blanks collapsed."""
        return text(self.rows[row][0]) if self.rows[row] else ""


@dataclass(frozen=True)
class Header:
    row: int  # index of the row with the periods
    title: str  # all text above it, blanks collapsed
    period_ends: Sequence[date]
    columns: Sequence[int]  # of the periods, as many
    others: Mapping[int, str]  # columns under other words, which somebody has added: column -> heading


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
        return f"bytes starting {content[:8]!r}"
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
    return isinstance(_sheets(payload.content), tuple)


def open_workbook(payload: Payload) -> tuple[Sheet, ...]:
    """Every sheet of an .xlsx file. Raises ReadError `truncated` if it does not open whole."""
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
    if not is_workbook(payload):
        return []
    return [title for sheet in figure_sheets(payload) if (title := sheet_title(sheet))]


def sheet_title(sheet: Sheet) -> str:
    """The first words of a sheet."""
    return next((title for row in sheet.rows[:5] for cell in row if (title := text(cell))), "")


def reporting_date(cell: Cell) -> date | None:
    """End of the period that a reporting date stands for: a real date or text dd.mm.yyyy, first of a month."""
    if isinstance(cell, datetime):
        cell = cell.date() if cell.time() == datetime.min.time() else None
    if isinstance(cell, str) and (match := _DAY.fullmatch(text(cell))) and 1 <= int(match[2]) <= 12:
        day, month, year = map(int, match.groups())
        cell = date(year, month, 1) if day == 1 else None
    return before(cell) if isinstance(cell, date) and cell.day == 1 else None


def stated_date(sheet: Sheet, above: range) -> date:
    """End of the period that the one reporting date in the texts of the rows `above` stands for."""
    words = [word for index in above for cell in sheet.rows[index] if (word := text(cell))]
    found = {day[0] for word in words for day in _DAY.finditer(word)}
    end = reporting_date(found.pop()) if len(found) == 1 else None
    if end is None:
        raise ReadError("bad_period", expected="one date, the first of a month, above the figures", got=str(words),
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    return end


def month(cell: Cell) -> date | None:
    """End of the month that text such as "Январь   2019" names."""
    if isinstance(cell, str) and (match := _MONTH.fullmatch(text(cell).casefold())) and match[1] in MONTHS_RU:
        return month_end(int(match[2]), MONTHS_RU[match[1]])
    return None


PERIOD_KINDS = {"reporting_date": reporting_date, "month": month}


def has_periods(sheet: Sheet, kind: str) -> bool:
    """Is there a period beside column A in the rows where a header stands?"""
    return any(PERIOD_KINDS[kind](cell) for row in sheet.rows[:HEADER_ROWS] for cell in row[1:])


def find_header(sheet: Sheet, kind: str, corner: str | None = "", first: int = 1) -> Header:
    """The row whose cells from column `first` on are all periods, `corner` (None: anything) in column A; no gaps.

    Raises ReadError `no_header`, `bad_period` or `period_gap`.
    """
    parse = PERIOD_KINDS[kind]
    found = (
        i
        for i, row in enumerate(sheet.rows[:HEADER_ROWS])
        if len(row) > first
        and any(parse(cell) for cell in row[first:])
        and corner in (None, text(row[0]), unmarked(text(row[0])))
    )
    index = next(found, None)
    if index is None:
        shape = f"a row with {corner!r} in column A and a {kind.replace('_', ' ')} in column {cell_name(0, first)[:-1]}"
        heads = [text(cell) for row in sheet.rows[:4] for cell in row[:3] if text(cell)]
        raise ReadError("no_header", expected=shape, got=f"none in the first {HEADER_ROWS} rows, which begin {heads}",
                        where=f"sheet {sheet.name!r}")  # fmt: skip
    above = [text(cell) for line in sheet.rows[:index] for cell in line]
    return header_of(sheet, index, kind, first, " ".join(part for part in above if part))


def header_of(sheet: Sheet, index: int, kind: str, first: int, title: str = "") -> Header:
    """Periods of the cells of row `index` from column `first` on. Raises ReadError `bad_period` or `period_gap`.

    A column under words without a number is somebody's own; one under nothing must be empty, which its cells tell.
    """
    parse, row = PERIOD_KINDS[kind], sheet.rows[index]
    ends: list[date] = []
    columns: list[int] = []
    others: dict[int, str] = {}
    for column in range(first, len(row)):
        where = sheet.where(index, column)
        end = parse(row[column])
        if end is None and row[column] != "":
            if not (words := text(row[column])) or re.search(r"\d", words):
                raise ReadError("bad_period", expected=f"a {kind.replace('_', ' ')}", got=repr(row[column]),
                                where=where)  # fmt: skip
            others[column] = words
        if end is None:
            continue
        if ends and end != before_next(ends[-1]):
            expected = f"the month after {ends[-1]}"
            if between := [at for at in others if at > columns[-1]]:
                raise ReadError("bad_period", expected=expected, got=repr(others[between[0]]),
                                where=sheet.where(index, between[0]))  # fmt: skip
            raise ReadError("period_gap", expected=expected, got=str(end), where=where)
        ends.append(end)
        columns.append(column)
    return Header(index, title, ends, columns, others)


def before_next(end: date) -> date:
    """The month end after a month end."""
    following = end + timedelta(days=1)
    return month_end(following.year, following.month)


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
