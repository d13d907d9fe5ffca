"""The file of a customs table as a `Page`, whatever it was kept in, and which layout its titles belong to.

Files: a page, a web archive, a workbook, or text with commas, semicolons or tabs as a spreadsheet saves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

from transforms import yaml_file
from transforms.customs.grid import Cell, Page, lone_text
from transforms.customs.html import decode, headings, headings_inside, is_web_archive, open_html
from transforms.customs.rewritten import as_printed
from transforms.customs.sheet import is_workbook, open_sheet, sheets
from transforms.customs.text import cells_of, open_text
from transforms.customs.titles import parse_title
from transforms.model import Payload, ReadError

FIRST = 5
"""Rows at the top of a sheet or table in which its title stands: some have the publisher's name or empty rows above."""


def open_page(payload: Payload) -> Page:
    """The page of a payload. ReadError as in html, sheet and text."""
    return _opened(payload.content, payload.name, payload.url)


@lru_cache(maxsize=2)
def _opened(content: bytes, name: str, url: str) -> Page:
    payload = Payload(content, name, url)
    if is_workbook(content):
        return as_printed(open_sheet(payload, _names_a_table))
    return as_printed(open_html(payload) if _is_markup(content) else open_text(payload))


def _names_a_table(text: str) -> bool:
    return parse_title(text).words in names_of_tables()


def _is_markup(content: bytes) -> bool:
    return b"<" in content[:2048] or is_web_archive(content)


def table_titles(payload: Payload) -> tuple[str, ...]:
    """The titles in the bytes that are those of customs tables, whichever; none of bytes that cannot be opened."""
    return _titles(payload.content, payload.name)


@lru_cache(maxsize=2)
def _titles(content: bytes, name: str) -> tuple[str, ...]:
    try:
        if is_workbook(content):
            texts: Iterable[str] = [text for sheet in sheets(content, name) for text in lone_texts(sheet.rows)]
        elif _is_markup(content):
            text = decode(content, name)
            inside = (words for words in headings_inside(text) if parse_title(words).year)  # an index names no month
            texts = _of_tables(headings(text)) or inside
        else:
            texts = lone_texts(cells_of(content)[:FIRST])
    except ReadError:
        return ()
    return _of_tables(texts)


def _of_tables(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(text for text in dict.fromkeys(texts) if _names_a_table(text))


def refuse_unread(payload: Payload) -> None:
    """Raise ReadError `no_layout` for a table that is known by its title, but that nothing here reads."""
    known = yaml_file.load(Path(__file__).with_name("unread.yaml"))["titles"]
    for text in table_titles(payload):
        if what := known.get(parse_title(text).words):
            raise ReadError("no_layout", expected="a table that a product reads", got=f"{text!r}: {what}",
                            where=payload.name, hint="No copy was at hand that shows its form, so nothing is read of "
                            "it. A layout in transforms/customs would read it (CONTRIBUTING.md).")  # fmt: skip


def lone_texts(rows: Sequence[Sequence[Cell]]) -> list[str]:
    """Texts that stand alone in their row, as titles do."""
    return [text for row in rows if (text := lone_text(row))]


@cache
def names_of_tables() -> frozenset[str]:
    """What any layout calls its table: exports and imports, month and bulletin, are printed in the same columns."""
    found = [yaml_file.load(path) for path in Path(__file__).parent.glob("*.yaml")]
    return frozenset(words for plan in found if isinstance(plan, dict) for words in plan.get("titles", ()))
