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
from transforms.reports.counted import Counted
from transforms.reports.levels import bound, change, doubts
from transforms.reports.lexicon import Mention, pattern
from transforms.reports.sentence import PEOPLE, Context, Found, Topic, common, is_change, most_special
from transforms.reports.text import Sentence
from transforms.reports.times import times
from transforms.reports.when import When
from transforms.reports.whose import Whose


def language_of(sentences: Sequence[Sentence]) -> str:
    """ru where most letters are Cyrillic, else en."""
    letters = "".join(s.text for s in sentences)
    return "ru" if len(re.findall("[а-яё]", letters, re.I)) > len(re.findall("[a-z]", letters, re.I)) else "en"


_OF_LOANS = {"problem", "overdue", "bad_90", "restructured", "arrears_30_90", "provisions", "stage3", "collateral"}
MOST_NUMBERS, LONGEST_SENTENCE = 50, 1200
"""More numbers in one sentence are a table without its columns, more characters no sentence; those of reports have some
250 and ten. Time would grow with the square of them."""


class Reader:
    """Reads the sentences of one document in order."""

    def __init__(self, language: str, published: date, publisher: Mention | None) -> None:
        self.context = Context(language, published, publisher)

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
        return _Reading(self.context, sentence, covered).run()

    def _listed(self, sentence: Sentence) -> list[Found]:
        """The numbers of what is no sentence: listed, not read."""
        text, language = sentence.text.replace("\t", " "), self.context.language
        numbers = amounts(text, language, times(text, self.context.published, language), [])
        why = "in a sentence too long to be one, or with too many numbers"
        return [Found(amount, sentence, doubts=[why]) for amount in numbers]


def _is_rounded(found: Found) -> bool:
    """One in words, such as every tenth."""
    return found.amount.unit == "percent" and not re.search(r"\d", found.amount.surface)


def _near(one: Amount, other: Amount) -> bool:
    """Two percentages that differ by less than a fifth."""
    both = one.value and other.value and one.unit == other.unit == "percent"
    return bool(both and abs(float(other.value or 0) / float(one.value or 1) - 1) < 0.2)


