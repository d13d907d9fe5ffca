"""One sentence with all that is marked in it, and what the text has spoken of so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import pairwise

from transforms.reports import footnotes, lexicon
from transforms.reports.amounts import Amount, amounts, marked
from transforms.reports.lexicon import Mention, is_part, pattern
from transforms.reports.text import Sentence
from transforms.reports.times import Time, times

CARRIED = 4
"""Over so many paragraphs, items and headings a date is carried on: beyond, another story may have begun."""
_WE = re.compile(r"\b(?:[Мм]ы|[Уу] нас|[Нн]аш\w*|[Ww]e|[Oo]urs?)\b(?! (?:в )?(?:\w+ )?(?:банк|bank))")
_ADDED = re.compile(
    r"\b(?:включая|с уч[её]том|без уч[её]та|кроме|помимо|исключая|за исключением|не относящ\w+ к|не входящ\w+ в"
    r"|including|counting|excluding|except|other than) (?:\w+ )?$",
    re.IGNORECASE,
)
"""Before borrowers who are in the sum, or left out of it, but are not those whose sum it is."""
_NET_OF = re.compile(r"\b(?:net of|less|за вычетом) (?:\w+ )?$", re.IGNORECASE)
INSTITUTIONS = {"bank", "bureau", "cmasf"}
_BOUNDARY = {
    "ru": re.compile(
        r"[,;:—–()]|\.\s|\.$|[!?]| (?:и|а|но|против|после|тогда|при|или|из|включая|включает) |(?<=\w) до (?=\d)"
    ),
    "en": re.compile(
        r"[,;:—–()]|\.\s|\.$|[!?]| from (?=[\d$R])"
        r"| (?:and|but|while|whereas|against|versus|vs|after|compared|or|up from|including|includes?) "
    ),
}
PEOPLE = {
    "ru": re.compile(
        r" (?:всех |его |наших )?(?:за[её]мщик|должник|держател|жител|клиент|россиян|граждан|компани|предприяти|банк"
        r"|кредитн\w+ организаци|предпринимател)",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r" (?:of )?(?:all |its |our |their |the )?(?:(?!(?:for|in|at|to|by|on|and|with)\b)\w+ )?"
        r"(?:borrowers?|debtors?|clients?|customers?|Russians|people|banks|lenders|companies|firms)\b",
        re.IGNORECASE,
    ),
}
"""Right behind a share: it is one of borrowers or banks, not of loans."""


@dataclass
class Found:
    """What was understood of one number."""

    amount: Amount
    sentence: Sentence
    concept: str | None = None
    indicator: str | None = None
    segment: str | None = None
    as_of: str | None = None
    kind: str = ""
    originator: str | None = None
    originator_kind: str = ""
    definition: str | None = None
    doubts: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    time: Time | None = None
    strange: str = ""  # a word of its own clause that is not known

    @property
    def certain(self) -> bool:
        return not self.doubts


@dataclass
class Topic:
    """What the text speaks of so far, for words that leave it out."""

    concept: str | None = None
    segment: str | None = None
    segment_block: int = -1
    mixed: bool = False  # is `segment` only what several groups named before are parts of?
    segment_before_block: int = -1
    turn: int = 0  # of an interview, in which `segment` was named
    segment_before: str | None = None  # that of the paragraph before the one that named `segment`
    main: Time | None = None
    last: Time | None = None  # of the number told last
    main_by: str | None = None
    main_block: int = -1
    main_weak: bool = False  # only a title names it
    levels: dict[str, set[str]] = field(default_factory=dict)  # what the sentence before counted, by unit
    counted: dict[str, set[str]] = field(default_factory=dict)  # what was counted under this heading, by unit
    comparison: Time | None = None
    originator: Mention | None = None
    originator_block: int = -1
    carried: set[str] = field(default_factory=set)
    carried_block: int = -1
    currency: str | None = None
    block: int = -1
    head_segment: str | None = None
    head_concept: str | None = None


@dataclass
class Context:
    """What holds for the whole document. `institution`: who publishes it counts, and need not be named."""

    language: str
    published: date
    publisher: Mention | None
    topic: Topic = field(default_factory=Topic)
    lone: Mention | None = None  # the only one whom the whole text names, if it does at its head
    speaker: str = ""  # question or answer, of the sentence before
    turn: int = 0  # how often it was another who spoke
    restructuring: bool = False  # has the text spoken of it?
    overdue: str = "overdue"  # what arrears are, if a bucket in brackets says so: "overdue debt (90+)"

    @property
    def institution(self) -> bool:
        return bool(self.publisher and self.publisher.kind in INSTITUTIONS)


def is_change(found: Found) -> bool:
    return any(d.split(":")[0].split(" ")[0] in ("growth", "difference", "multiple", "range") for d in found.doubts)


def common(segments: Sequence[str]) -> str | None:
    """The group that several borrowers are parts of, if it is one of them or households or companies."""
    for group in ("unsecured consumer", "households", "corporate"):
        if all(is_part(s, group) for s in segments):
            return group
    return None


def most_special(mentions: Sequence[Mention]) -> str | None:
    """The most special borrowers named; "?" for two that are no part of each other."""
    codes = list(dict.fromkeys(m.code for m in mentions if m.code != "all"))
    if not codes:
        return "all" if mentions else None
    best = [c for c in codes if not any(o != c and is_part(o, c) for o in codes)]
    return best[0] if len(best) == 1 else "?"


class Parsed:
    """The marks of a sentence: times, buckets, amounts, words; and which words belong to which number."""

    def __init__(self, context: Context, sentence: Sentence, covered: Sequence[tuple[int, int]]) -> None:
        self.context, self.sentence, self.topic = context, sentence, context.topic
        self.language = context.language
        text = footnotes.without_marks(sentence.text.replace("\t", " "))
        self.text = text
        self.times = times(text, context.published, self.language)
        self.marks = marked(text, self.language)
        self.amounts = [a for a in amounts(text, self.language, self.times, self.marks)
                        if not any(s < a.end and a.start < e for s, e in covered)]  # fmt: skip
        self.masked = self._mask(text)
        self.hidden = self._hide(self.masked)
        self.concepts = self._concepts()
        self.named = lexicon.borrowers(self.masked, self.language)
        self.borrowers = [m for m in self.named if not _ADDED.search(self.masked[: m.start])]
        self.originators = lexicon.originators(text, self.language)
        self.done: list[Found] = []
        self.consumed = 0

    def _mask(self, text: str) -> str:
        """The sentence without brackets that hold no number: they define or repeat."""

        def blank(match: re.Match[str]) -> str:
            inside = any(match.start() <= a.start < match.end() for a in self.amounts)
            return match[0] if inside else " " * len(match[0])

        return re.sub(r"\([^()]*\)", blank, text)  # fmt: skip

    def _hide(self, text: str) -> str:
        """The sentence without dates, buckets, limits, and the "we" of a supervisor, who speaks of all banks."""
        if self.context.institution:
            text = _WE.sub(lambda match: "_" * len(match[0]), text)
        for start, end in [
            *((t.start, t.end) for t in self.times),
            *((m.start, m.end) for m in self.marks if m.what != "name"),
        ]:
            text = text[:start] + "_" * (end - start) + text[end:]
        return text

    def _concepts(self) -> list[Mention]:
        found = lexicon.concepts(self.text, self.language)
        if not pattern(self.language, "covered").search(self.text):  # "the bureau covers 99% of the market"
            covers = pattern(self.language, "covers")
            found = [replace(m, code="other") if covers.match(self.text[m.start : m.end]) else m for m in found]
        found = [replace(m, code="other", rank=0) if _NET_OF.search(self.text[: m.start]) else m for m in found]
        names = {"bucket_90": "bad_90", "bucket_30_90": "arrears_30_90"}
        for mark in self.marks:
            if mark.what.startswith("bucket"):
                code = names.get(mark.what, "other")
                found.append(Mention(mark.start, mark.end, code, 4 if code == "other" else 3))
            elif mark.what.startswith(("dti", "down")):
                found.append(Mention(mark.start, mark.end, mark.what, 6))
        return sorted(found, key=lambda m: m.start)

    def _tail_end(self, amount: Amount, following: int) -> int:
        start = amount.end + self.dash_behind(amount)
        match = _BOUNDARY[self.language].search(self._hide(self.text), start)
        return min(match.start() if match else len(self.text), following)

    def dash_behind(self, amount: Amount) -> int:
        """Length of the dash behind a number that begins its clause: "5.1% – the share of late loans"."""
        lead = re.split(r"[,;:(] |[.!?] ", self.text[: amount.start])[-1]
        dash = re.match(r" ?[–—-] (?=[^\W\d])", self.text[amount.end :])
        return dash.end() if dash and not re.search(r"[^\W\d_]", lead) else 0

    def _apposed(self, lead: str, previous: Found) -> bool:
        return (
            bool(pattern(self.language, "apposition").fullmatch(lead))
            and len(lead) < 45
            and not (
                self.done
                and previous.amount.unit == "percent"
                and self.amounts[len(self.done)].unit == "percent"
                and "(" not in lead
            )
        )

    def _in(self, mentions: Sequence[Mention], span: tuple[int, int]) -> list[Mention]:
        return [m for m in mentions if span[0] <= m.start < span[1]]

    def _clauses(self, span: tuple[int, int]) -> list[tuple[int, int]]:
        """The clauses of a lead, the nearest first."""
        text = self.masked[span[0] : span[1]]
        cuts = [span[0], *(span[0] + m.end() for m in re.finditer(r"[,;:(—–]\s|\. ", text)), span[1]]
        return list(pairwise(cuts))[::-1]

    def _words(self, mentions: Sequence[Mention]) -> str:
        return ", ".join(repr(self.text[m.start : m.end]) for m in mentions)

    def _anaphoric(self, around: str) -> bool:
        return bool(pattern(self.language, "anaphora").search(around))

    def _in_bracket(self, part: Amount | Time) -> bool:
        before = self.text[: part.start]
        return before.count("(") > before.count(")")
