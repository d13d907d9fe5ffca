"""Whose loans a number is of, and who says so."""

from __future__ import annotations

import re

from transforms.reports.lexicon import Mention, is_part, pattern
from transforms.reports.sentence import Found, Parsed, most_special

_SAID_BY = re.compile(
    r"(?:according to|data (?:of|from)|из (?:данных|материалов|обзора|отч[её]та|статистики|бюллетеня)"
    r"|по (?:данным|оценке|сведениям|подсч[её]там|расч[её]там|информации))"
    r"(?: \w+){0,2} [«“\"]?$",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"[»”\"]?(?:[''’]s)?(?: (?:data|figures|statistics|estimates|bulletins?|reviews?|reports?))?"
    r" (?:shows?|showed|says?|said|reports?|reported|сообщил\w*|отметил\w*)\b"
)
_IN_ALL = re.compile(
    r"\b(?:total|overall|altogether|all|whole|всего|в целом|вс[её]|общ\w+|суммарн\w+|итого)\b", re.IGNORECASE
)
_OF_THIS = re.compile(r"(?:Of (?:this|these|that|which|them|it)|Из (?:них|этой|этого|этих|неё|нее|него)|В том числе)\b")


def _of_issues(found: Found) -> bool:
    """Is a share one of the loans issued, as those to borrowers with a high debt burden are?"""
    return bool(found.concept and found.concept.startswith(("dti", "down")))