class _Reading(Counted, Whose, When):
    """One sentence: each of its numbers, and what is remembered for the next."""

    def run(self) -> list[Found]:
        if pattern(self.language, "restructuring").search(self.text):
            self.context.restructuring = True
        if self.topic.block != self.sentence.block and self.sentence.kind in ("heading", "title"):
            self.topic.carried = set()
        if self.sentence.kind in ("heading", "title") and not self.amounts:
            self._remember_heading()
            return []
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
        codes = [m.code for m in self.concepts if m.rank >= 3 and m.code != "other"]
        special = most_special(self.borrowers)
        if self.sentence.kind == "title" or codes or special:
            late = next((c for c in ("bad_90", "arrears_30_90") if set(codes) == {c, "overdue"}), None)
            self.topic.concept = late or (codes[0] if len(set(codes)) == 1 else None)
            self.topic.segment = special if special not in ("?", "all") else None
            self.topic.segment_block = self.sentence.block
            self.topic.comparison = None
            self.topic.head_segment, self.topic.head_concept = self.topic.segment, self.topic.concept
        self._remember_doubts()
        if self.sentence.kind == "title" or self.times:
            days = [t for t in self.times if t.as_of()]
            if days:
                self.topic.main, self.topic.main_by, self.topic.main_weak = days[-1], None, True

    def _remember_doubts(self) -> None:
        hidden = self._hide(self.text)
        _, go_on = doubts(hidden, hidden, "", "", hidden, self.language, set())
        self.topic.carried = go_on | self._still_carried()
        self.topic.carried_block = self.sentence.block

    def _still_carried(self) -> set[str]:
        """Doubts of the sentences before that go on here: not where the sentence names whom it speaks of."""
        fresh = self.sentence.block != self.topic.carried_block and bool(self.concepts) and bool(self.borrowers)
        if self.sentence.kind == "row" or self.originators or fresh:
            return set()
        if {b.code for b in self.borrowers} & {"corporate", "large corporate", "mortgage"} and any(
            c.rank >= 3 for c in self.concepts
        ):
            free = {"mfo": r"."}  # microfinance lends to no large company
        else:
            free = {"mfo": r"банк|bank"}
        free |= {"other_country": r"росси|\bРФ\b|russia|moscow|москв"}
        return {name for name in self.topic.carried if not re.search(free.get(name, r"(?!)"), self.text, re.I)}

    def _remember(self) -> None:
        topic = self.topic
        if self.done and all(any(d.startswith("single_bank") for d in f.doubts) for f in self.done):
            self._remember_doubts()  # what a bank says of itself is no topic of the text
            return
        levels = [f for f in self.done if f.time and f.time.as_of() and not is_change(f)]
        if self.done:
            certain = [f for f in self.done if f.concept and f.concept not in ("other",)]
            if certain:
                topic.concept = certain[-1].concept if len({f.concept for f in certain}) == 1 else certain[0].concept
            named = [f.segment for f in self.done if f.segment]
            if named and len(set(named)) == 1:
                if named[0] != topic.segment:
                    topic.segment_before = topic.segment
                topic.segment, topic.segment_block = named[0], self.sentence.block
            elif named:
                topic.segment = common(named)
        else:
            codes = [m.code for m in self.concepts if m.rank >= 3 and m.code != "other"]
            if len(set(codes)) == 1:
                topic.concept = codes[0]
            special = most_special(self.borrowers)
            if special and special != "all":
                topic.segment, topic.segment_block = (special if special != "?" else None), self.sentence.block
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
        if word := self._strange(found, span_lead, span_tail):
            found.doubts.append(f"counts what? {word!r} is not known")
        elif previous and any("as the" in line for line in found.trace):
            unknown = [doubt for doubt in previous.doubts if doubt.endswith("is not known")]
            found.doubts += unknown if not re.search(r"[;,] ", self.text[previous.amount.end : amount.start]) else []
        self._segment(found, span_lead, span_tail, previous, apposed)
        self._who(found)
        self._when(found, span_lead, span_tail, previous, apposed, lead, tail)
        self._level(found, lead, tail, following, tail_end, at)
        self._measure(found, lead, tail)
        places = [
            *((m.start, m.end) for m in [*self.concepts, *self.borrowers]),
            *((t.start, t.end) for t in self.times),
        ]
        behind = [end for start, end in places if tail_end > start >= amount.end]
        shared = tail_end == following and at + 1 < len(self.amounts)  # what leads to the next number is its own
        self.consumed = amount.end if not behind else max(behind) if shared else tail_end
        return found

    def _level(self, found: Found, lead: str, tail: str, following: int, tail_end: int, at: int) -> None:
        amount, language = found.amount, self.language
        if found.concept == "exchange_rate":
            found.originator = "Bank of Russia" if re.search(r"official|официальн", self.text, re.I) else None
        last = at + 1 == len(self.amounts)
        after = self.hidden[tail_end:] if last else ""
        before = self.hidden[: amount.start]
        lead = self.hidden[amount.start - len(lead) : amount.start]
        tail = self.hidden[amount.end : tail_end] if last or tail_end < following else ""
        carried = self._still_carried()
        nationwide = pattern(language, "nationwide").search(before)
        said, _ = doubts(lead, before, tail, after, self._hide(self.text), language, carried)
        bank = bool(self.originators) and not re.search(r"\b(?:we|our|We|Our|у нас|У нас|мы|Мы)\b", before)
        for doubt in said:
            name = doubt.split(":")[0]
            if name == "single_bank" and (nationwide or self._institution_speaks(doubt)):
                continue
            if name == "contradicted" and self.context.institution and re.search("отличие|unlike", doubt, re.I):
                continue
            found.doubts.append(doubt)
        if self.sentence.speaker == "answer" and not self.context.institution and not nationwide and not bank:
            found.doubts.append("single_bank: an answer in an interview")
        if pattern(language, "of_which").search(lead) and not self._named_itself(found):
            found.doubts.append("part: of which")
        labelled = self.sentence.kind == "row" and pattern(language, "change", "nouns").search(
            self.text[: amount.start]
        )
        if labelled:
            found.doubts.append(f"growth or difference: {labelled[0]!r} in a table")
        if moved := change(amount, lead, tail, before, language, found.concept):
            found.doubts.append(moved)
        if only := bound(amount, lead, language):
            found.doubts.append(only)
        issues = (found.concept or "").startswith(("dti", "down", "approved"))  # shares of issues, of applications
        composed = pattern(language, "composed", "tail").match(self.text[amount.end :]) and pattern(
            language, "composed", "lead"
        ).search(self.text[: amount.start])
        starts = re.fullmatch(r"\W*(?:\w+ )?", re.split(r"[.;:] ", self.text[: amount.start])[-1])
        parts = pattern(language, "composed", "tail").match(self.text[amount.end :])
        if amount.unit == "percent" and (composed or (starts and parts)) and not issues:
            found.doubts.append("part: of what is counted, not of loans")
        self._ranged(found, lead, at)
        if self.sentence.speaker == "question" and not self.originators:
            found.doubts.append("question: said by who asks")
        if pattern(language, "question").search(self.text):
            found.doubts.append("question")
        if (
            self.done
            and self.done[-1].amount.unit == "times"
            and not re.search(r"\b(?:до|to) (?:\w+ )?$", lead)
            and not any("counts" in t and "'" in t for t in found.trace)
            and not (found.time and re.search(r"[:;]", self.text[self.done[-1].amount.end : amount.start]))
        ):
            found.doubts.append("difference: what a multiple is taken of")
        if PEOPLE[language].match(tail) and found.concept in _OF_LOANS:
            found.doubts.append("a share of borrowers, not of loans")
        if amount.unit in ("USD", "EUR", "CNY", "UAH", "KZT"):
            found.doubts.append(f"conversion: {amount.unit}")

    def _named_itself(self, found: Found) -> bool:
        """Do words at the number say what it counts or whose it is? Else it is a part of the number before."""
        levels = [f.concept for f in self.done if not is_change(f)]
        again = found.concept in levels[-1:]
        said = ("of ",) if again else ("counts", "of ")  # "of which 9 billion under loan holidays" is a part
        own = [line for line in found.trace if line.startswith(said) and "'" in line]
        return any("after it" not in line for line in own)

    def _institution_speaks(self, doubt: str) -> bool:
        """ "We" is the supervisor in its own text."""
        return self.context.institution and bool(re.search(r"'(?:[Мм]ы|[Уу] нас|[Ww]e|[Oo]urs?|[Нн]аш\w*)'?", doubt))

    def _ranged(self, found: Found, lead: str, at: int) -> None:
        amount, language = found.amount, self.language
        moved = pattern(language, "change", "verbs").search(lead)
        following = self.amounts[at + 1] if at + 1 < len(self.amounts) else None
        starts = pattern(language, "from").search(lead)
        if amount.ranged and following and following.ranged:
            found.doubts.append("earlier: the level before" if moved and starts else "range")
        elif amount.ranged:
            previous = self.done[-1]
            if not any(d.startswith("earlier") or "by so much" in d for d in previous.doubts):
                found.doubts.append("range")
        elif (
            (starts and found.time is None)
            or (starts and not self.times)
            or (starts and following and re.fullmatch(r" (?:до|to) ", self.text[amount.end : following.start]))
            or (starts and not any("stated" in t for t in found.trace))
        ):
            found.doubts.append("earlier: the level before")
