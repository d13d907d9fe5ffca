"""Tables of HTML laid out: a cell that spans rows and columns stands in every place that it covers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from bs4 import Tag

from transforms.model import ReadError
from transforms.tags import tags_below

T = TypeVar("T")
MOST = 60
"""Columns or rows that a cell may span: tables of the sources have a dozen columns, the widest some thirty."""


def laid_out(
    rows: Iterable[Tag], make: Callable[[Tag, int, str], T], where: str, *, odd: Literal["refuse", "mend"]
) -> list[list[T]]:
    """The cells of each <tr>, as long as they come. `make` gives what a cell is, by its width and place.

    A span that is no number from 1 to MOST: `refuse` raises ReadError `bad_span`, where figures are known by their
    place; `mend` takes it for the nearest that is one, and cuts a row at MOST columns, where words are read.
    """
    made: list[list[T]] = []
    hanging: dict[int, tuple[T, int]] = {}  # column -> what hangs down from above, and for how many rows more
    for index, tr in enumerate(rows, start=1):
        row: list[T] = []
        below: dict[int, tuple[T, int]] = {}
        for cell in [*(tag for tag in tags_below(tr) if tag.name in ("td", "th")), None]:
            while len(row) in hanging:
                said, left = hanging.pop(len(row))
                if left > 1:
                    below[len(row)] = (said, left - 1)
                row.append(said)
            if cell is None:
                break
            place = f"{where} row {index} column {len(row) + 1}"
            wide, high = (_span(cell, name, place, odd) for name in ("colspan", "rowspan"))
            said = make(cell, wide, place)
            for _ in range(wide if odd == "refuse" else min(wide, MOST - len(row))):
                if high > 1:
                    below[len(row)] = (said, high - 1)
                row.append(said)
        hanging = below
        made.append(row)
    return made


def _span(cell: Tag, name: str, where: str, odd: str) -> int:
    printed = str(cell.get(name, "1")).strip()
    number = int(printed) if printed.isdecimal() and len(printed) < 5 else 0
    if 1 <= number <= MOST:
        return number
    if odd == "mend":
        return min(number, MOST) or 1
    raise ReadError("bad_span", expected=f"a {name} of 1 to {MOST}", got=repr(printed), where=where)
