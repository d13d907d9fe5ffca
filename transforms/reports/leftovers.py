"""Numbers of a sentence that nobody has read: listed with their place, never guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from transforms.reports.periods import MONTH_NAMES
from transforms.reports.text import Sentence

_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec"
_NO_FIGURES = re.compile(  # dates, and the days that an overdue loan is overdue by
    rf"\b(?:\d{{1,2}} )?(?:{MONTH_NAMES['en']}|{MONTH_NAMES['ru']}|{_SHORT})\.?(?: \d{{1,2}})?,? (?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d\b(?!(?:[.,]\d| ?(?:%|\$|per|проц|tr|bn|bill|mill|mln|thous|тыс|трлн|трилл|млрд|милл|млн)))"
    r"|\b\d{1,2}\.\d{2}\.\d{4}\b|\b\d{2,3}[+ ]?(?: days| дней)",
    re.IGNORECASE,
)
_ANY = re.compile(
    r"\d+(?:[.,]\d+)*"
    r"|\b(?:one in (?:two|three|four|five|six|seven|eight|nine|ten)|(?:a|one)[ -](?:half|third|quarter|fifth|tenth)"
    r"|doubled|tripled|(?:two|three|four|five)-?fold"
    r"|кажд[а-я]+ (?:второ|трети|треть|четв[её]рт|пят|шест|седьм|восьм|девят|десят)[а-я]*"
    r"|половин[ауы]|трет[ьи]|четверть|пят(?:ая|ую) часть|полтора|вдвое|втрое|удвоил[а-я]*|утроил[а-я]*)\b",
    re.IGNORECASE,
)
"""Figures in digits and in words."""


def left_over(
    sentence: Sentence, covered: Sequence[tuple[int, int]], doubts: Mapping[tuple[int, int], str]
) -> Iterator[str]:
    """A line for each number outside the places `covered`, with the reason where `doubts` has one; dates are none."""
    known = [*covered, *(match.span() for match in _NO_FIGURES.finditer(sentence.text))]
    for match in _ANY.finditer(sentence.text):
        if not any(start <= match.start() and match.end() <= end for start, end in known):
            around = sentence.text[max(0, match.start() - 40) : match.end() + 40]
            why = next((f" ({why})" for (start, end), why in doubts.items() if start <= match.start() < end), "")
            yield f"unread at {sentence.place}: {match[0]} in '...{around}...'{why}"
