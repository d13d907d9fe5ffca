"""Tables of whatever a source gives them in: sheets, HTML tables, delimited text, rows of a SOAP answer.

A dynamic table of the Bank of Russia's site can be had as a page, as an .xlsx export, by SOAP, and as text that someone
saved from one of these. A reader that knows columns by their headings need not care which. Raises ReadError.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from transforms.banking import html, workbook, xml
from transforms.banking.delimited import delimited
from transforms.banking.workbook import Cell, cell_name
from transforms.model import Payload, ReadError


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


def refuse_cut(grid: Grid, payload: Payload) -> None:
    """Raise ReadError `truncated` for a text whose last line does not end."""
    if grid.kind == "text" and not payload.content.rstrip(b" \t\0").endswith(b"\n"):
        raise ReadError("truncated", expected="a line end after the last line", got=str(list(grid.rows[-1])),
                        where=payload.name, hint="The last rate may be cut short. Save it again.")  # fmt: skip


def is_soap(payload: Payload) -> bool:
    """Is it an answer of the Bank's SOAP service, whole or the part that a program has taken out of it?"""
    return re.search(rb"<(\w+:)?(Envelope|KeyRate|Ruonia|diffgram)\b", payload.content[:2000]) is not None


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