class Whose(Parsed):
    """Borrowers and originator, from the words nearest to the number on."""

    def _segment(
        self, found: Found, lead: tuple[int, int], tail: tuple[int, int], previous: Found | None, apposed: bool
    ) -> None:
        after = self._in(self.borrowers, tail) or self._behind_dash(tail[1]) or self._behind_bracket(found)
        before: list[Mention] = []
        nearest = True
        for place, clause in enumerate(self._clauses(lead)):
            before = self._in(self.borrowers, clause)
            if before:
                nearest = place == 0
                break
        special_after, special_before = most_special(after), most_special(before)
        if special_after == "?" or special_before == "?":
            codes = sorted({m.code for m in [*after, *before]})
            found.doubts.append(f"of one of {codes}")
        if special_after and special_after != "all" and not nearest:
            before, special_before = [], None  # what stands right behind the number is nearer
        if special_after and special_before and special_after != special_before:
            if found.amount.unit == "percent" and not is_part(special_after, special_before) and special_after != "all":
                found.doubts.append(f"of {special_before} or {special_after}")
            elif special_after == "all" and found.amount.unit == "percent" and special_before != "all":
                found.doubts.append(f"{special_before} as a share of all")
        chosen = special_after or special_before
        if (special_after == "all" and special_before) or (
            special_before and special_after and is_part(special_before, special_after)
        ):
            chosen = special_before
        banks_alone = chosen == "all" and all(
            re.fullmatch(r"(?:all |всех )?(?:banks?|банк\w*)", self.text[m.start : m.end]) for m in [*after, *before]
        )
        spoken_of = previous.segment if previous else self.topic.segment
        if banks_alone and spoken_of and (previous or self._anaphoric(self.text)):
            chosen = spoken_of  # "of which banks approved 28%": they lend, they are not who owes
        elif banks_alone and spoken_of not in (None, "all") and found.amount.unit == "percent":
            found.doubts.append(f"of {spoken_of} or of all? banks are those who lend")
        special = self.topic.segment
        if _of_issues(found) and chosen == "households" and special not in (None, chosen) and special != "all":
            found.doubts.append(f"of {special} or of all households?")  # "loans to people with a high debt burden"
        if chosen:
            found.segment = chosen
            found.trace.append(f"of {chosen}: {self._words([*after, *before])}")
        elif previous and previous.segment:
            found.segment = previous.segment
            found.trace.append(f"of {found.segment}, as the number before")
        elif (
            self.borrowers
            and (first := most_special(self._in(self.borrowers, (0, found.amount.start))))
            and first != "?"
        ):
            found.segment = first
            found.trace.append(f"of {first}, named before")
        elif (
            len(self.amounts) == 1
            and (later := most_special(self._in(self.borrowers, (tail[1], len(self.text)))))
            and later != "all"
        ):
            found.segment = later
            found.trace.append(f"of {later}, named after it")
        elif self.topic.segment:
            found.segment = self.topic.segment
            if self.topic.mixed and not _IN_ALL.search(self.text):
                found.doubts.append(f"of {found.segment}? parts of them are spoken of before them")
            if self._changed() or self._new_subject(found):
                found.doubts.append(f"of {found.segment}? others are spoken of before them")
            if self.topic.turn != self.context.turn and not self.context.institution:
                found.doubts.append(f"of {found.segment}? another speaks")
            found.trace.append(f"of {found.segment}, as the text before")
        if (
            previous
            and "as the number before" in found.trace[-1:][0:1].__str__()
            and found.concept != previous.concept
            and found.concept
            and (
                (found.concept.startswith(("dti", "down")) and not _of_issues(previous))
                or (
                    previous.concept in ("approved", "applications")
                    and found.concept not in ("approved", "applications", "restructured")
                )
            )
        ):
            found.doubts.append("of whom? the number before counts something else")

    def _changed(self) -> bool:
        """Does a new paragraph name nobody, where the ones before spoke of one group of borrowers after another?"""
        topic = self.topic
        if self.sentence.kind == "item" or _OF_THIS.match(self.text):
            return False
        return self.sentence.block != topic.segment_block and topic.segment_before not in (None, topic.segment)

    def _new_subject(self, found: Found) -> bool:
        """Does it count something else than the paragraph before it, which spoke of one group after another?"""
        own = any(line.startswith("counts") and "'" in line for line in found.trace)
        topic = self.topic
        return (
            own
            and found.concept != topic.concept
            and topic.segment_before not in (None, topic.segment)
            and (topic.segment_before_block == self.sentence.block)
        )

    def _behind_bracket(self, found: Found) -> list[Mention]:
        """ "2.1 trillion roubles ($26 billion) of corporate debt": whose it is stands behind the same in dollars."""
        bracket = re.match(
            r" ?\([^()]*\d[^()]*\) (?:of|in|to|for|\w+ых|\w+им|\w+ам)\b[^,;:.(—–\d]*", self.masked[found.amount.end :]
        )
        return self._in(self.borrowers, (found.amount.end, found.amount.end + bracket.end())) if bracket else []

    def _behind_dash(self, place: int) -> list[Mention]:
        """ "20.4 trn - mortgages, 13.4 trn - consumer loans": the borrowers stand behind a dash, up to a comma."""
        dash = re.match(r" ?[–—-] (?=[^\d,;.]+(?:[,;.)]|$))", self.masked[place:])
        return self._in(self.borrowers, (place + dash.end(), place + dash.end() + 12))[:1] if dash else []

    def _who(self, found: Found) -> None:
        said = self.originators
        before = [m for m in said if m.end <= found.amount.start]
        mention: Mention | None = before[-1] if before else None
        if mention is None and said:
            trailing = said[0]
            around = self.text[max(0, trailing.start - 40) : trailing.end + 40]
            between = [a for a in self.amounts if found.amount.end <= a.start < trailing.start]
            relative = re.search(r"котор\w+ $|which $", self.text[: trailing.start])
            others = [a for a in self.amounts if a.start > trailing.end]
            said_by = _SAID_BY.search(self.text[: trailing.start])
            if (said_by and not relative) or (
                not relative
                and (not others or _SAYS.match(self.text[trailing.end :]))
                and (pattern(self.language, "said").search(around) or not between)
            ):
                mention = trailing
        if len({m.kind for m in before}) > 1 and re.fullmatch(
            r" (?:и|and)(?: \w+)? ?", self.text[before[-2].end : before[-1].start]
        ):
            found.doubts.append(f"of one of several: {[m.code for m in before[-2:]]}")
        if (
            mention is None
            and not self.context.institution
            and self.topic.originator
            and (
                self.topic.originator_block == self.sentence.block
                or self.sentence.kind == "item"
                or (self.topic.originator_block >= self.sentence.block - 2 and self._goes_on())
            )
        ):
            mention = self.topic.originator
        if mention is None and not pattern(self.language, "said").search(self.text):
            mention = self.context.lone  # a paragraph without a voice of its own in the news of one bureau
        if mention is None or (
            mention.code == "a credit bureau" and self.context.publisher and self.context.publisher.kind == "bureau"
        ):
            mention = self.context.publisher if self.context.institution else mention
        if mention:
            found.originator, found.originator_kind = mention.code, mention.kind
            found.trace.append(f"said by {mention.code}")

    def _goes_on(self) -> bool:
        """Does a paragraph go on with the one before: "it was", "by her words", no new subject?"""
        return self._anaphoric(self.text[:60]) or bool(
            re.search(r"[Пп]о (?:ее|её|его|их) (?:словам|данным|оценке)", self.text)
        )
