"""Pages of a PDF as blocks of text: running heads and page numbers left out, columns one after another, tables as rows.

Where a page has columns or a table is seen from the places of its words (layout of pypdf); other pages are read in the
order in which they were written.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from transforms.model import Payload, ReadError
from transforms.reports.text import HEAD, MOST_TEXT

logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # a broken PDF is told by our refusal, once
MOST_PAGES = 500
"""Reviews have a hundred pages. What a page unpacks to is bounded by pypdf."""
EDGE = 2
"""Lines at the top and at the bottom of a page where its running head, its foot and its number stand."""
REPEATED = 3
"""On so many pages a line at the edge is a running head; two may begin with the same title."""
COLUMNS = 0.5
"""The least part of a page's lines that have words on either side of the gap between two columns."""
SAME_LINE = 3.0
"""Points: lines of small print are seven apart, and the words of one line stand a point or two higher or lower."""
SMALLEST, FARTHEST = 1.0, 20_000.0
"""Points: letters are larger than one and stand within some thousand. Other pages would be laid out in gigabytes."""
BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, ZeroDivisionError)
"""What pypdf raises for a damaged file, and for fonts without widths."""
_NUMBER = re.compile(r"[(+−–-]?\d[\d ,.]*%?\)?|[–—-]|н/д|n/a", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W\d_]")


def blocks(payload: Payload, row: str) -> list[tuple[str, str]]:
    """Blocks with their place. A row of a table begins with `row`, its cells are parted by tabs.

    Raises ReadError `truncated`, `bomb`.
    """
    try:
        pages = list(_lines(payload))
    except (PyPdfError, ValueError, KeyError, OSError) as error:
        raise ReadError("truncated", expected="a whole PDF", got=str(error), where=payload.name) from error
    running = Counter(_plain(line) for lines in pages for line in {*lines[:EDGE], *lines[-EDGE:]})
    found: list[tuple[str, str]] = []
    for number, lines in enumerate(pages, start=1):
        kept = [line for at, line in enumerate(lines) if not _runs(line, at, len(lines), running)]
        if number == 1:
            head = _head(kept)
            found += [("page 1", line.strip()) for line in kept[:head]]
            kept = kept[head:]
        found += _blocks(kept, f"page {number}", row)
    return found


def written(payload: Payload) -> Iterator[list[str]]:
    """Lines of each page by the heights of their words, words from left to right. Raises ReadError `truncated`, `bomb`.

    For tables whose rows are told by what they hold: neither columns nor gaps are looked for.
    """
    try:
        size = 0
        for number, page in enumerate(PdfReader(BytesIO(payload.content)).pages, start=1):
            words: list[tuple[float, float, str]] = []

            def look(text: str, outer: list[float], own: list[float], *_: object, words: Any = words) -> None:
                if text.strip():
                    words.append((own[4] + outer[4], own[5] + outer[5], " ".join(text.split())))

            page.extract_text(visitor_text=look)
            size += sum(len(text) for *_, text in words)
            if number > MOST_PAGES or size > MOST_TEXT:
                expected = f"at most {MOST_PAGES} pages and {MOST_TEXT:,} characters"
                raise ReadError("bomb", expected=expected, got="more", where=payload.name)
            yield _rows(words)
    except (*BROKEN, OSError) as error:
        raise ReadError("truncated", expected="a whole PDF", got=str(error), where=payload.name) from error


def _rows(words: list[tuple[float, float, str]]) -> list[str]:
    rows: list[list[tuple[float, float, str]]] = []
    for word in sorted(words, key=lambda word: -word[1]):
        if rows and rows[-1][0][1] - word[1] < SAME_LINE:
            rows[-1].append(word)
        else:
            rows.append([word])
    return [" ".join(text for *_, text in sorted(row)) for row in rows]


def _lines(payload: Payload) -> Iterator[list[str]]:
    size = 0
    for number, page in enumerate(PdfReader(BytesIO(payload.content)).pages, start=1):
        lines = _of_page(page)
        size += sum(map(len, lines))
        if number > MOST_PAGES or size > MOST_TEXT:
            expected = f"a report of at most {MOST_PAGES} pages and {MOST_TEXT:,} characters"
            raise ReadError("bomb", expected=expected, got="more", where=payload.name)
        yield lines


