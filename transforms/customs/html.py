"""A GACC web page as a `Page`: titles, stamp, and the one data table with its spans expanded, exact cell text kept.

Raises ReadError: wrong_encoding, no_page, truncated, no_table, unreadable_image, unreadable_viewer, several_tables,
nested_table, foreign_markup, bad_span.
"""

from __future__ import annotations

import email
import re
from collections import Counter
from dataclasses import replace

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from transforms.customs.grid import HIDDEN, UNEVEN, Cell, Page, iso_date, visible_words
from transforms.model import Payload, ReadError
from transforms.spans import laid_out
from transforms.tags import select, tags_below

CONTAINERS = ("div.atcl-cnt", "div.news_detail_con", "div#easysiteText", "div.easysite-news-text")
HEADINGS = ("div.atcl-ttl", "div.news_detail_tit h1", "h1", "title")
STAMPS = ("div.atcl-date", "div.func", "div.easysite-news-describe")
FOREIGN = ["script", "style", "iframe", "object", "embed", "form", "input", "select", "textarea", "svg", "math"]
MEANING = ["sup", "sub", "del", "s", "strike", "ins"]
UNSEEN = ("display:none", "visibility:hidden", "font-size:0")
_AMOUNT = re.compile(r"^\s*-?(\d{1,3}(,\d{3})+(\.\d+)?|\d+\.\d+)\s*$")
_FIGURE = re.compile(r"^\s*-?[\d,]*\d(?:\.\d+)?\s*$")


def decode(content: bytes, where: str) -> str:
    """Text of a page as served or as a browser saved it: UTF-16 or UTF-8 with a mark, a web archive (.mhtml), or bytes.

    Bytes are read strictly in the code page they declare (UTF-8 if none). Where that fails, or is not what is declared,
    a page that is whole UTF-8 is that, and one that is whole GB18030 is that: figures and known labels are the same in
    no other reading. ReadError `wrong_encoding` else, with what is declared and where it breaks.
    """
    if is_web_archive(content):
        content, declared = _from_archive(content, where)
    else:
        declared = ""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding, f"{encoding} as its first bytes say", where)
    if b"\x00<\x00" in content[:4096] or b"<\x00" in content[:4096]:
        odd = content[:4096].count(b"\x00<") > content[:4096].count(b"<\x00")
        return _strictly(content, "utf-16-be" if odd else "utf-16-le", "UTF-16 without a mark", where)
    match = re.search(rb"""charset\s*=\s*["']?\s*([\w-]+)""", content[:4096], re.I)
    declared = (match[1].decode("ascii").lower() if match else declared) or "utf-8"
    try:
        return _strictly(content, "utf-8", declared, where)
    except ReadError as error:
        if declared in ("utf-8", "utf8", "gb2312", "gbk", "gb18030", "unicode"):
            declared, told = "gb18030", declared
        else:
            told = declared
        try:
            return _strictly(content, declared, told, where)
        except ReadError:
            raise error from None


MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
ADVICE = (
    "Save the page once more as 'Webpage, HTML only' with its own code page, or ingest the file of another browser."
)


def _strictly(content: bytes, encoding: str, declared: str, where: str) -> str:
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        at = f"byte {error.start:,} does not fit" if isinstance(error, UnicodeDecodeError) else "no such code page"
        raise ReadError(
            "wrong_encoding", expected=f"text in the code page it declares ({declared}), UTF-8 or GB18030", got=at,
            where=where, hint=ADVICE,
        ) from error  # fmt: skip
    if "\x00" in text or "\ufffd" in text:
        raise ReadError(
            "wrong_encoding", expected=f"text in {declared}", got="characters that were lost before the page was saved",
            where=where, hint=ADVICE,
        )  # fmt: skip
    return text


def is_web_archive(content: bytes) -> bool:
    """Did a browser save the page with all it shows in one file ("Webpage, single file")?"""
    head = content[:4096].lower()
    return b"multipart/related" in head and b"content-type:" in head and b"mime-version:" in head


