"""Where a text is torn: what touches a number may belong to it, a number is missing before its unit, letters were lost.

Nothing is guessed of such a place: the number is listed, and where one is missing, so are those that may go by it.
"""

from __future__ import annotations

import calendar
import re

from transforms.reports.amounts import Amount
from transforms.reports.sentence import Found
from transforms.reports.text import Sentence

_TAG = 100  # characters of a tag or comment at the most
_MARKUP = re.compile(r"<[^<>\s][^<>]*>|[\u00ad\u200b-\u200f\u2060\ufeff]")
_MARKUP_BEFORE = re.compile(rf"(?:{_MARKUP.pattern})$")
_BEFORE = re.compile(r"^$|[\s(\[{«\"“„'’‘`‚+−/№$€₽£¥–—-]$|(?<!\d)[=≈~≤≥<>]$|[,;:]$")
"""What may stand right before a number."""
_AFTER = re.compile(
    r"[\s)\]}»\"“”’'`;:…/%+≈~–—−-]|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}(?!\d|[.,]\d)|\*{1,3}(?![\w*])"
    r"|[.,!?](?:[\s)\]}»\"“”’'…]|[⁰¹²³⁴⁵⁶⁷⁸⁹\[]|$)(?<!\.\s(?=[a-zа-яё]))|$"
)
"""What may stand right behind the digits of a number; a point with a blank only at the end of a sentence."""
_NUMBER_BEFORE = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,]\d*)? +$")
"""A year may stand right before a number: "in 2025 12.9 percent"."""
_MINUS = re.compile(r"(?<=\s)[–-]\d")
_LOST = re.compile(
    r"\ufffd|(?<![/\w.])[^\W\d_]+\?[^\W\d_]+(?![/\w]*[=&])"
    r"|\d[^\W\d_]\d+(?![\w-])|(?<!\w)[OoIlОоЗз],\d|\d[?*#_]+[\d%]|(?<!\S)[?#_]\d"
    r"|(?<!\w)[OIlОЗз] (?:%|трлн|млрд|млн|(?:tr|b|m)illion)"
    r"|\d[.,]{2,}\d|\d[.,][OoIlОоЗзxх?*#_–%](?!\w)|\d_|\d [,;.?!][^\W\d_]"
)
"""A letter that is none any more, or a digit."""
_RANGE = re.compile(r"(?<![\d.,])(\d{1,3})–(\d{1,3})(?![\d.,])")
"""One that falls is none."""
_MIXED = re.compile(r"\b(?=\w*[а-яё])(?=\w*[a-z])[^\W\d_]{3,}\b", re.IGNORECASE)
_UNIT = r"(?:%|percent\b|процент|трлн|млрд|млн|тыс\.|(?:tr|b|m)illion\b|[bt]r?n\b)"
_MISSING = re.compile(
    rf"(?:^|[\s(])(?:N/A|n/a|n\.a\.|…|\.{{3}}|\[[^\w\]]*\]|[_?*xXхХ]{{1,3}}) ?{_UNIT}"
    r"|(?:^|[^\W\d_]|[–—:]) ?(?<!\bв)(?<!\bin) (?:%|‰)(?! (?:годовых|к|от|of)\b)"
    r"|\b(?:made|reached|totall?ed|was|were|to|RUB|составил[аио]?|достигл[аио]?|до|на) {1,2}"
    r"(?:трлн|млрд|млн|(?:tr|b|m)illion|[bt]r?n)\b|[^\W\d_] {2,}(?:трлн|млрд|млн|(?:tr|b|m)illion)\b"
)
"""A unit without its number."""
_NO_MONTH = re.compile(
    r"\b(?:on|at|by|of|from|and|to|until|since) \d{1,2} "
    rf"(?!(?:{'|'.join(calendar.month_abbr[1:])}))[A-Z][a-z]{{1,8}}\b"
)
_ENDS = re.compile(r"[.!?…:;)\]»”\"']\W*$")
MONTHS = {
    "ru": ("января", "январе", "февраля", "феврале", "марта", "апреля", "апреле", "июня", "июне", "июля", "июле",
           "августа", "августе", "сентября", "сентябре", "октября", "октябре", "ноября", "ноябре", "декабря",
           "декабре"),
    "en": tuple(name for name in calendar.month_name if len(name) > len("May")),
}  # fmt: skip
_NOT_MISSPELT = ("карт", "парт")
"""Words that are a month but for one letter."""
CARRIED = (
    "carried from before", "as the text before", "as the sentence before", "as before",
    "named before", "of the text before", "at the end of the sentence", "as the number before",
)  # fmt: skip
"""How a number's trace ends where a part of it comes from words before its own."""