def _of_page(page: PageObject) -> list[str]:
    """The lines of a page; those of a table keep the gaps between their cells."""
    sane = True

    def look(text: str, outer: list[float], own: list[float], _font: object, size: float) -> None:
        nonlocal sane
        scale = abs(size) * max(abs(own[0]), abs(own[1])) * max(abs(outer[0]), abs(outer[1]))
        far = max(abs(own[at] * outer[0]) + abs(outer[at]) for at in (4, 5))
        sane = sane and (not text.strip() or (scale >= SMALLEST and far <= FARTHEST))

    written = [line for line in page.extract_text(visitor_text=look).splitlines() if line.strip()]
    if len(written) < REPEATED or not sane:
        return written
    try:
        placed = page.extract_text(extraction_mode="layout", layout_mode_space_vertically=False).splitlines()
    except BROKEN:
        return written  # fonts without widths have no layout
    placed = [line.rstrip() for line in placed if line.strip()]
    if gap := _gap(placed):
        return list(_one_after_the_other(placed, gap))
    return placed if any(_tables(placed)) else written


def _gap(lines: list[str]) -> int:
    """Where the right one of two columns begins; 0 if there is one column."""
    starts = Counter(m.end() for line in lines for m in re.finditer(r"(?<=\S) {3,}(?=\S)", line))
    for start, _ in starts.most_common(3):
        both = [line for line in lines if len(_LETTERS.findall(line[:start])) > 8 < len(_LETTERS.findall(line[start:]))
                and line[start - 2 : start] == "  "]  # fmt: skip
        if len(both) >= max(4, COLUMNS * len(lines)):
            return start
    return 0


def _one_after_the_other(lines: list[str], gap: int) -> Iterator[str]:
    """The left column, then the right one; a line across both ends what stands above it."""
    left: list[str] = []
    right: list[str] = []
    for line in lines:
        across = len(line) > gap and line[gap - 2 : gap] != "  "
        if across:
            yield from (*left, *right, line)
            left, right = [], []
            continue
        left += [line[:gap].strip()] if line[:gap].strip() else []
        right += [line[gap:].strip()] if line[gap:].strip() else []
    yield from (*left, *right)


def _cells(line: str) -> list[str]:
    return re.split(r" {2,}", line.strip())


def _spans(line: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\S+(?: \S+)*", line)]


def _columns(lines: list[str]) -> list[tuple[int, int]]:
    """From where to where each column reaches, by the lines that have all of them."""
    width = max(len(_cells(line)) for line in lines)
    whole = [spans for line in lines if len(spans := _spans(line)) == width]
    return [(min(start for start, _ in cells), max(end for _, end in cells)) for cells in zip(*whole, strict=True)]


def _placed(line: str, columns: list[tuple[int, int]]) -> list[str]:
    """The cells of a line, each in the column that it stands in or nearest to; as they come if two share one."""
    cells = [""] * len(columns)
    for start, end in _spans(line):
        common = [min(end, last) - max(start, first) for first, last in columns]
        at = common.index(max(common))
        if cells[at]:
            return _cells(line)
        cells[at] = line[start:end]
    return cells


def _tables(lines: list[str]) -> Iterator[tuple[int, int]]:
    """First line and end of each table: lines of several cells, two of them with numbers in all but the first."""
    at = 0
    while at < len(lines):
        end = at
        while end < len(lines) and len(_cells(lines[end])) > 1:
            end += 1
        numbers = [line for line in lines[at:end] if all(_NUMBER.fullmatch(cell) for cell in _cells(line)[1:])]
        if len(numbers) > 1:
            yield at, end
        at = end + 1


def _blocks(lines: list[str], place: str, row: str) -> Iterator[tuple[str, str]]:
    """Text and rows in their order; a cell that is empty, or a head without the name of the first column, stays so."""
    start = 0
    for first, end in _tables(lines):
        yield from _text(lines[start:first], place)
        columns = _columns(lines[first:end])
        for number, line in enumerate(lines[first:end], start=1):
            yield f"{place}, row {number}", row + "\t".join(_placed(line, columns))
        start = end
    yield from _text(lines[start:], place)


def _text(lines: list[str], place: str) -> Iterator[tuple[str, str]]:
    words = re.sub(r"-\n(?=[a-zа-я])", "", "\n".join(line.strip() for line in lines))
    if words:
        yield place, words


def _plain(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


def _runs(line: str, at: int, size: int, running: Counter[str]) -> bool:
    """Is a line at the edge of a page its number, or what other pages have there, too?"""
    edge = at < EDGE or at >= size - EDGE
    return edge and (running[_plain(line)] >= REPEATED or bool(re.fullmatch(r"\W*\d{1,3}\W*", line)))


def _head(lines: list[str]) -> int:
    """Lines of title and dateline: those that end without a stop before one that starts anew."""
    shown = [line.strip() for line in lines]
    starts = [line[0].isupper() or line[0].isdigit() for line in shown]
    head = 0
    while head + 1 < min(len(shown), HEAD) and starts[head + 1] and not shown[head].endswith((".", ",", ";", ":", "-")):
        if len(_cells(lines[head])) > 1:
            break
        head += 1
    return head
