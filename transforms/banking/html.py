"""Tables of the Bank of Russia's HTML pages as rows of text, merged cells filled.

Raises ReadError: not_a_page, truncated, bad_span, loose_text, broken_tag.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from bs4 import BeautifulSoup, Tag

from transforms.code_pages import page_encoding
from transforms.model import Payload, ReadError
from transforms.spans import laid_out

Grid = Sequence[Sequence[str]]
NO_MARKUP = re.compile(r"<!--.*?-->|<(script|style)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
BROKEN = re.compile(r"<[^<>]*<")


def page_text(payload: Payload) -> str:
    """The page decoded as UTF-8, in which the site publishes, or windows-1251 where the page says so; else ''."""
    if b"<" not in payload.content[:2048]:
        return ""
    try:
        russian = page_encoding(payload.content) == "windows-1251"
        return payload.content.decode("cp1251" if russian else "utf-8-sig")
    except UnicodeDecodeError:
        return ""


def page_title(payload: Payload) -> str:
    """The page's own words for itself: its first heading, or else its <title>."""
    for pattern in (r"<h1\b[^>]*>(.*?)</h1>", r"<title\b[^>]*>(.*?)</title>"):
        if match := re.search(pattern, page_text(payload), re.IGNORECASE | re.DOTALL):
            words = BeautifulSoup(match[1], "lxml").get_text(" ")
            if said := " ".join(words.split()):
                return said
    return ""


def open_tables(payload: Payload) -> tuple[str, Sequence[Grid]]:
    """Visible text of the page, and its tables that hold no other table."""
    text = page_text(payload)
    if not text:
        raise ReadError("not_a_page", expected="an HTML page in UTF-8", got=repr(payload.content[:40]),
                        where=payload.name)  # fmt: skip
    return _tables_of(text, payload.name)


@lru_cache(maxsize=4)  # every product that reads pages looks at the same one
def _tables_of(text: str, where: str) -> tuple[str, list[Grid]]:
    if text.lstrip().startswith("<?xml"):
        raise ReadError("not_a_page", expected="an HTML page", got="an XML document", where=where)
    lowered = text.lower()
    if lowered.count("<table") > lowered.count("</table"):
        raise ReadError("truncated", expected="</table>", got="the page ends inside a table", where=where,
                        hint="Download it again.")  # fmt: skip
    _refuse_broken_tags(text, where)
    soup = BeautifulSoup(text, "lxml")
    tables = [_grid(table, where) for table in soup.find_all("table") if not table.find("table")]
    return " ".join(soup.get_text(" ").split()), tables


def _refuse_broken_tags(text: str, where: str) -> None:
    """A tag that another one interrupts (</td28.10.2024</td>) would be mended by dropping what stands in it."""
    start, end = text.lower().find("<table"), text.lower().rfind("</table")
    if broken := BROKEN.search(NO_MARKUP.sub("", text[start:end]) if start >= 0 else ""):
        raise ReadError("broken_tag", expected="whole tags in the table", got=repr(broken[0][:60]), where=where,
                        hint="Download it again.")  # fmt: skip


def _grid(table: Tag, where: str) -> Grid:
    """Rows of cells; a cell that spans stands in every place it covers."""
    rows = table.find_all("tr")
    cells = [cell for tr in rows for cell in tr.find_all(["td", "th"])]
    inside = sum(len(list(part.stripped_strings)) for part in [*cells, *table.find_all("caption")])
    if inside != len(list(table.stripped_strings)):
        raise ReadError("loose_text", expected="all text of a table in its cells", got="some outside", where=where,
                        hint="A tag is broken and would hide a row. Download it again.")  # fmt: skip
    words = laid_out(rows, lambda cell, *_: " ".join(cell.get_text(" ").split()), where, odd="refuse")
    width = max(map(len, words), default=0)
    return [[*row, *[""] * (width - len(row))] for row in words]
