"""Tables of whatever a source gives them in: sheets, HTML tables, delimited text, rows of a SOAP answer.

A dynamic table of the Bank of Russia's site can be had as a page, as an .xlsx export, by SOAP, and as text that someone
saved from one of these. A reader that knows columns by their headings need not care which. Raises ReadError.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from xml.etree.ElementTree import Element

from transforms.banking import html, workbook, xml
from transforms.banking.workbook import Cell, cell_name
from transforms.model import Payload, ReadError

DELIMITERS = ("\t", ";", ",")
LINES_ABOVE = 3
"""Lines that may stand over a table: a title, a range of days, nothing."""
LONGEST_TEXT = 8 * 2**20
"""Bytes of a delimited text. The longest table of the site, of daily rates since 1992, has some 300,000."""
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})|(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00:00(?:\.0+)?(?:[+-]\d\d:\d\d|Z)?)?")


@dataclass(frozen=True)
class Grid:
    """Rows of cells as they came: text, numbers, dates."""

    kind: str  # xlsx, html, text, soap
    name: str  # of the sheet; "table 1" of a page; the tag of a SOAP row
    title: str  # what stands above the table: of the page, of the file; "" if nothing does
    rows: Sequence[Sequence[Cell]]
    file: str = ""
    above: int = 0  # lines of a text before the first row: what somebody wrote over the table

    def where(self, row: int, column: int | None = None) -> str:
        """Place of a cell as the reader of the file sees it, from indices that start at 0."""
        if self.kind == "xlsx":
            place = f"row {row + 1}" if column is None else f"cell {cell_name(row, column)}"
            return f"sheet {self.name!r}, {place}"
        part = "line" if self.kind == "text" else f"{self.name} row"
        return f"{self.file} {part} {self.above + row + 1}" + ("" if column is None else f", column {column + 1}")


def grids(payload: Payload) -> list[Grid]:
    """Every table of the bytes; none if they hold no table. Raises ReadError for a page or text that is broken."""
    if workbook.is_workbook(payload):
        sheets = workbook.open_workbook(payload)
        return [Grid("xlsx", sheet.name, "", sheet.rows, payload.name) for sheet in sheets]
    if is_soap(payload):
        return _soap(payload)
    if "<table" in html.page_text(payload).lower():
        _, tables = html.open_tables(payload)
        title = html.page_title(payload)
        return [Grid("html", f"table {i}", title, rows, payload.name) for i, rows in enumerate(tables, start=1)]
    rows, above = delimited(payload.content)
    return [Grid("text", "", "", rows, payload.name, above)] if rows else []


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
    for delimiter in DELIMITERS:
        try:
            rows = [tuple(cell.strip() for cell in row) for row in csv.reader(io.StringIO(text), delimiter=delimiter)]
        except csv.Error:
            continue
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


def is_soap(payload: Payload) -> bool:
    return re.search(rb"<(\w+:)?Envelope\b", payload.content[:2000]) is not None


def _soap(payload: Payload) -> list[Grid]:
    """Elements that hold nothing but text, in rows of those around them; columns in the order in which they came."""
    root = xml.parse(payload.content, payload.name)
    found: dict[str, list[Element]] = {}
    for node in root.iter():
        if len(node) and (node.text or "").strip():
            raise ReadError("leftover_field", expected=f"text alone in <{tag(node)}>", got=f"<{tag(node[0])}>",
                            where=payload.name)  # fmt: skip
        if len(node) and all(not len(child) and not child.attrib for child in node):
            found.setdefault(tag(node), []).append(node)
    made = []
    for name, nodes in found.items():
        heads = list(dict.fromkeys(tag(child) for node in nodes for child in node))
        rows: list[list[Cell]] = [list(heads)]
        for node in nodes:
            if len({tag(child) for child in node}) < len(node):
                raise ReadError(
                    "leftover_field", expected="each field once", got=f"two in <{name}>", where=payload.name
                )
            said = {tag(child): (child.text or "").strip() for child in node}
            rows.append([said.get(head, "") for head in heads])
        made.append(Grid("soap", name, "", rows, payload.name))
    return made


def tag(node: Element) -> str:
    """Tag of an element without its namespace."""
    return node.tag.rpartition("}")[2]


def day(cell: Cell) -> date | None:
    """The day of a date cell, or of text dd.mm.yyyy or yyyy-mm-dd at midnight; None for anything else."""
    if isinstance(cell, datetime):
        return cell.date() if cell.time() == datetime.min.time() else None
    if isinstance(cell, date):
        return cell
    if not (match := _DAY.fullmatch(workbook.text(cell))):
        return None
    russian, iso = match.group(3, 2, 1), match.group(4, 5, 6)
    year, month, number = (int(part) for part in (russian if match[1] else iso))
    try:
        return date(year, month, number)
    except ValueError:
        return None
