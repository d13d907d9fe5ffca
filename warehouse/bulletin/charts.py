"""Charts of the bulletin: each drawn twice, as wide as the page and as wide as a phone, from the same points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from warehouse.bulletin import plot, wording
from warehouse.bulletin.model import Chart, Table

WIDE, NARROW = 1040, 350
"""Pixels of the text column of the page at 1300, and of a phone of 390 less its margins."""
FOLD = 12
"""Lines of a note that become a short one on the page; the rest is in the table."""
LATER = "Rings: not public on that day, or only a later vintage is kept."


def chart(name: str, title: str, alt: str, draw: Callable[[int], str], table: Table, note: str = "") -> Chart:
    """A chart from a function that draws it at a given width."""
    return Chart(name, title, alt, draw(WIDE), draw(NARROW), table, note)


def series(
    rows: Sequence[Mapping[str, Any]], name: str, colour: int, text: Callable[[float], str], months: int = 1
) -> plot.Series:
    """A line of rows with period_end and value, oldest first; `text` prints a value."""
    points = [plot.Point(r["period_end"], r["value"], tip(name, r, text)) for r in rows]
    return plot.Series(name, points, text(rows[-1]["value"]) if rows else "", colour, months=months)


def tip(name: str, row: Mapping[str, Any], text: Callable[[float], str]) -> str:
    return f"{name}, {wording.month(row['period_end'])}: {text(row['value'])}"


def events_after(events: Sequence[plot.Event], start: date) -> list[plot.Event]:
    """Events from `start` on, one a month: numbers of a month as 2–4."""
    months: dict[tuple[int, int], list[plot.Event]] = {}
    for day, number in events:
        if day >= start:
            months.setdefault((day.year, day.month), []).append((day, number))
    return [(found[0][0], "\u2013".join(dict.fromkeys((found[0][1], found[-1][1])))) for found in months.values()]
