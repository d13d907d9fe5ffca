"""Downloads of the online query that were saved again as a workbook or as a web page: the rows from the header on.

A page is what Excel, LibreOffice, Google Sheets or pandas make of the rows. Each cell is text there, as it was shown;
whether something was lost on the way is judged as for any other file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bs4 import BeautifulSoup, Tag

from transforms.customs.grid import visible
from transforms.customs.html import decode, is_web_archive
from transforms.customs.query_header import is_header, top_of
from transforms.customs.sheet import ZIP, cells_of_sheets, is_workbook
from transforms.model import Payload, ReadError
from transforms.refusals import refuse_bomb

Rows = list[list[str]]
SHORT = 4096
"""Bytes of a file that is asked for its header before anybody has looked whether it is a bomb (flows/run/ingest.py)."""
_HEADINGS = re.compile(r"数据年月|商品编码|贸易伙伴编码|date\s+of\s+data|(?:commodity|partner|regime)\s+code", re.I)


def is_page(head: bytes) -> bool:
    """Do the first bytes begin a web page or a web archive?"""
    if head.lstrip(b"\xef\xbb\xbf").startswith(b"<?xml") and b"<html" not in head.lower():
        return False
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe \r\n\t\0")[:1] == b"<" or is_web_archive(head)


def rows_of(content: bytes, name: str) -> Rows:
    """The rows of the sheet or table that holds a download, its header first; of several that hold one, all.

    A person keeps months in sheets of their own. Sheets without a header of the query, notes or pivot tables, are left
    out; without any such header the only sheet is given as it is. ReadError `several_sheets`, `joined_files`, or as in
    sheet and html.
    """
    refuse_bomb(Payload(content, name))
    return _rows_of(content, name)


def _rows_of(content: bytes, name: str) -> Rows:
    found = cells_of_sheets(content, name) if is_workbook(content) else _tables(content, name)
    ours = [(title, rows[top_of(rows) :]) for title, rows in found if any(map(is_header, rows[top_of(rows) :][:1]))]
    if not ours and len(found) == 1:
        return found[0][1]
    if not ours:
        titles = ", ".join(repr(title) for title, _ in found)
        raise ReadError("several_sheets", expected="a sheet with rows of the query", got=f"{len(found)}: {titles}",
                        where=name, hint="Give the rows their headings as served.")  # fmt: skip
    if len({tuple(rows[0]) for _, rows in ours}) > 1:
        titles = ", ".join(repr(title) for title, _ in ours)
        raise ReadError("joined_files", expected="rows of the query under one header", got=f"several: {titles}",
                        where=name, hint="Keep downloads with different columns in files of their own.")  # fmt: skip
    return [ours[0][1][0], *(row for _, rows in ours for row in rows[1:])]


def _tables(content: bytes, name: str) -> list[tuple[str, Rows]]:
    soup = BeautifulSoup(decode(content, name), "lxml")
    tables = [table for table in soup.find_all("table") if not table.find("table")]
    return [(f"table {i}", _even(_rows(table))) for i, table in enumerate(tables, 1)]


def _rows(table: Tag) -> Rows:
    """Text of the cells; the letters of columns and numbers of rows that Google Sheets prints around are none."""
    for hidden in table.find_all(["tr", "td"], style=lambda style: "display:none" in (style or "").replace(" ", "")):
        hidden.decompose()
    lettered = table.select("th.row-headers-background, th.column-headers-background, th.freezebar-cell")
    for cell in lettered:
        cell.decompose()
    rows = [
        [" ".join(visible(cell.get_text()).split()) for cell in tr.find_all(["td", "th"])]
        for tr in table.find_all("tr")
    ]
    return [row for row in rows if any(row)]


def _even(rows: Rows) -> Rows:
    """Rows as wide as the widest: what is left out at the end of a row is empty."""
    width = max(map(len, rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows]


def header_of(content: bytes, name: str) -> Sequence[str] | None:
    """The header row of a workbook or page; None if it has no word of one."""
    if not is_workbook(content) and not _HEADINGS.search(decode(content, name)):
        return None  # one of thousands of other pages
    if content[:4] == ZIP and b"[Content_Types].xml" not in content:
        return None  # an archive of other files
    rows = (rows_of if len(content) <= SHORT else _rows_of)(content, name)
    return rows[0] if rows else None
