"""Stated figures in sentences: each number with what it counts, whose loans, when, who says so; is it a level?

A number that is certain in all its parts is a figure; every other one is an Unread with its best reading and what is
missing. The trace of a decision says which words gave what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from itertools import pairwise

from transforms.reports.amounts import Amount, amounts
from transforms.reports.counted import BUCKETS, Counted
from transforms.reports.doubted import Doubted
from transforms.reports.levels import doubts
from transforms.reports.lexicon import Mention, pattern
from transforms.reports.measured import Measured
from transforms.reports.sentence import Context, Found, Topic, common, is_change, most_special
from transforms.reports.strange import Strange
from transforms.reports.text import Sentence
from transforms.reports.times import times
from transforms.reports.when import When
from transforms.reports.whose import Whose


def language_of(sentences: Sequence[Sentence]) -> str:
    """ru where most letters are Cyrillic, else en."""
    letters = "".join(s.text for s in sentences)
    return "ru" if len(re.findall("[а-яё]", letters, re.I)) > len(re.findall("[a-z]", letters, re.I)) else "en"


MOST_NUMBERS, LONGEST_SENTENCE = 50, 1200
"""More numbers in one sentence are a table without its columns, more characters no sentence; those of reports have some
250 and ten. Time would grow with the square of them."""


class Reader:
    """Reads the sentences of one document in order."""

    def __init__(self, language: str, published: date, publisher: Mention | None, lone: Mention | None = None) -> None:
        self.context = Context(language, published, publisher, lone=lone)

    @contextmanager
    def apart(self) -> Iterator[None]:
        """What is read within stands alone but for title and heading: a cell of a table."""
        kept = topic = self.context.topic
        self.context.topic = Topic(segment=topic.head_segment, concept=topic.head_concept, currency="RUB")
        try:
            yield
        finally:
            self.context.topic = kept

    def read(self, sentence: Sentence, covered: Sequence[tuple[int, int]] = ()) -> list[Found]:
        """Every number of a sentence but those at `covered`; what it speaks of is remembered for the next."""
        if sentence.kind == "dateline":
            return []
        if len(sentence.text) > LONGEST_SENTENCE or len(re.findall(r"\d+(?:[.,]\d+)*", sentence.text)) > MOST_NUMBERS:
            return self._listed(sentence)
        if sentence.speaker != self.context.speaker:
            self.context.speaker, self.context.turn = sentence.speaker, self.context.turn + 1
        return _Reading(self.context, sentence, covered).run()

    def read_note(self, sentence: Sentence) -> list[Found]:
        """The numbers of a footnote: no word of the text says what they are, and nothing is carried on from them."""
        kept, self.context.topic = self.context.topic, Topic()
        try:
            return self.read(sentence)
        finally:
            self.context.topic = kept

    def _listed(self, sentence: Sentence) -> list[Found]:
        """The numbers of what is no sentence: listed, not read."""
        text, language = sentence.text.replace("\t", " "), self.context.language
        numbers = amounts(text, language, times(text, self.context.published, language), [])
        why = "in a sentence too long to be one, or with too many numbers"
        return [Found(amount, sentence, doubts=[why]) for amount in numbers]


_DEFINED = re.compile(r" ?(?:\w+ ){0,2}\((?:more than |over |свыше |более )?")


def _is_rounded(found: Found) -> bool:
    """One in words, such as every tenth."""
    return found.amount.unit == "percent" and not re.search(r"\d", found.amount.surface)


def _near(one: Amount, other: Amount) -> bool:
    """Two percentages that differ by less than a fifth."""
    both = one.value and other.value and one.unit == other.unit == "percent"
    return bool(both and abs(float(other.value or 0) / float(one.value or 1) - 1) < 0.2)


class _Reading(Counted, Whose, When, Doubted, Measured, Strange):
    """One sentence: each of its numbers, and what is remembered for the next."""

    def run(self) -> list[Found]:
        if pattern(self.language, "restructuring").search(self.text):
            self.context.restructuring = True
        if self.topic.block != self.sentence.block and self.sentence.kind in ("heading", "title"):
            self.topic.carried = set()
        if self.sentence.kind in ("heading", "title") and not self.amounts:
            self._remember_heading()
            return []
        late = [m.end for m in self.concepts if m.code == "overdue"]
        for bucket in (m for m in self.concepts if m.code == "bad_90"):
            if any(_DEFINED.fullmatch(self.text[end : bucket.start]) for end in late if end <= bucket.start):
                self.context.overdue = bucket.code
        for at, amount in enumerate(self.amounts):
            following = self.amounts[at + 1].start if at + 1 < len(self.amounts) else len(self.text)
            self.done.append(self._number(at, amount, following))
        for rounded, exact in pairwise(self.done):
            if (
                _is_rounded(rounded)
                and not _is_rounded(exact)
                and exact.certain
                and _near(rounded.amount, exact.amount)
            ):
                rounded.doubts.append(f"rounded: {exact.amount.surface} follows")
        self._remember()
        return self.done

    def _remember_heading(self) -> None:
        codes = self._codes()
        special = most_special(self.borrowers)
        self.topic.counted = {}
        if self.sentence.kind == "title" or codes or special:
            self.topic.concept = self._only(codes)
            self.topic.segment = special if special not in ("?", "all") else None
            self.topic.segment_block = self.sentence.block
            self.topic.comparison = None
            self.topic.head_segment, self.topic.head_concept = self.topic.segment, self.topic.concept
        self._remember_doubts()
        if self.sentence.kind == "title" or self.times:
            days = [t for t in self.times if t.as_of() and not self._aside(t)]
            if days:
                self.topic.main, self.topic.main_by, self.topic.main_weak = days[-1], None, True

    def _codes(self) -> list[str]:
        return [m.code for m in self.concepts if m.rank >= 3 and m.code != "other"]

    def _only(self, codes: list[str]) -> str | None:
        """The one thing that is spoken of: arrears of a bucket are that bucket's."""
        late = next((c for c in ("bad_90", "arrears_30_90") if set(codes) == {c, "overdue"}), None)
        return late or (codes[0] if len(set(codes)) == 1 else None)

    def _remember_doubts(self) -> None:
        if self.context.institution and self.sentence.speaker == "question":
            self.topic.carried = set()  # what who asks has heard is not what the institution says
            return
        hidden = self._hide(self.text)
        _, go_on = doubts(hidden, hidden, "", "", hidden, self.language, set())
        self.topic.carried = go_on | self._still_carried()
        self.topic.carried_block = self.sentence.block

    def _remember(self) -> None:
        topic = self.topic
        if self.done and all(any(d.startswith("single_bank") for d in f.doubts) for f in self.done):
            self._remember_doubts()  # what a bank says of itself is no topic of the text
            return
        levels = [f for f in self.done if f.time and f.time.as_of() and not is_change(f)]
        topic.levels = {}
        said = [
            f
            for f in self.done
            if f.concept and not is_change(f) and "text" not in str(f.trace[:1]) and "sentence" not in str(f.trace[:1])
        ]
        for found in said:
            topic.counted.setdefault(found.amount.unit, set()).add(str(found.concept))
        for found in self.done:
            if found.concept and not is_change(found):
                topic.levels.setdefault(found.amount.unit, set()).add(found.concept)
        if self.done:
            certain = [f for f in self.done if f.concept and f.concept not in ("other",)]
            if not certain and all(f.concept == "other" for f in self.done):
                certain = self.done  # what goes on in the next sentence is no figure of ours either
            aside = topic.concept in BUCKETS and {f.concept for f in certain} == {"overdue"}
            if aside and all(is_change(f) or f.amount.unit == "count" for f in certain):
                certain = []  # a number of late accounts beside amounts of a bucket: the text goes on about the bucket
            certain = [f for f in certain if not is_change(f)] or certain
            if certain:
                topic.concept = certain[-1].concept if len({f.concept for f in certain}) == 1 else certain[0].concept
            unsure = [f for f in self.done if any(d.startswith(f"of {f.segment}?") for d in f.doubts)]
            named = [f.segment for f in self.done if f.segment and f not in unsure]
            if named and len(set(named)) == 1:
                if named[0] != topic.segment:
                    topic.segment_before, topic.segment_before_block = topic.segment, topic.segment_block
                topic.segment, topic.segment_block = named[0], self.sentence.block
                topic.turn = self.context.turn
            elif named:
                topic.segment = common(named)
            own = [f for f in self.done if any(line.startswith(f"of {f.segment}: ") for line in f.trace)]
            if own:
                topic.mixed = len({f.segment for f in own}) > 1
        else:
            if self.sentence.speaker == "question" and not (
                self.concepts or self.borrowers or self._anaphoric(self.text)
            ):
                topic.concept = None  # "What is the buffer?": of something else
            if codes := self._codes():
                topic.concept, topic.counted = self._only(codes), {}
                topic.head_concept = topic.head_concept or topic.concept  # what a table below it is of
            special = most_special(self.borrowers)
            if special and special != "all":
                topic.segment, topic.segment_block = (special if special != "?" else None), self.sentence.block
                topic.turn = self.context.turn
            past = [
                t
                for t in self.times
                if t.as_of() and t.last and t.last <= self.context.published and not self._aside(t)
            ]
            levels_time = past[-1] if past else None
            if (
                levels_time
                and (topic.main is None or self.sentence.speaker == "question")
                and levels_time.last != self.context.published
            ):
                topic.main, topic.main_block = levels_time, self.sentence.block
        for found in levels:
            self._remember_time(found)
        self._remember_doubts()
        if self.originators:
            topic.originator, topic.originator_block = self.originators[-1], self.sentence.block
        topic.block = self.sentence.block

    def _number(self, at: int, amount: Amount, following: int) -> Found:
        found = Found(amount, self.sentence)
        tail_end = self._tail_end(amount, following)
        lead, tail = self.masked[self.consumed : amount.start], self.masked[amount.end : tail_end]
        span_lead, span_tail = (self.consumed, amount.start), (amount.end, tail_end)
        previous = self.done[-1] if self.done else None
        apposed = bool(previous and self._apposed(lead, previous))
        self._concept(found, span_lead, span_tail, previous, apposed, lead + tail, at)
        self._segment(found, span_lead, span_tail, previous, apposed)
        self._owed_by_whom(found, span_lead, span_tail)
        found.strange = self._strange(found, span_lead, span_tail)
        if previous and not found.strange and self._goes_with(found, previous):
            found.strange = previous.strange
        self._who(found)
        self._when(found, span_lead, span_tail, previous, apposed, lead, tail)
        self._level(found, lead, tail, following, tail_end, at)
        if apposed and previous and is_change(previous) and not is_change(found) and "(" not in lead:
            found.doubts.append("growth: told with a change")
        self._measure(found, lead, tail)
        if found.strange and not found.doubts:
            found.doubts.append(f"counts what? {found.strange!r} is not known")
        places = [
            *((m.start, m.end) for m in [*self.concepts, *self.borrowers]),
            *((t.start, t.end) for t in self.times),
        ]
        behind = [end for start, end in places if tail_end > start >= amount.end]
        shared = tail_end == following and at + 1 < len(self.amounts)  # what leads to the next number is its own
        self.consumed = amount.end if not behind else max(behind) if shared else tail_end
        return found

    def _goes_with(self, found: Found, previous: Found) -> bool:
        """Does a number take what it counts, or of whom it is, from the one before?"""
        if any(
            line.endswith("as the number before") and line.startswith(f"of {found.segment},") for line in found.trace
        ):
            return True
        between = self.text[previous.amount.end : found.amount.start]
        return any("as the" in line for line in found.trace) and not re.search(r"[;,] ", between)
