"""A GACC web page as a `Page`: titles, stamp, and the one data table with its spans expanded, exact cell text kept.

Raises ReadError: wrong_encoding, truncated, no_table, unreadable_image, unreadable_viewer, several_tables,
nested_table, foreign_markup, hidden_cell, bad_span, wrong_column_count.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from transforms.customs.grid import Cell, Page, iso_date
from transforms.model import Payload, ReadError

CONTAINERS = ("div.atcl-cnt", "div.news_detail_con", "div#easysiteText", "div.easysite-news-text")
HEADINGS = ("div.atcl-ttl", "div.news_detail_tit h1", "h1", "title")
STAMPS = ("div.atcl-date", "div.func", "div.easysite-news-describe")
FOREIGN = ["script", "style", "iframe", "object", "embed", "form", "input", "select", "textarea", "svg", "math"]
MEANING = ["sup", "sub", "del", "s", "strike", "ins"]
MAX_SPAN = 60


def decode(content: bytes, where: str) -> str:
    """Text in the declared charset (UTF-8 if none), strictly: one wrong byte and the page is refused."""
    match = re.search(rb"""charset\s*=\s*["']?\s*([\w-]+)""", content[:4096], re.I)
    charset = match[1].decode("ascii").lower() if match else "utf-8"
    if charset in ("gb2312", "gbk", "gb18030"):
        charset = "gb18030"
    try:
        text = content.decode("utf-8-sig" if charset in ("utf-8", "utf8") else charset)
    except (UnicodeDecodeError, LookupError) as error:
        raise ReadError("wrong_encoding", expected=f"text in {charset}", got=str(error), where=where) from error
    if "\x00" in text or "\ufffd" in text:
        raise ReadError("wrong_encoding", expected=f"text in {charset}", got="undecodable characters", where=where)
    return text


def headings(text: str) -> list[str]:
    """Titles a page gives itself, without building the document: for recognition."""
    patterns = (r"<title[^>]*>(.*?)</title>", r'class="atcl-ttl"[^>]*>(.*?)</div>', r"<h1[^>]*>(.*?)</h1>")
    found = [match for pattern in patterns for match in re.findall(pattern, text, re.S | re.I)]
    return [" ".join(BeautifulSoup(item, "lxml").get_text().split()) for item in found if item.strip()]


def open_html(payload: Payload) -> Page:
    """Read the page of a release."""
    where = payload.name or payload.url
    text = decode(payload.content, where)
    soup = BeautifulSoup(text, "lxml")
    titles = [_words(node) for css in HEADINGS for node in soup.select(css)]
    container = next((node for css in CONTAINERS if (node := soup.select_one(css))), soup.body)
    if container is None:
        raise ReadError("no_table", expected="a page with a table", got="no body", where=where)
    tables = [t for t in container.find_all("table") if not t.find_parent("table")]
    if not tables:
        _refuse_tableless(container, where)
    bare = re.sub(r"<!--.*?-->", "", text, flags=re.S).lower()
    if bare.count("<table") > bare.count("</table"):
        raise ReadError("truncated", expected="</table>", got="the page ends inside the table", where=where)
    if len(tables) > 1:
        raise ReadError("several_tables", expected="one table", got=f"{len(tables)} tables", where=where)
    rows = _grid(tables[0], where)
    outside = " ".join(s for s in tables[0].find_all_previous(string=True, limit=40) if container in s.parents)
    stamp = next((d for css in STAMPS for n in soup.select(css) if (d := iso_date(n.get_text()))), "")
    names = tuple(f"row {i + 1} {row[0].words[:40]!r}" for i, row in enumerate(rows))
    return Page(tuple(dict.fromkeys(t for t in titles if t)), rows, names, outside=outside, stamp=stamp)


def _words(node: Tag) -> str:
    return " ".join(node.get_text().split())


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
    if table.find("table"):
        raise ReadError("nested_table", expected="plain cells", got="a table inside the table", where=where)
    if foreign := table.find(FOREIGN):
        raise ReadError("foreign_markup", expected="plain cells", got=f"<{foreign.name}>", where=where)
    rows: list[list[Cell]] = []
    carried: dict[int, tuple[Cell, int]] = {}  # column -> cell hanging down from above, rows left
    for i, tr in enumerate(table.find_all("tr")):
        row: list[Cell] = []

        def hang() -> None:
            while len(row) in carried:  # noqa: B023
                cell, left = carried.pop(len(row))  # noqa: B023
                if left > 1:
                    below[len(row)] = (cell, left - 1)  # noqa: B023
                row.append(cell)  # noqa: B023

        below: dict[int, tuple[Cell, int]] = {}
        for td in tr.find_all(["td", "th"]):
            hang()
            at = f"{where} row {i + 1} column {len(row) + 1}"
            wide, high = _span(td, "colspan", at), _span(td, "rowspan", at)
            cell = _cell(td, wide, at)
            for _ in range(wide):
                if high > 1:
                    below[len(row)] = (cell, high - 1)
                row.append(cell)
        hang()
        carried = below
        if row:
            rows.append(row)
    width = max((len(row) for row in rows), default=0)
    for i, row in enumerate(rows):
        if len(row) != width:
            raise ReadError(
                "wrong_column_count",
                expected=f"{width} cells",
                got=f"{len(row)} cells: {[c.words for c in row][:12]}",
                where=f"{where} row {i + 1} {row[0].words[:40]!r}",
            )
    return tuple(tuple(row) for row in rows)


def _span(td: Tag, name: str, where: str) -> int:
    text = str(td.get(name, "1")).strip()
    if not text.isdigit() or not 1 <= int(text) <= MAX_SPAN:
        raise ReadError("bad_span", expected=f"{name} of 1 to {MAX_SPAN}", got=repr(text), where=where)
    return int(text)


def _cell(td: Tag, width: int, where: str) -> Cell:
    for node in [td, *td.find_all(True)]:
        style = str(node.get("style", "")).replace(" ", "").lower()
        if node.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style or "font-size:0" in style:
            raise ReadError("hidden_cell", expected="visible text", got=f"hidden {_words(node)!r}", where=where)
    runs = [s for s in td.find_all(string=True) if type(s) is NavigableString and s.strip()]
    meaning = td.find(MEANING)
    text = td.get_text().replace("\r\n", "\n").strip("\n\t\r ")
    return Cell(text, pieces=max(1, len(runs)), markup=meaning.name if meaning else "", width=width)
