"""Text of a report (PDF, HTML or plain) as sentences with their place in the document."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from io import BytesIO

from bs4 import BeautifulSoup
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


@dataclass(frozen=True)
class Sentence:
    text: str
    place: str  # "paragraph 12" of a text, "page 3" of a PDF


def is_pdf(payload: Payload) -> bool:
    return payload.content[:5] == b"%PDF-"


def sentences(payload: Payload) -> list[Sentence]:
    """Every sentence in reading order. Raises ReadError: truncated, no_text (a scan), wrong_encoding."""
    blocks = _pages(payload) if is_pdf(payload) else _paragraphs(payload)
    found = [Sentence(part, place) for place, block in blocks for part in _split(block)]
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


def _paragraphs(payload: Payload) -> list[tuple[str, str]]:
    text = decode(payload)
    if not text:
        raise ReadError("wrong_encoding", expected="text", got=repr(payload.content[:20]), where=payload.name)
    if len(text) > MOST_TEXT:
        raise _endless(payload)
    if re.search(r"<(html|body|p|div)\b", text[:20000], re.IGNORECASE):
        soup = BeautifulSoup(text, "lxml")
        for node in soup(["script", "style", "nav", "footer"]):
            node.decompose()
        blocks = [node.get_text(" ") for node in soup.find_all(["h1", "h2", "h3", "p", "li", "td"])]
    else:
        blocks = text.splitlines()
    return [(f"paragraph {number}", block) for number, block in enumerate(blocks, start=1) if block.strip()]
