"""Rows of figures under a header of periods: each is read, or set aside with its reason, within bounds.

Whatever the rows are (areas, activities, lines of a balance sheet, measures), a table names those it wants; one that is
missing, unknown, or has a cell that cannot be read costs itself alone, unless it is a headline.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from transforms.banking.figures import Figures, Measure
from transforms.banking.headers import Header
from transforms.banking.labels import found
from transforms.banking.workbook import Sheet, is_note, text
from transforms.model import ReadError, SetAside

Key = tuple[str, str]  # name of a measure, code of a row
Place = Callable[[int], tuple[Measure, str] | None]
"""The measure and the row that a row of the sheet is, by its index; None for one that nobody asked for."""

Head = TypeVar("Head")
COUNTRY = "RUS"
_CODE = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True)
class Wanted:
    """The rows that a sheet must have."""

    keys: Collection[Key]
    headlines: Collection[Key] = frozenset()  # never set aside: the sums rest on them
    share: float = 0.0  # of the rows that may be set aside; one at least, unless it is 0


def body(sheet: Sheet, first: int, figures: Figures) -> list[int]:
    """Rows from `first` to the last one with figures, without empty rows and footnotes, which are noted."""
    rows = sheet.rows
    last = max((i for i in range(first, len(rows)) if sum(cell != "" for cell in rows[i]) > 1), default=first - 1)
    notes = [sheet.label(i) for i in range(first, len(rows)) if is_note(rows[i]) or i > last]
    figures.notes += [note for note in dict.fromkeys(notes) if note and note not in figures.notes]
    return [i for i in range(first, last + 1) if not is_note(rows[i])]


def take(sheet: Sheet, header: Header, currency: str, figures: Figures, place: Place, wanted: Wanted) -> None:
    """Put the rows of a sheet into `figures`, and set aside those that cannot be read; see `cells`."""
    columns = dict(zip(header.columns, header.period_ends, strict=True))
    for measure, code, end, value, where in cells(sheet, header.row + 1, columns, header.others, currency, figures,
                                                  place, wanted):  # fmt: skip
        figures.put(measure.name, currency, code, end, value, where)


def cells(
    sheet: Sheet, first: int, columns: Mapping[int, Head], others: Mapping[int, str], currency: str, figures: Figures,
    place: Place, wanted: Wanted,
) -> list[tuple[Measure, str, Head, Decimal | None, str]]:  # fmt: skip
    """The figures below row `first`: measure, row, what heads the column, value, place of the cell.

    Rows that cannot be read are set aside in `figures`, up to the bound. Raises ReadError: the reason of the row beyond
    the bound, or of a headline; missing_row; duplicate_row.
    """
    made: list[tuple[Measure, str, Head, Decimal | None, str]] = []
    missing, aside, unknown, seen = dict.fromkeys(wanted.keys), list[SetAside](), 0, set[Key]()
    bound = max(1, int(wanted.share * len(missing))) if wanted.share else 0
    for index in body(sheet, first, figures):
        key = None
        try:
            if (what := place(index)) is None:
                continue
            measure, code = what
            key = (measure.name, code)
            row = _cells(sheet, index, columns, others, measure)
        except ReadError as error:
            if key in wanted.headlines or len(aside) >= bound:
                raise
            label = sheet.label(index) or next((said for cell in sheet.rows[index] if (said := text(cell))), "")
            aside.append(error.aside(label))
            unknown += key is None
            if key:
                missing.pop(key, None)
                figures.lost.add((key[0], currency, key[1]))
            continue
        if key in seen:
            raise ReadError("duplicate_row", expected="one row for each line", got=sheet.label(index) or code,
                            where=sheet.where(index))  # fmt: skip
        seen.add(key)
        missing.pop(key, None)
        made += [(measure, code, *cell) for cell in row]
    lost = [key for key in missing if key in wanted.headlines]
    beyond = max(0, len(missing) - unknown)  # a row under a new name is one that is missing under its own
    if lost or len(aside) + beyond > bound:
        code = next((row.code for row in aside), "missing_row") if unknown else "missing_row"
        got = f"none for {', '.join(row if row != COUNTRY else name for name, row in lost or missing)}"
        raise ReadError(code, expected="a row for each line of the table, under its name",
                        got=got + (f"; unknown: {aside[0].row!r}" if unknown else ""),
                        where=aside[0].where if unknown else f"sheet {sheet.name!r}",
                        hint="A row may be lost, or bear a new name.")  # fmt: skip
    for name, code in list(missing)[:beyond]:
        aside.append(SetAside(code, "missing_row", f"expected a row of {name}, got none", f"sheet {sheet.name!r}"))
    figures.lost |= {(name, currency, code) for name, code in missing}
    figures.aside += aside
    notes = [f"column {words!r} of sheet {sheet.name!r} not read" for words in others.values()]
    figures.notes += [note for note in notes if note not in figures.notes]
    return made


def _cells(
    sheet: Sheet, index: int, columns: Mapping[int, Head], others: Mapping[int, str], measure: Measure
) -> list[tuple[Head, Decimal | None, str]]:
    """The figures of a row: what heads them, value, place. Nothing may stand beyond but under words of its own."""
    row = sheet.rows[index]
    for column in range(min(columns), len(row)):
        if row[column] != "" and column not in columns and column not in others:
            raise ReadError("leftover_column", expected=f"{len(columns)} figures", got=repr(row[column]),
                            where=sheet.where(index, column))  # fmt: skip
    made = []
    for column, head in columns.items():
        where = sheet.where(index, column)
        made.append((head, measure.number(row[column] if column < len(row) else "", where), where))
    return made


def take_lines(
    sheet: Sheet, header: Header, first: int, currency: str, figures: Figures,
    lines: Mapping[str, Mapping[str, tuple[Measure, str]]], wanted: Wanted, *, others: bool = False,
) -> None:  # fmt: skip
    """`take` of lines that are known by code and plain label together, wherever these stand before column `first`.

    `lines` has them by code ('' for those without one), then by label. `others`: may there be lines of no interest?
    """
    unread = []

    def place(index: int) -> tuple[Measure, str] | None:
        cells = sheet.rows[index][:first]
        code = _code(cells[0])
        if _CODE.fullmatch(code) and first > 1:
            line = found(lines.get(code, {}), text(cells[1]))
        else:
            label = next((said for cell in cells if (said := text(cell))), "")
            line = found(lines.get("", {}), label.rstrip("."))
        if line is None and any(cell != "" for cell in sheet.rows[index][first:]):  # not a caption
            unread.append(index)
            if not others:
                raise ReadError("unknown_indicator", expected="a line of the layout", where=sheet.where(index),
                                got=str([cell for cell in cells if cell != ""]))  # fmt: skip
        return line

    take(sheet, header, currency, figures, place, wanted)
    if others and unread:
        figures.notes.append(f"{len(unread)} other lines of {sheet.name} not read")


def _code(cell: object) -> str:
    """1.1.1.2.2 from text with or without a closing dot, or from a number (Excel keeps 1 as 1.0)."""
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return f"{cell:g}"
    return text(cell).rstrip(". ")
