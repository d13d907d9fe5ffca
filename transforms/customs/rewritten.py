"""A page as another program wrote it, turned back into the page that was printed, where that is certain.

pandas numbers rows and columns; people write beside the table; a spreadsheet of another country writes 1.234,5 or
1 234,5 for 1,234.5. What could be two things stays as it is, and the reader says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from transforms.customs.grid import PROOFS, Cell, Page, visible

_POINTS = re.compile(r"[-+−]?(\d{1,3}(,\d{3})+\.\d+|\d+\.\d{1,2})")
_COMMAS = re.compile(r"[-+−]?(\d{1,3}([. ]\d{3})+,\d+|\d+,\d{1,2})")
_FOREIGN = re.compile(r"[-+−]?(\d{1,3}([. ]\d{3})+|\d+)(,\d+)?")
_BLANKS = re.compile(r"[-+−]?\d{1,3}( \d{3})+(\.\d+)?")
_LONG = re.compile(r"[-+−]?(\d{1,3}(,\d{3})+|\d{4,})(\.\d+)?")


def as_printed(page: Page) -> Page:
    """The page without the numbers of rows and columns, with figures as the publisher writes them."""
    page = _with_visible_figures(_without_index(page))
    texts = [cell.words for row in page.rows for cell in row if cell.number is None and cell.words[-1:].isdigit()]
    if sum(map(bool, map(_COMMAS.fullmatch, texts))) >= PROOFS and not any(map(_POINTS.fullmatch, texts)):
        return _with_figures(page, _FOREIGN, {ord("."): "", ord(" "): "", ord(","): "."}, "decimal commas")
    if sum(map(bool, map(_BLANKS.fullmatch, texts))) >= PROOFS and not any(map(_LONG.fullmatch, texts)):
        return _with_figures(page, _BLANKS, {ord(" "): ""}, "blanks between thousands")
    return page


def _with_visible_figures(page: Page) -> Page:
    """The page without characters of no width in its figures, where they stand in most: a program wrote them so."""
    figures = [cell for row in page.rows for cell in row if cell.number is None and any(map(str.isdigit, cell.text))]
    marked = sum(visible(cell.text) != cell.text for cell in figures)
    if marked < PROOFS or 2 * marked < len(figures):
        return page
    rows = tuple(tuple(replace(cell, text=visible(cell.text)) for cell in row) for row in page.rows)
    return replace(page, rows=rows, told=(*page.told, "re-saved with characters of no width in its figures: read so"))


def _with_figures(page: Page, form: re.Pattern[str], change: Mapping[int, str | None], what: str) -> Page:
    def of(cell: Cell) -> Cell:
        plain = cell.number is None and form.fullmatch(cell.words)
        return replace(cell, text=cell.words.translate(change)) if plain else cell

    rows = tuple(tuple(map(of, row)) for row in page.rows)
    return replace(page, rows=rows, told=(*page.told, f"re-saved with {what}: read so, as every figure is written"))


def _without_index(page: Page) -> Page:
    """The page without the row 0, 1, 2 ... that pandas writes above a table, and the column of them at its left."""
    rows, names = page.rows, page.names
    if rows and _counts(rows[0][not rows[0][0].words :]):
        rows, names = rows[1:], names[1:]
    if rows and _counts([row[0] for row in rows]):
        rows = tuple(row[1:] for row in rows)
    return replace(page, rows=rows, names=names)


def _counts(cells: Sequence[Cell]) -> bool:
    """Do the cells count up by one? No row of headings and no column of labels does."""
    numbers = [cell.words.removesuffix(".0") for cell in cells]
    if len(numbers) < 3 or not all(number.isdecimal() for number in numbers):
        return False
    return [int(number) for number in numbers] == list(range(int(numbers[0]), int(numbers[0]) + len(numbers)))


def without_neighbours(rows: Sequence[tuple[Cell, ...]]) -> tuple[list[tuple[Cell, ...]], list[str]]:
    """Rows without what stands beside the table, behind a column in which nothing stands, and the words of that."""
    width = max(map(len, rows), default=0)
    used = [any(row[j].words and row[j].width == 1 for row in rows) for j in range(width)]
    gap = next((j for j in range(3, width) if not used[j] and not any(row[j].words for row in rows[-3:])), width)
    beside = [cell.words for row in rows for cell in row[gap:] if cell.words and cell.width == 1]
    return ([row[:gap] for row in rows], beside) if beside else (list(rows), [])
