"""Workbooks of loans by area without a layout of their own: 02_08, 02_09, 02_16, 02_17, 02_42 to 02_45, 01_05_D,
01_13_I.

What each sheet holds is told by its title alone (titled.py). Anything that titles.yaml does not know is refused: a
book that nobody has seen yet gets a layout of its own first. Table: one row a period, area and currency, a column for
each measure.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

from transforms.banking import loans_by_area_activity, loans_by_district_activity, regional, titled, workbook
from transforms.banking.statistic import reading
from transforms.model import Payload, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.loans_by_area", "cbr", "xlsx"


@cache
def _elsewhere() -> tuple[str, ...]:
    """Starts of the titles that other products recognise."""
    layouts = (yaml.safe_load(path.read_text("utf-8")) or {} for path in Path(__file__).parent.glob("*.yaml"))
    return tuple(str(layout["recognise"]).casefold() for layout in layouts if "recognise" in layout)


def recognise(payload: Payload) -> bool:
    """Are there areas under a title of titles.yaml that no product with a layout of its own claims?"""
    title, _ = workbook.split_currency(workbook.first_title(payload))
    known = title.casefold().rpartition(",")[0] in _elsewhere()
    other = known or loans_by_area_activity.recognise(payload) or loans_by_district_activity.recognise(payload)
    return not other and titled.is_titled(payload) and regional.has_areas(payload)


def read(payload: Payload) -> Reading:
    """Every sheet of the book. Raises ReadError with sheet, row and cell."""
    book = titled.read(payload, "", regional.take_rows)
    return reading(PRODUCT, book.layout("Loans by area, recognised by the titles of the sheets"), book.figures)