def touched(text: str, amount: Amount) -> str:
    """What touches a number, and may belong to it; "" for a number that stands alone.

    That is markup, a character that nobody sees, a letter or sign where a digit may have been, and a dash that may be a
    minus.
    """
    before, after = text[max(0, amount.start - _TAG) : amount.start], text[amount.end : amount.end + _TAG]
    if _MARKUP_BEFORE.search(before) or (text[amount.end - 1].isdigit() and _MARKUP.match(after)):
        return "markup or an invisible character"
    if not text[amount.start : amount.end].strip()[:1].isdigit():
        before = ""  # a currency or a sign stands between
    if not _BEFORE.search(before[-2:]):
        return repr(before[-1:])
    if text[amount.end - 1].isdigit() and not _AFTER.match(after):
        return repr(after[:1])
    if _NUMBER_BEFORE.search(before):
        return "another number"
    minus = not amount.signed and _MINUS.match(text, amount.start)
    return "a dash that may be a minus" if minus else ""


class Losses:
    """What a text has lost so far, as its sentences come in order."""

    def __init__(self, language: str) -> None:
        self.months = MONTHS[language]
        self.lost, self.block = "", -1
        self.before: tuple[Sentence, list[Found]] | None = None

    def weigh(self, part: Sentence, numbers: list[Found]) -> None:
        """Doubt the numbers of a sentence that lost something, and those behind it that go by what may be lost."""
        if part.kind not in ("row", "note", "dateline"):
            if self._cut_within_a_number(part):
                self._lose(part, "a part of a number")
                _doubt(self.before[1] if self.before else [], self.lost)
            elif lost := holes(part.text, self.months) or _torn_number(numbers):
                self._lose(part, lost)
            self.before = (part, numbers)
        for number in numbers:
            if self.lost and (part.block == self.block or leans(number)):
                _doubt([number], self.lost)

    def end(self) -> None:
        """The last sentence of a text that breaks off: its last number may, too."""
        if self.before and self.before[0].kind == "text" and not _ENDS.search(self.before[0].text):
            _doubt(self.before[1], "the end of the text")

    def _lose(self, part: Sentence, what: str) -> None:
        self.lost, self.block = what, part.block

    def _cut_within_a_number(self, part: Sentence) -> bool:
        """Does a paragraph go on with a number where the one before, or what stands before a table, ends in one?"""
        last = self.before[0] if self.before else None
        within = last and last.block != part.block and re.search(r"\d[.,]?$", last.text)
        return bool(within and re.match(r"[.,]?\d", part.text))


def _doubt(numbers: list[Found], lost: str) -> None:
    for number in numbers:
        number.doubts.append(f"torn: {lost} is lost here or before")


def _torn_number(numbers: list[Found]) -> str:
    torn = (number.amount.surface for number in numbers if any(doubt.startswith("torn") for doubt in number.doubts))
    return next((f"a part of {surface!r}" for surface in torn), "")


def holes(text: str, months: tuple[str, ...]) -> str:
    """What a sentence has lost; "" for one that seems whole."""
    if found := _MISSING.search(text):
        return f"a number before {found[0].strip()[-12:]!r}"
    if found := _LOST.search(text):
        return f"a letter of {found[0][:30]!r}"
    if found := next((m for m in _RANGE.finditer(text) if int(m[1]) >= int(m[2])), None):
        return f"a digit of {found[0]!r}"
    if found := _MIXED.search(text):
        return f"the script of {found[0][:30]!r}"
    if found := _NO_MONTH.search(text) if months is MONTHS["en"] else None:
        return f"the month of {found[0]!r}"
    words = {word for word in re.findall(r"[^\W\d_]{4,}", text) if word[0].isupper() or months is MONTHS["ru"]}
    return next((f"a letter of {word!r}" for word in sorted(words) if _almost(word, months)), "")


def _almost(word: str, months: tuple[str, ...]) -> bool:
    """Is a word a month but for one letter?"""
    lower = word.lower()
    if lower.startswith(_NOT_MISSPELT) or any(lower.startswith(_stem(month)) for month in months):
        return False  # a month in another case, or an adjective of it
    return any(abs(len(word) - len(month)) <= 1 and _one_letter(lower, month.lower()) for month in months)


def _stem(month: str) -> str:
    return month.lower() if month[0].isupper() else month[:-1]


def _one_letter(one: str, other: str) -> bool:
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, of = one[start:], other[start:]
    return rest[1:] == of[1:] or rest[1:] == of or rest == of[1:] or (rest[2:] == of[2:] and rest[:2] == of[1::-1])


def leans(number: Found) -> bool:
    """Does a number go by what was said before its own sentence, for its date, its borrowers or what it counts?"""
    stated = any(line.startswith("at ") and line.endswith(": stated") for line in number.trace)
    return not stated or any(line.endswith(CARRIED) for line in number.trace)
