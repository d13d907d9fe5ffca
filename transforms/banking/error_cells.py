"""Cells of a workbook that show an error of Excel (#REF!, #N/A), which its parser takes for empty ones."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

Place = tuple[int, int]  # row and column, from 0
_CELL = re.compile(rb"<c\b([^>]*)>(?:<f\b[^>]*/>|<f\b.*?</f>)?<v>([^<]*)</v>", re.DOTALL)
_AT = re.compile(rb"""\br=["']([A-Z]{1,3})(\d+)["']""")
_IS_ERROR = re.compile(rb"""\bt=["']e["']""")


def error_cells(content: bytes, sheets: int) -> list[dict[Place, str]]:
    """Of each of so many sheets, in their order, the cells with an error and its word. None found if the parts of the
    book are not named as Excel and other programs name them."""
    try:
        book = zipfile.ZipFile(BytesIO(content))
        links = book.read("xl/_rels/workbook.xml.rels").decode("utf-8")
        order = re.findall(r'<(?:\w+:)?sheet\b[^>]*\br:id="([^"]+)"', book.read("xl/workbook.xml").decode("utf-8"))
        targets = {}
        for link in re.findall(r"<Relationship\b[^>]*>", links):
            named, path = re.search(r'\bId="([^"]+)"', link), re.search(r'\bTarget="([^"]+)"', link)
            if named and path:
                targets[named[1]] = path[1].removeprefix("/").removeprefix("xl/")
        parts = [book.read(f"xl/{targets[one]}") for one in order]
    except (KeyError, zipfile.BadZipFile, UnicodeDecodeError, NotImplementedError, OSError, ValueError):
        parts = []
    return [_errors(part) for part in parts] if len(parts) == sheets else [{} for _ in range(sheets)]


def _errors(part: bytes) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for attributes, word in _CELL.findall(part) if _IS_ERROR.search(part) else ():
        if _IS_ERROR.search(attributes) and (at := _AT.search(attributes)):
            found[int(at[2]) - 1, _number(at[1])] = word.decode("utf-8", "replace")
    return found


def _number(letters: bytes) -> int:
    """26 for AA: columns are counted from 0."""
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1
