"""Text of a report (PDF, HTML or plain) as sentences with their place in the document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from transforms.model import Payload, ReadError
from transforms.reports import footnotes
from transforms.reports.markup import KINDS, MARKS, lines_of_page
from transforms.reports.times import month_number

HEAD = 8
"""Lines in which title and dateline stand."""
MOST_TEXT = 3_000_000
"""Reviews have 300,000 characters."""
LONGEST = 2000
"""Characters of a sentence, where those of reports have some 250. A text without full stops is cut at that length: the
time of a pattern may grow with the square of it."""
_SIGN = "[\u2190-\u21ff\u2300-\u23ff\u25a0-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff][\ufe0f\u200d]?"
_END = re.compile(rf"(?<=[.!?…])[\"”’»)]*\s+(?=[\"“«(]?[A-ZА-ЯЁ0-9])|(?<=\S)\s+(?={_SIGN})")
"""Behind a full stop, or before a picture or arrow that stands for a bullet, as channels of messengers write."""
_NEVER = re.compile(  # abbreviations that other words follow
    r"(?:^|[\s(«\"„])(?:[A-ZА-ЯЁ]|т\. ?[ед]|т|д|др|пр|см|стр|рис|табл|ст|им|св|ок|тел|ул|напр|п|пп|кв"
    r"|янв|фев|мар|апр|июн|июл|авг|сен|сент|окт"
    r"|ноя|нояб|дек|vs|i\.e|e\.g|approx|ca|cf|No|Mr|Ms|Mrs|Dr|Prof|St|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec|Fig|U\.S)\.$"
)
_UNITS = re.compile(r"(?:^|\s)(?:руб|долл|тыс|млн|млрд|трлн|проц|б\. ?п|п\. ?п|гг?)\.$")
"""Abbreviations that may end a sentence: they do before a word with a capital that is no abbreviation itself."""
_CAPITALS = re.compile(r"[\"“«(]?[A-ZА-ЯЁ]{2,}\b")

_DATE = re.compile(
    r"(?P<d>\d{1,2}) (?P<m>[A-Za-zА-Яа-я]{3,9})\.?,? (?P<y>(?:19|20)\d\d)"
    r"|(?P<m2>[A-Z][a-z]{2,8})\.? (?P<d2>\d{1,2}),? (?P<y2>(?:19|20)\d\d)"
    r"|(?P<d3>\d{2})\.(?P<m3>\d{2})\.(?P<y3>(?:19|20)\d\d)|(?P<y4>(?:19|20)\d\d)-(?P<m4>\d\d)-(?P<d4>\d\d)"
)
_TABLE = re.compile(r"(</?table\b)", re.IGNORECASE)
_FULL = re.compile(r"[.!?…][\"”’»)]*$")
_UNIT_LINE = re.compile(
    r"\(?(?:(?:в|in) )?(?:(?:тыс|млн|млрд|трлн)\.?(?: (?:руб\w*|ед)\.?)?|%|процент\w*|per ?cent"
    r"|(?:thousand|million|billion|trillion)s?(?: (?:of )?(?:RUB|ro?ubles))?"
    r"|RUB (?:bn|mln|trn|billion|million|trillion))\)?",
    re.IGNORECASE,
)
"""A line above a table that says its unit."""
_BULLET = re.compile(r"^(?:[•*·▪■●◦-]|\d{1,2}[.)](?= [^\d])) +")


def dateline(line: str) -> date | None:
    """The day that a line names, if it is no sentence: "28 November 2025, Bank of Russia", "MOSCOW, Feb 16 2015"."""
    match = _DATE.search(line)
    if not match or len(line) > 120 or match.start() > 45 or line.rstrip().endswith(":"):
        return None
    rest = re.sub(r"(?:тел\.?|tel\.?|phone)[:.]? ?[+()\d -]{5,}", "", line[: match.start()] + line[match.end() :])
    if re.search(r"\d|%|[а-яa-z]{3,}[.!?](?: |$)", rest) or len(rest.split()) > 12:
        return None
    found = {name.rstrip("234"): value for name, value in match.groupdict().items() if value}
    month = found["m"]
    try:
        number = int(month) if month.isdigit() else month_number(month, "ru" if re.match("[а-яА-Я]", month) else "en")
        return date(int(found["y"]), number, int(found["d"]))
    except (KeyError, ValueError, StopIteration):
        return None


@dataclass(frozen=True)
class Sentence:
    text: str
    place: str  # "paragraph 12" of a text, "page 3" of a PDF, "paragraph 12, row 2" of a table
    kind: str = (
        "text"  # title, dateline, heading, text, item, note (a footnote), row (of a table: cells parted by tabs)
    )
    block: int = 0  # sentences of one paragraph share it; the items of a list are one each
    speaker: str = ""  # question or answer, in an interview


def is_pdf(payload: Payload) -> bool:
    return payload.content[:5] == b"%PDF-"


def sentences(payload: Payload) -> list[Sentence]:
    """Every sentence in reading order. Raises ReadError: truncated, no_text (a scan), wrong_encoding."""
    blocks = _of_pdf(payload) if is_pdf(payload) else _paragraphs(payload)
    found: list[Sentence] = []
    document = "\n".join(block for _, block in blocks)
    talk = _Talk(any(re.match(r"[–—-] ", block) and "?" in block for _, block in blocks))
    for number, (place, block) in enumerate(blocks):
        kind = KINDS.get(block[:1], "text")
        block = block[1:] if kind != "text" else block
        if kind == "row":
            found.append(Sentence(block.replace("\xa0", " "), place, "row", number))
            continue
        parts = _split(block)
        before = found[-1].text if found else ""
        goes_on = before and kind == "text" and found[-1].kind != "row" and parts and parts[0][0].islower()
        if (
            goes_on
            and not _UNIT_LINE.fullmatch(block)
            and not (_FULL.search(before) or before.endswith(":") or dateline(before))
        ):
            found[-1] = replace(found[-1], text=f"{before} {parts.pop(0)}")  # cut by the end of a page
        if kind in ("text", "item") and footnotes.is_note(block, document):
            kind = "note"
        if kind == "text" and len(parts) == 1 and _is_heading(parts[0]):
            kind = "heading"
        for part in parts:
            found.append(Sentence(part, place, kind, number, talk.speaker_of(part)))
    if not found:
        raise ReadError("no_text", expected="a report with text", got="none", where=payload.name,
                        hint="A scanned document has to be turned into text first.")  # fmt: skip
    return _headed(found)


def _of_pdf(payload: Payload) -> list[tuple[str, str]]:
    from transforms.reports import pages  # its library is loaded where there is a PDF only

    return pages.blocks(payload, MARKS["row"])


class _Talk:
    """Who speaks: Q: and A:, or dashes that take turns."""

    def __init__(self, dashes: bool) -> None:
        self.speaker, self.dashes = "", dashes  # dashes before lines that ask nothing are those of a list

    def speaker_of(self, part: str) -> str:
        if found := re.match(r"(?:Q|Question|Вопрос)\s?:|(?:A|Answer|Ответ)\s?:", part, re.I):
            self.speaker = "question" if found[0][0] in "QqВв" else "answer"
        elif self.dashes and re.match(r"[–—-] ", part):
            self.speaker = "answer" if self.speaker == "question" else "question"
        return self.speaker


def _is_heading(line: str) -> bool:
    return len(line) <= 150 and not _FULL.search(line) and line[-1] not in ":;," and not re.match(r"[–—-] ", line)


def _headed(found: list[Sentence]) -> list[Sentence]:
    """Title and dateline are told apart from the text."""
    made, titled = [], False
    for at, sentence in enumerate(found):
        kind = sentence.kind
        if at < HEAD and kind != "row" and dateline(sentence.text) and len(sentence.text) <= 150:
            kind = "dateline"
        elif not titled and at < HEAD and kind in ("heading", "text") and (kind == "heading" or at == 0):
            kind, titled = "title", True
        made.append(replace(sentence, kind=kind))
    return made


def _split(block: str) -> list[str]:
    words = " ".join(block.replace("\xa0", " ").replace("\u00ad", "").replace("\u202f", " ").split())
    parts: list[str] = []
    start = 0
    for match in _END.finditer(words):
        before, after = words[start : match.start()], words[match.end() :]
        if not re.match(_SIGN, after) and not _ends(before.rstrip('"”’»)') or before, after):
            continue
        parts.append(words[start : match.end()].strip())
        start = match.end()
    parts.append(words[start:].strip())
    return [part[at : at + LONGEST] for part in parts if part for at in range(0, len(part), LONGEST)]


def _ends(before: str, after: str) -> bool:
    """Does a sentence end here, or is the dot that of an abbreviation?"""
    if not before.endswith("."):
        return True
    if _NEVER.search(before):
        return False
    if _UNITS.search(before):
        if after.lstrip('(«"“')[:1].isdigit() or after[:1] == "(" or _CAPITALS.match(after):
            return False
        year = re.search(r"\d{4} гг?\.$", before)
        return not (year and len(before) < 40 and re.match(r"(?:На|В|К|За|С|По)\b", before))
    if after[:1].isdigit():
        return bool(re.search(r"\w{3,}\.$", before))
    return True


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
        expected = f"a report of at most {MOST_TEXT:,} characters"
        raise ReadError("bomb", expected=expected, got="more", where=payload.name)
    is_page = re.search(r"<(html|body|p|div)\b", text[:20000], re.IGNORECASE)
    found = _unwrapped(lines_of_page(text) if is_page else text.splitlines())
    return [(f"paragraph {count if is_page else line}", block) for count, (line, block) in enumerate(found, start=1)]


def _unwrapped(lines: list[str]) -> Iterator[tuple[int, str]]:
    """Paragraphs with the number of their first line: lines of a text that was broken at a width are put together.

    A half sentence may say the reverse of the whole one ("It is not true that / ..."), so what may belong to the line
    before does: it goes on in small letters or with a figure, or its first word had no room there.
    """
    width, document = max(map(len, lines), default=0), "\n".join(lines)
    start, block, last = 0, "", ""
    for number, line in enumerate((line.strip() for line in lines), start=1):
        if "\t" in line and line[0] not in KINDS:
            line = MARKS["row"] + line
        if block and line and block[0] != MARKS["row"] and not _anew(line, last, width):
            block += f" {line}"
        else:
            if block:
                yield start, block
            start, block = number, line if footnotes.is_note(line, document) else _BULLET.sub(MARKS["item"], line)
        last = line
    if block:
        yield start, block


def is_date(line: str) -> bool:
    """Is a line nothing but a date?"""
    return bool(_DATE.fullmatch(line.strip(" .")))


def _alone(line: str) -> bool:
    """Is a line nothing but a date, or a date and who publishes?"""
    return bool(re.match(_DATE, line)) and len(line) <= 100 and dateline(line) is not None


def _anew(line: str, last: str, width: int) -> bool:
    """Does a line begin a paragraph after `last`, where the longest has `width` characters?"""
    if line[0] in KINDS or (last[:1] in KINDS and last[0] != MARKS["item"]) or re.match(r"[–—-] ", line):
        return True
    if _FULL.search(last) or _BULLET.match(line) or _alone(line) or _alone(last):
        return True
    had_room = len(last) + 1 + len(line.partition(" ")[0]) <= width
    return had_room and line[0].isupper() and last[-1] not in ",;:—–-"
