"""Footnotes: a note stands alone, and what it restricts is the number that has its mark."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from transforms.reports.levels import doubts

if TYPE_CHECKING:
    from transforms.reports.sentence import Found
    from transforms.reports.text import Sentence

_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
MARK = r"(?:\*{1,3}|[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})"
_MARKED = re.compile(rf"(?P<mark>{MARK}) ?(?=[^\W\d_(«\"„“]|\d)")
_NAMED = re.compile(r"(?:Примечани[ея]|Сноск[аи]|Notes?|Footnotes?)\s?[.:]", re.IGNORECASE)
_AT = re.compile(r"(?<=[\w%.)»”\"])(?: ?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2}|\*{1,3})(?![\w*])")
_TO_NUMBER = re.compile(rf"[^\d,;]{{0,30}}?({MARK})(?![\w*])")
"""Up to the mark behind a number: its unit and the word that it is of."""


def superscript(digits: str) -> str:
    """How a mark is written once the tag that raises it is gone."""
    return digits.strip().translate(_SUPERSCRIPT)


def without_marks(text: str) -> str:
    """The text with a blank for each letter of a mark, so that places stay the same."""
    return _AT.sub(lambda match: " " * len(match[0]), text)


def mark_of(text: str) -> str:
    """The mark that a note begins with; "" for one that says in words that it is a note."""
    match = _MARKED.match(text)
    return match["mark"] if match else ""


def is_note(text: str, document: str) -> bool:
    """Is a paragraph a footnote: it says so, or begins with a mark that stands behind a word elsewhere?"""
    if _NAMED.match(text):
        return True
    match = _MARKED.match(text)
    if not match:
        return False
    return match["mark"][0] != "*" or any(at[0] == match["mark"] for at in _AT.finditer(document))


def tie(numbers: Sequence[Found], parts: Sequence[Sentence], language: str) -> None:
    """A number with a mark gets the doubts of the note with this mark: "of the largest banks", "a forecast"."""
    notes = {mark: part.text for part in parts if part.kind == "note" and (mark := mark_of(part.text))}
    for found in numbers:
        text, kind = found.sentence.text, found.sentence.kind
        behind = _TO_NUMBER.match(text, found.amount.end) if kind not in ("row", "note") else None
        marks = [at[0].strip() for at in _AT.finditer(text)] if kind == "row" else [behind[1]] if behind else []
        for note in (notes[mark] for mark in marks if mark in notes):
            said, _ = doubts(note, note, "", "", note, language, set())
            found.doubts += [f"{doubt} in its footnote" for doubt in said]