def _from_archive(content: bytes, where: str) -> tuple[bytes, str]:
    """The page itself out of a web archive, and the code page that the archive names for it."""
    message = email.message_from_bytes(content)
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    start = str(message.get_param("start") or "")
    pages = [part for part in pages if start and part.get("Content-ID") == start] or pages[:1]
    body = pages[0].get_payload(decode=True) if pages else None
    if not isinstance(body, bytes) or not body.strip():
        raise ReadError(
            "no_page", expected="a page in the web archive", got="none", where=where,
            hint="The file is cut, or it holds pictures only: save the page again.",
        )  # fmt: skip
    return body, str(pages[0].get_content_charset() or "")


def headings(text: str) -> list[str]:
    """Titles a page gives itself, without building the document: for recognition."""
    patterns = (r"<title[^>]*>(.*?)</title>", r'class="atcl-ttl"[^>]*>(.*?)</div>', r"<h1[^>]*>(.*?)</h1>")
    found = [match for pattern in patterns for match in re.findall(pattern, text, re.S | re.I)]
    return _texts(found)


def headings_inside(text: str) -> list[str]:
    """The first cells of the first table: a table that was copied without its page has its title there."""
    start = re.search(r"<table\b", text, re.I)
    cells = re.finditer(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", text[start.start() :] if start else "", re.S | re.I)
    found = _texts([cell[1] for cell, _ in zip(cells, range(30), strict=False)])
    return [text for text in found if not text.isdigit()][:4]  # pandas numbers the columns


def _texts(found: list[str]) -> list[str]:
    return [" ".join(BeautifulSoup(item, "lxml").get_text().split()) for item in found if item.strip()]


def open_html(payload: Payload) -> Page:
    """Read the page of a release."""
    where = payload.name or payload.url
    text = decode(payload.content, where)
    soup = BeautifulSoup(text, "lxml")
    tags = tags_below(soup)
    titles = [_words(node) for css in HEADINGS for node in select(tags, css)]
    container = next((node for css in CONTAINERS for node in select(tags, css)), soup.body)
    if container is None:
        raise ReadError("no_table", expected="a page with a table", got="no body", where=where)
    tables = _data_tables(container)
    if not tables:
        _refuse_tableless(container, where)
    bare = re.sub(r"<!--.*?-->", "", text, flags=re.S).lower()
    if bare.count("<table") > bare.count("</table"):
        raise ReadError("truncated", expected="a whole page", got="one that ends inside its table", where=where,
                        hint="The download or copy was cut: fetch the page again.")  # fmt: skip
    if soup.body and container is not soup.body:
        tables += [table for table in _data_tables(soup.body) if table not in tables and _has_amounts(table)]
    if len(tables) > 1:
        raise ReadError("several_tables", expected="one table a page", got=f"{len(tables)} tables with figures",
                        where=where, hint="Keep each table in a file of its own.")  # fmt: skip
    grid = _used(_grid(tables[0], where))
    printed = [(i, row) for i, row in enumerate(grid) if any(cell.words for cell in row)]
    rows = tuple(row for _, row in printed)
    outside = " ".join(s for s in tables[0].find_all_previous(string=True, limit=40) if container in s.parents)
    stamp = next((d for css in STAMPS for n in select(tags, css) if (d := iso_date(n.get_text()))), "")
    names = tuple(f"row {i + 1} {row[0].words[:40]!r}" for i, row in printed)
    return Page(tuple(dict.fromkeys(t for t in titles if t)), rows, names, outside=outside, stamp=stamp)


def _words(node: Tag) -> str:
    return " ".join(node.get_text().split())


def _data_tables(container: Tag) -> list[Tag]:
    """The tables that hold figures: not those that only lay out the page, nor what stands inside one with figures."""
    found: list[Tag] = []
    for table in container.find_all("table"):
        printed = (s for s in table.descendants if type(s) is NavigableString and _FIGURE.match(s))
        own = any(s.find_parent("table") is table for s in printed)
        if (own or not table.find("table")) and not any(parent is other for parent in table.parents for other in found):
            found.append(table)
    if len(found) < 2:
        return found
    wide = [table for table in found if _is_wide(table)]
    return wide if len(wide) == 1 else found


def _is_wide(table: Tag) -> bool:
    """Has it three rows of three cells at least?"""
    return sum(len(tr.find_all(["td", "th"])) > 2 for tr in table.find_all("tr")) > 2


def _has_amounts(table: Tag) -> bool:
    """Has it figures as tables of trade print them? The days of a calendar and the links of a menu are none."""
    return _is_wide(table) and len(table.find_all(string=_AMOUNT)) > 2


def _refuse_tableless(container: Tag, where: str) -> None:
    if image := container.find("img"):
        raise ReadError(
            "unreadable_image",
            expected="a table",
            got=f"an image ({image.get('src')})",
            where=where,
            hint="The figures of this page exist as a picture only.",
        )
    if frame := container.find("iframe"):
        raise ReadError(
            "unreadable_viewer",
            expected="a table",
            got=f"an embedded viewer ({str(frame.get('src'))[:60]})",
            where=where,
            hint="Fetch the .xls attachment of this article and ingest that.",
        )
    raise ReadError("no_table", expected="a table", got="none in the page's body", where=where)


def _grid(table: Tag, where: str) -> tuple[tuple[Cell, ...], ...]:
    """Rows of equal width; a cell that spans stands in every place it covers."""
    tags = tags_below(table)
    if any(tag.name == "table" for tag in tags):
        raise ReadError("nested_table", expected="plain cells", got="a table inside the table", where=where)
    if foreign := next((tag for tag in tags if tag.name in FOREIGN), None):
        raise ReadError("foreign_markup", expected="plain cells", got=f"<{foreign.name}>", where=where)
    rows = [row for row in laid_out([tag for tag in tags if tag.name == "tr"], _cell, where, odd="refuse") if row]
    counts = Counter(len(row) for row in rows)
    width = max(counts, key=lambda cells: (counts[cells], cells), default=0)
    return tuple(_even(row, width) for row in rows)


def _even(row: list[Cell], width: int) -> tuple[Cell, ...]:
    """The row in the width of most others. Of one that is narrower or wider no cell is certain, and its last says so;
    a title or note of one cell is as wide as the table."""
    if len(row) >= width and not any(cell.words for cell in row[width:]):
        return tuple(row[:width])
    if row[0].words and not any(cell.words for cell in row[row[0].width :]):
        return (replace(row[0], width=width),) * width
    if not any(cell.words for cell in row):
        return (Cell(),) * width  # as Excel ends a page
    odd = Cell(f"{len(row)} cells", markup=UNEVEN)
    return (*row[: width - 1], *[odd] * (width - min(len(row), width - 1)))


def _used(rows: tuple[tuple[Cell, ...], ...]) -> tuple[tuple[Cell, ...], ...]:
    """The rows without the columns at either side in which nothing stands, as Excel leaves them."""
    filled = [j for j in range(len(rows[0]) if rows else 0) if any(row[j].words and row[j].width == 1 for row in rows)]
    return tuple(row[filled[0] : filled[-1] + 1] for row in rows) if filled else rows


def _cell(td: Tag, width: int, where: str) -> Cell:
    hidden, meaning, runs = False, "", 0
    for node in [td, *td.descendants]:  # once: a table of the bulletin has 3,000 cells
        if isinstance(node, Tag):
            if not meaning and node is not td and node.name in MEANING:
                meaning = node.name
            style = str(node.get("style", "")).replace(" ", "").lower()
            hidden |= node.has_attr("hidden") or any(word in style for word in UNSEEN)
        elif type(node) is NavigableString and node.strip():
            runs += 1
    text = visible_words(td.get_text()).replace("\r\n", "\n").strip("\n\t\r ")
    return Cell(text, pieces=max(1, runs), markup=HIDDEN if hidden else meaning, width=width)
