"""Workbooks by area without a layout of their own: loans (02_08, 02_09, 02_16, 02_17, 02_42 to 02_45, 01_05_D, 01_13_I)
and funds of clients (Borrowings/02_02 to 02_07, 02_27, 02_28).

What each sheet holds is told by its title alone (titled.py). Anything that titles.yaml does not know is refused: a
book that nobody has seen yet gets a layout of its own first. Table: one row a period, area and currency, a column for
each measure.
"""

from __future__ import annotations

from functools import cache, partial

from transforms import layout as base
from transforms.banking import cross_heads, regional, titled
from transforms.banking.statistic import reading
from transforms.model import Payload, Reading


class Layout(base.Layout):
    datasets: list[str]  # of the kinds in titles.yaml that belong to this product
    measures: list[str]  # columns of the table
    set_aside: float = 0.025  # share of a sheet's rows that may be set aside: two of some 96 areas


@cache
def _elsewhere() -> tuple[str, ...]:
    """Starts of the titles that other products recognise."""
    layouts = (layout for layout in base.layouts() if layout.reader.startswith("banking."))
    return tuple(words.casefold() for layout in layouts if (words := getattr(layout, "recognise", "")))


def recognise(payload: Payload, layout: Layout) -> bool:
    """Are there areas under a title of titles.yaml that no product with a layout of its own claims?"""
    found = titled.matches(payload)
    kinds = {kind for _, (_, kind) in found}
    if len(kinds) != 1 or titled.words()["kinds"][kinds.pop()]["dataset"] not in layout.datasets:
        return False
    known = any(stem.casefold() in _elsewhere() for stem, _ in found)
    crossed = any(cross_heads.RECOGNISE[columns](payload, {}) for columns in ("activities", "sections"))
    return not known and not crossed and regional.has_areas(payload)


def read(payload: Payload, layout: Layout) -> Reading:
    """Every sheet of the book. Raises ReadError with sheet, row and cell."""
    book = titled.read(payload, "", partial(regional.take_rows, share=layout.set_aside))
    return reading(layout.product, book.layout(layout.title, layout.measures), book.figures)
