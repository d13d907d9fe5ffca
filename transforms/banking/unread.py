"""Families of the bank's workbooks that are known by name and have no reader: what they are, to be refused by."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from transforms.banking import workbook
from transforms.banking.areas import is_area, plain
from transforms.model import Payload, ReadError

_SECTION = re.compile(r"[A-U]\.? ")
SECTIONS = 10
"""Headings that make a table one by section; there are 21 in all, the smaller ones are printed as others."""


@cache
def _families() -> dict[str, dict[str, Any]]:
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


def refuse_family(payload: Payload) -> None:
    """Raise ReadError `unknown_layout` if the workbook is of a family of unread.yaml."""
    if not workbook.is_workbook(payload):
        return
    title = plain(workbook.first_title(payload))
    by_section = any(_by_section(sheet) for sheet in workbook.open_workbook(payload))
    for family, said in _families().items():
        named = payload.name.startswith(f"{family}_")
        if named or (by_section and "title" in said and said["title"] in title):
            raise ReadError("unknown_layout", expected="a workbook that a reader knows",
                            got=f"{family}: {said['what']}", where=payload.name,
                            hint="Its wording is not known yet, so nothing is read from it; "
                            "Russia as a whole is in the 01_01, 01_02 and 01_11 books.")  # fmt: skip


def _by_section(sheet: workbook.Sheet) -> bool:
    """Sections of OKVED2 across, federal districts down."""
    areas = any(is_area(sheet.label(index)) for index in range(min(10, len(sheet.rows))))
    across = (sum(bool(_SECTION.match(workbook.text(cell))) for cell in row[1:]) for row in sheet.rows[:8])
    return areas and max(across, default=0) >= SECTIONS
