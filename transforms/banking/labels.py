"""Printed labels of rows, columns and titles without what varies from printing to printing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

_PREFIX = re.compile(r"^(в том числе:?|из них:|г\.)\s*")
_MARK = re.compile(
    r"\s*(\*+|[¹²³⁴⁵⁶⁷⁸⁹]+|\d{1,2}\)|(?<=[^\W\d_])\d(,\d)*|(?<=[.,:)%»])\d(,\d)*|(?<=[^\W\d_] )\d)[\s*]*$"
)  # a star, a raised digit, "1)", or digits that no number goes before
T = TypeVar("T")


def plain(label: str) -> str:
    """A label without what varies between printings: case, blanks, dash kinds, "в том числе", "г."."""
    text = " ".join(label.replace("\xa0", " ").replace("–", "-").replace("—", "-").split()).casefold()
    while (shorter := _PREFIX.sub("", text)) != text:
        text = shorter
    return text.replace("ё", "е")


def unmarked(label: str) -> str:
    """A label without the mark of a footnote behind it."""
    return _MARK.sub("", label)


def found(table: Mapping[str, T], printed: str) -> T | None:
    """What a table of plain labels has for a printed one, with or without the mark of a footnote behind it."""
    known = table.get(plain(printed))
    return table.get(plain(unmarked(plain(printed)))) if known is None else known
