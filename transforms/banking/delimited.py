"""Delimited text: what a person or a program saved a table or a sheet as."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import lru_cache

DELIMITERS = ("\t", ";", ",")
LINES_ABOVE = 3
"""Lines that may stand over a table: a title, a range of days, nothing."""
LONGEST_TEXT = 8 * 2**20
"""Bytes of a delimited text. The longest table of the site, of daily rates since 1992, has some 300,000."""
LONGEST_SHEET = 2 * 2**20
"""Bytes of a sheet saved as text: the longest book of loans by area has some 100,000 a sheet."""
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:[ T]00:00:00)?")


def decoded(content: bytes) -> str:
    """Text in UTF-8, in UTF-16 with its mark, or in windows-1251, in which Russian Excel saves; '' if it is none.

    A wrong code page shows at the headings, which a reader compares letter by letter.
    """
    pages = ["utf-16"] if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ["utf-8-sig", "cp1251"]
    for page in pages:
        try:
            text = content.decode(page)
        except UnicodeDecodeError:
            continue
        return "" if re.search(r"[\x00-\x08\x0e-\x1f]", text) else text
    return ""


@lru_cache(maxsize=4)
def delimited(content: bytes) -> tuple[tuple[tuple[str, ...], ...], int]:
    """Rows of a text from the first line with several cells on, () if it has none, and how many lines stand above it.

    Excel's own line `sep=;` and an index that a program numbered are left out. A text with commas between the cells and
    in the numbers is read where there are two columns, since there the first comma separates.
    """
    head = content[:400].lstrip()
    if (
        head[:1] in (b"<", b"{", b"[")
        or head[:2] == b"PK"
        or len(content) > LONGEST_TEXT
        or not (text := decoded(content))
    ):
        return (), 0
    text = re.sub(r"\Asep=.\r?\n", "", text, flags=re.IGNORECASE)
    for delimiter, rows in _split(text):
        while rows and not any(rows[-1]):
            rows.pop()
        above = next((i for i, row in enumerate(rows[: LINES_ABOVE + 1]) if sum(map(bool, row)) > 1), 0)
        rows = rows[above:]
        width = len(rows[0]) if rows else 0
        if width < 2:
            continue
        if delimiter == "," and width == 2 and all(
            len(row) == 3 and row[1].isdigit() and row[2].isdigit() for row in rows[1:]
        ):  # fmt: skip
            rows = [rows[0], *((row[0], f"{row[1]},{row[2]}") for row in rows[1:])]
        if rows[0][0] == "" and all(row[0] == str(number) for number, row in enumerate(rows[1:])):
            rows = [row[1:] for row in rows]
        return tuple(rows), above
    return (), 0


def saved_sheet(content: bytes) -> list[list[object]]:
    """Rows of a sheet of Russian words saved as text, from its first line on, numbers and days as Excel has them; [] if
    the bytes are something else, or end within a line."""
    text = decoded(content) if len(content) <= LONGEST_SHEET and content[:1] not in (b"<", b"{", b"[") else ""
    if not text.endswith("\n") or not re.search("[а-яё]", text[:4000], re.IGNORECASE):
        return []
    best = max((rows for _, rows in _split(text)), key=_several, default=[])
    return [[_cell(cell) for cell in row] for row in best] if _several(best) > 1 else []


def _several(rows: Sequence[Sequence[str]]) -> int:
    """How many rows have several cells."""
    return sum(len(row) > 1 for row in rows)


def _split(text: str) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    """Each delimiter, and the rows of cells that it makes of a text."""
    for delimiter in DELIMITERS:
        with suppress(csv.Error):
            lines = csv.reader(io.StringIO(text), delimiter=delimiter)
            yield delimiter, [tuple(cell.strip() for cell in row) for row in lines]


def _cell(said: str) -> object:
    """What Excel would hold: a number or a day where the text is one without doubt."""
    if _NUMBER.fullmatch(said) and len(said) < 16:
        return float(said)
    return datetime.fromisoformat(said) if _DAY.fullmatch(said) else said
