"""A page of links to releases, given as a file: told as that, since its figures are behind the links.

Yearly indexes of the English site (columns Title and Month), lists of articles and yearly bulletin pages of the Chinese
sites. ReadError `index_page`.
"""

from __future__ import annotations

import re

from bs4 import BeautifulSoup, Tag

from transforms.customs.html import decode
from transforms.customs.pages import names_of_tables
from transforms.customs.titles import parse_title
from transforms.model import Payload, ReadError
from transforms.periods import MONTHS_EN

FEW = 3
"""Links to releases that make a page an index: an article links its neighbours, two at most."""
_ENGLISH_ROWS = re.compile(r"^\s*title\s*$", re.I)
_ADVICE = (
    "The tables are behind its links: `portvault backfill --source {} --from {}-01 --to {}-12` fetches them, or save "
    "the pages of the tables and ingest those."
)


def refuse_index(payload: Payload) -> None:
    """Raise ReadError for a page of links to customs releases; other bytes are left alone."""
    head = payload.content[:400_000].lower()
    if b"<a " not in head or (head.lstrip().startswith(b"<?xml") and b"<html" not in head):
        return
    try:
        soup = BeautifulSoup(decode(payload.content, payload.name), "lxml")
    except ReadError:
        return
    links = [link for link in soup.find_all("a", href=True) if _leads_to_a_table(link)]
    if len(links) < FEW:
        return
    title = " ".join(soup.title.get_text().split()) if soup.title else ""
    english = soup.find(["td", "th"], string=_ENGLISH_ROWS) is not None
    chosen = soup.select_one("select option[selected]") or soup.select_one("select option")
    stated = " ".join([title, chosen.get_text() if chosen else "", *(_words(link) for link in links)])
    years = sorted(re.findall(r"20[012]\d", stated)) or ["YYYY"]
    raise ReadError(
        "index_page", expected="a page with figures", where=payload.name,
        got=f"an index of releases{f' titled {title!r}' if title else ''}: {len(links)} links to tables, no figures",
        hint=_ADVICE.format("gacc_en" if english else "gacc_zh", years[0], years[-1]),
    )  # fmt: skip


def _leads_to_a_table(link: Tag) -> bool:
    """Does the link name a table, or a month in a row that names one?"""
    if _names(_words(link)):
        return True
    row = link.find_parent("tr")
    return row is not None and _is_month(link) and any(_names(_words(cell)) for cell in row.find_all(["td", "th"]))


def _words(node: Tag) -> str:
    return " ".join(str(node.get("title") or node.get_text(" ")).split())


def _names(words: str) -> bool:
    return parse_title(words).words in names_of_tables()


def _is_month(link: Tag) -> bool:
    """Jan., Jan.-Feb., 3月."""
    last = link.get_text(" ").rpartition("-")[2].strip().rstrip(".").lower()
    return last in MONTHS_EN or bool(re.fullmatch(r"\d{1,2}月", last))
