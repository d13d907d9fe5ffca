"""Text of a report (PDF, HTML or plain) as sentences with their place in the document."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from bs4 import BeautifulSoup, NavigableString
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from transforms.model import Payload, ReadError

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # a broken PDF is told by our refusal, once
_ABBREVIATED = r"(?<!\b[A-ZА-Я]\.)(?<!долл\.)(?<!млн\.)(?<!млрд\.)"
LONGEST = 2000
"""Characters of a sentence, where those of reports have some 250. A text without full stops is cut at that length: the
time of a pattern may grow with the square of it."""
MOST_PAGES, MOST_TEXT = 500, 3_000_000
"""Reviews have a hundred pages and 300,000 characters. What a page unpacks to is bounded by pypdf."""
_END = re.compile(rf"(?<=[.!?]){_ABBREVIATED}[\"”’»)]*\s+(?=[\"“«(]?[A-ZА-ЯЁ])")

HEAD = 8
"""Lines in which title and dateline stand."""
DATELINE = re.compile(r"(\d{1,2}) ([A-Za-zА-Яа-я]+) (\d{4})")
_BLOCKS = ["p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "div", "section", "article", "main",
           "header", "blockquote", "pre", "body"]  # fmt: skip
_TABLE = re.compile(r"(</?table\b)", re.IGNORECASE)
_BREAK = "\ue000"  # stands for <br> while blanks are put together; no text has it
_FULL = re.compile(r"[.!?…][\"”’»)]*$")
_BULLET = re.compile(r"^[•*·▪-] +")


@dataclass(frozen=True)
class Sentence:
    text: str
    place: str  # "paragraph 12" of a text, "page 3" of a PDF


def is_pdf(payload: Payload) -> bool:
    return payload.content[:5] == b"%PDF-"


def sentences(payload: Payload) -> list[Sentence]:
    """Every sentence in reading order. Raises ReadError: truncated, no_text (a scan), wrong_encoding."""
    blocks = _pages(payload) if is_pdf(payload) else _paragraphs(payload)
    found: list[Sentence] = []
    for place, block in blocks:
        parts = _split(block)
        before = found[-1].text if found else ""
        if before and parts and parts[0][0].islower() and not (_FULL.search(before) or DATELINE.fullmatch(before)):
            found[-1] = Sentence(f"{before} {parts.pop(0)}", found[-1].place)  # cut by the end of a page
        found += [Sentence(part, place) for part in parts]
    if not found:
        raise ReadError("no_text", expected="a report with text", got="none", where=payload.name,
                        hint="A scanned document has to be turned into text first.")  # fmt: skip
    return found


def _split(block: str) -> list[str]:
    words = " ".join(block.replace("\xa0", " ").replace("\u00ad", "").split())
    parts = (part.strip() for part in _END.split(words))
    return [part[at : at + LONGEST] for part in parts for at in range(0, len(part), LONGEST)]


def _pages(payload: Payload) -> list[tuple[str, str]]:
    try:
        pages = PdfReader(BytesIO(payload.content)).pages
        texts: list[str] = []
        for page in pages:
            texts.append(page.extract_text())
            if len(texts) > MOST_PAGES or sum(map(len, texts)) > MOST_TEXT:
                raise _endless(payload)
    except (PyPdfError, ValueError, KeyError, OSError) as error:
        raise ReadError("truncated", expected="a whole PDF", got=str(error), where=payload.name) from error
    words = [re.sub(r"-\n(?=[a-zа-я])", "", text) for text in texts]
    head, words[:1] = _head(words[0]) if words else ([], [])
    return [*(("page 1", line) for line in head), *((f"page {n}", text) for n, text in enumerate(words, start=1))]


def _head(page: str) -> tuple[list[str], list[str]]:
    """Title and dateline of a first page, lines that end without a stop before one that starts anew; and the rest."""
    lines = [line.strip() for line in page.splitlines() if line.strip()]
    starts = [line[0].isupper() or line[0].isdigit() for line in lines]
    head = 0
    while head + 1 < min(len(lines), HEAD) and starts[head + 1] and not lines[head].endswith((".", ",", ";", ":", "-")):
        head += 1
    return lines[:head], ["\n".join(lines[head:])]


def _endless(payload: Payload) -> ReadError:
    expected = f"a report of at most {MOST_PAGES} pages and {MOST_TEXT:,} characters"
    return ReadError("bomb", expected=expected, got="more", where=payload.name)


def decode(payload: Payload) -> str:
    """The text of a page or file: UTF-8, or windows-1251 as older Russian texts are. '' for bytes that are no text."""
    content = payload.content
    if b"\x00" in content[:4096]:
        return ""
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def outside_tables(page: str) -> tuple[str, int]:
    """What stands outside of tables, and how many tables there are; a text that is no page is the former."""
    kept, depth, count = [], 0, 0
    for part in _TABLE.split(page):
        if part.lower() == "<table":
            depth, count = depth + 1, count + 1
        elif part.lower() == "</table":
            depth = max(depth - 1, 0)
        elif not depth:
            kept.append(part)
    return " ".join(kept), count


def _paragraphs(payload: Payload) -> list[tuple[str, str]]:
    text = decode(payload)
    if not text:
        raise ReadError("wrong_encoding", expected="text", got=repr(payload.content[:20]), where=payload.name)
    if len(text) > MOST_TEXT:
        raise _endless(payload)
    is_page = re.search(r"<(html|body|p|div)\b", text[:20000], re.IGNORECASE)
    found = _unwrapped(_lines_of_page(text) if is_page else text.splitlines())
    return [(f"paragraph {count if is_page else line}", block) for count, (line, block) in enumerate(found, start=1)]


def _lines_of_page(text: str) -> list[str]:
    """What a page says in prose, a block or a line of one each; within <p> lines run on. Blank lines part blocks."""
    soup = BeautifulSoup(text, "lxml")
    for node in soup(["script", "style", "nav", "aside", "footer", "head", "table"]):
        node.decompose()
    for node in soup("br"):
        node.replace_with(" " if node.find_parent("p") else _BREAK)
    lines, of = [""], None
    for string in soup.find_all(string=lambda found: type(found) is NavigableString):
        block = string.find_parent(_BLOCKS)
        if block is not of:
            lines += ["", ""]
            of = block
        first, *more = " ".join(string.split()).split(_BREAK)
        lines[-1:] = [f"{lines[-1]} {first}", *more]
    return [line.strip() for line in lines]


def _unwrapped(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Paragraphs with the number of their first line: lines of a text that was broken at a width are put together.

    A half sentence may say the reverse of the whole one ("It is not true that / ..."), so what may belong to the line
    before does: it goes on in small letters or with a figure, or its first word had no room there.
    """
    width = max(map(len, lines), default=0)
    start, block, last = 0, "", ""
    for number, line in enumerate((line.strip() for line in lines), start=1):
        if block and line and not _anew(line, last, width):
            block += f" {line}"
        else:
            if block:
                yield start, block
            start, block = number, _BULLET.sub("", line)
        last = line
    if block:
        yield start, block


def _anew(line: str, last: str, width: int) -> bool:
    """Does a line begin a paragraph after `last`, where the longest has `width` characters?"""
    if _FULL.search(last) or _BULLET.match(line) or DATELINE.fullmatch(line) or DATELINE.fullmatch(last):
        return True
    had_room = len(last) + 1 + len(line.partition(" ")[0]) <= width
    return had_room and line[0].isupper() and last[-1] not in ",;:—–-"
