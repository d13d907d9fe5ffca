"""What a number counts: problem loans, arrears, restructured loans ... and what its figure is called."""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.reports.inherited import Inherited
from transforms.reports.lexicon import Mention, pattern
from transforms.reports.sentence import Found, is_change

BUCKETS = ("bad_90", "arrears_30_90")
_SUCH = re.compile(r"\b(?:так\w{1,3}|эт\w{1,3}|данн\w+|such|this|these|those) (?:\w+ )?$", re.IGNORECASE)
_OR = re.compile(r"[^,;:.]*(?:, (?:or|that is,?|i\.e\.|или|то есть|т\. ?е\.) )(?:\w+ )?")
_WHOLE = re.compile(r"portfolio|\bbook\b|outstanding|stock|total|портфел|всего|общ(?:ая|ий|ей)|совокупн", re.IGNORECASE)
_OF_THAT = re.compile(r" ?(?:of (?:that|this|these|those|them|it|which)|из (?:них|этого|этой|неё|нее|него|которых))\b")
_OF_NO_LOANS = ("key_rate", "exchange_rate", "profit", "capital_adequacy", "capital_buffer", "debt_service_ratio")
_TO_COMMA = re.compile(r"(?:[^,;:.]{0,30},)?")
_OUT_OF = re.compile(r"(?:^|[.;:] )\W*(?:Из|Of|Out of) (?:the |почти |около |almost |about )?$", re.IGNORECASE)
_OWES = re.compile(r"\b(?:owe[sd]?|owing|должн[ыа]|задолжал\w*)\b", re.IGNORECASE)
_IS = re.compile(
    r"\b(?:is|are|was|were|been|being|became|become|turned|went|gone|remain\w*|considered|classified as|as)"
    r"(?: \w+){0,2} $",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"(?:не |(?:просрочен|реструктурирован|проблемн|покрыт|одобрен|удовлетворен)(?:[аоы]|ыми)?\b)", re.IGNORECASE
)
_OUTSTANDING = re.compile(
    r"outstanding|amount\w*|total\w*|worth|stood|stands|grew|rose|fell|shrank"
    r"|составил|вырос|сократил|достиг|объ[её]м|сумм|всего",
    re.IGNORECASE,
)
"""Words that say the loans themselves are meant."""


class Counted(Inherited):
    """What is counted, from the words nearest to the number on."""

    def _concept(
        self,
        found: Found,
        lead: tuple[int, int],
        tail: tuple[int, int],
        previous: Found | None,
        apposed: bool,
        around: str,
        at: int,
    ) -> None:
        money = found.amount.unit in ("RUB", "USD", "money", "count", "EUR", "CNY")
        near = self._in(self.concepts, tail)
        strong: list[Mention] = []
        for place, clause in enumerate(self._clauses(lead)):
            if place and pattern(self.language, "added_to").match(self.text[clause[0] : clause[1]]):
                continue  # "the share of problem loans, including risky restructurings, is"
            near = near + self._in(self.concepts, clause)
            strong = [m for m in near if m.rank >= 3]
            if strong:
                break
        if strong and self._covered_too(found, lead, previous, strong):
            found.concept = "provisions"
            found.trace.append("counts provisions, as the number before")
        elif strong:
            found.concept = self._pick(found, strong)
            if found.concept == "overdue":
                found.concept = self.context.overdue
            if (
                found.concept == "overdue"
                and self.topic.concept in BUCKETS
                and _SUCH.search(self.text[: strong[0].start])
            ):
                found.concept = self.topic.concept  # "such arrears" are those of the bucket spoken of
            found.trace.append(f"counts {found.concept}: {self._words(strong)}")
        elif (
            near
            and self.topic.concept
            and not (money and _WHOLE.search(around))
            and any(_SUCH.search(self.text[: m.start]) for m in near)
        ):
            found.concept = self.topic.concept
            found.trace.append(f"counts {found.concept}: such as those of the text before")
        elif previous and previous.concept in ("portfolio", "issued") and not money and self.topic.concept:
            found.concept = self.topic.concept
            found.trace.append(f"counts {found.concept}, as the text before")
        elif previous and previous.concept and (apposed or at):
            weak = [m for m in near if m.rank in (1, 2)]
            if not weak and is_change(previous) and any("as the" in line for line in previous.trace):
                weak = [m for m in self._in(self.concepts, (0, found.amount.start)) if m.rank in (1, 2)][-1:]
            if (
                weak
                and money
                and not apposed
                and (previous.concept != "restructured" or any("as the sentence" in line for line in previous.trace))
                and not (previous.concept == "issued" and {m.code for m in weak} == {"portfolio"})
                and not self._anaphoric(around)
            ):
                found.concept = max(weak, key=lambda m: m.rank).code
            else:
                found.concept = previous.concept
            found.doubts += [doubt for doubt in previous.doubts if doubt.startswith(f"counts {found.concept}?")]
            found.trace.append(f"counts {found.concept}, as the number before")
            carried = found.concept != "portfolio" and money and is_change(previous)
            if carried and any(line.endswith("as the sentence before") for line in previous.trace) and self._anew():
                # "Mortgages grew 3.5% to 16.7 trillion" at the head of a paragraph: growth does not tell of what
                found.doubts.append(f"counts {found.concept}? a paragraph begins that does not say so")
        else:
            whole = money and _OUT_OF.search(self.text[: found.amount.start])
            later = [] if whole else self._later(tail[1], at)  # "of 14.7 trillion of loans 12.6% is late"
            weak = [m for m in near if m.rank in (1, 2)]
            book = weak and re.search(r"\b(?:портфел|portfolio|book\b|stock\b|outstanding)", around, re.I)
            anaphoric = self._anaphoric(around) and not book
            if later and (not money or not weak or self._said_of_all(later[0])):
                found.concept = self._pick(found, later)
                found.trace.append(f"counts {found.concept}: {self._words(later)} after it")
            elif weak and (money or (self.topic.concept == "issued" and not strong)) and not anaphoric:
                found.concept = max(weak, key=lambda m: m.rank).code
                found.trace.append(f"counts {found.concept}: {self._words(weak)}")
            elif (
                money
                and not (anaphoric and self.topic.concept)
                and (named := [m for m in self._in(self.concepts, (0, found.amount.start)) if m.rank in (1, 2)])
            ):
                found.concept = named[-1].code
                found.trace.append(f"counts {found.concept}: {self._words(named[-1:])} before it")
            elif money and (told := self._told(found, lead)):
                found.concept = told
                found.trace.append(f"counts {found.concept}, as was told before in this unit")
            elif self.topic.concept and (anaphoric or not [m for m in self.concepts if m.rank >= 3]):
                found.concept = self._inherited(found, lead)
                by = (
                    "as the sentence before"
                    if found.concept == self.topic.concept
                    else "as was told before in this unit"
                )
                found.trace.append(f"counts {found.concept}, {by}")
                if found.concept in _OF_NO_LOANS and [m for m in self.concepts if m.rank in (1, 2)]:
                    found.doubts.append(f"counts {found.concept}? loans are spoken of")
                if money and not anaphoric and self._anew():
                    found.doubts.append(f"counts {found.concept}? a paragraph begins that does not say so")
        if (
            found.amount.unit == "count"
            and found.concept in ("approved", "applications")
            and pattern(self.language, "out_of").search(self.text[lead[0] : lead[1]])
            and pattern(self.language, "received").match(self.text[tail[0] : tail[1]])
        ):
            found.concept = "applications"  # "152 thousand were approved out of 248 thousand received"
            found.trace.append("counts applications: of which so many were approved")
        if (
            previous
            and _OF_THAT.match(self.text[tail[0] :])
            and not strong
            and found.concept == previous.concept
            and money
        ):
            found.doubts.append("part: of the number before")
        if self._of_products(found) and pattern(self.language, "by_product").search(self.text[: found.amount.start]):
            found.concept = self.topic.concept
            found.trace.append(f"counts {found.concept}, as the text before, by product")
        elif self._of_products(found):
            found.doubts.append(f"of the portfolio, or {self.topic.concept} as the text before?")
        rivals = self.topic.levels.get(found.amount.unit, set())
        if len(rivals) > 1 and any(line.endswith("as the sentence before") for line in found.trace):
            found.doubts.append(f"counts one of {sorted(rivals)}, as the sentence before")
        owed = _OWES.search(self.text[lead[0] : lead[1]]) if money and found.amount.unit != "count" else None
        if owed and not any("counts" in line and "'" in line for line in found.trace):
            found.doubts.append(f"all of it, or {found.concept} as the text before? {owed[0]!r}")
        if beyond := self._beyond(found, tail[1]):
            found.doubts.append(f"counts {found.concept}, or {beyond} as its clause goes on?")
        known = self.topic.counted.get(found.amount.unit, set())
        if known and found.concept not in known and f"counts {found.concept}, as the sentence before" in found.trace:
            found.doubts.append(f"counts {found.concept}? in {found.amount.unit} {sorted(known)} was told before")
        if late := self._owed_or_late(found, at):
            found.doubts.append(f"all of it, or {late}?")

    def _anew(self) -> bool:
        """Whether a paragraph begins with this sentence."""
        return self.sentence.kind == "text" and self.sentence.block != self.topic.block != -1

    def _covered_too(
        self, found: Found, lead: tuple[int, int], previous: Found | None, strong: Sequence[Mention]
    ) -> bool:
        """ "Provisions cover 72% of problem corporate and 89% of problem retail loans": the second is a cover, too."""
        return bool(
            previous
            and previous.concept == "provisions"
            and previous.amount.unit == found.amount.unit == "percent"
            and {m.code for m in strong} <= {"problem", "overdue", "bad_90"}
            and (
                (
                    re.search(r"(?:^|[\w,]) ?(?:и|а|and)? ?$", self.text[lead[0] : lead[1]])
                    and not self._in(self.concepts, lead)
                )
                or re.search(r" [–—-] на $", self.text[lead[0] : lead[1]])
            )
        )

    def _beyond(self, found: Found, end: int) -> str:
        """What else the clause counts beyond the words of a share: "1.1% of loans turned sour after restructuring"."""
        said = re.match(r" (?:after|following|despite|после|при|из|по) [^,;:.(—–]*", self.hidden[end:])
        if found.amount.unit != "percent" or not said or any(end <= a.start < end + said.end() for a in self.amounts):
            return ""
        codes = {m.code for m in self._in(self.concepts, (end, end + said.end())) if m.rank >= 3}
        return next(iter(sorted(codes - {found.concept})), "")

    def _later(self, start: int, at: int) -> list[Mention]:
        """What a clause says after its number: "10.5% of consumer loans and 4% of corporate loans are late".

        A word before another number in the same clause is that number's.
        """
        following = [a for a in self.amounts[at + 1 :] if not self.masked[: a.start].rstrip().endswith("(")]
        start = self._after_apposition(start, at)
        for mention in self._in(self.concepts, (start, len(self.text))):
            if mention.rank < 3 and mention.rank:
                continue  # "of corporate loans and 10% of consumer loans were late": what the verb says counts
            behind = [a for a in following if a.start > mention.start]
            between = re.sub(r"\([^)]*\)", "", self.masked[start : mention.start])
            if re.search(r"[,;:.](?!\d)", between):
                return []
            if any(start <= a.start < mention.start for a in following) and not self._said_of_all(mention):
                return []
            if mention.rank >= 3 and (not behind or re.search(r"[,;]", self.masked[mention.end : behind[0].start])):
                clause = re.match(r"[^,;:.]*", self.masked[mention.end :])
                end = mention.end + (clause.end() if clause and not behind else 0)
                return [mention, *(m for m in self._in(self.concepts, (mention.end, end)) if m.code in BUCKETS)]
        return []

    def _after_apposition(self, start: int, at: int) -> int:
        """Where a clause goes on behind an amount said in two ways: "0.7% of loans, or 137 billion, was late"."""
        if at + 1 == len(self.amounts):
            return start
        again = self.amounts[at + 1]
        if not _OR.fullmatch(self.masked[self.amounts[at].end : again.start]):
            return start
        return again.end + len(_TO_COMMA.match(self.masked[again.end :])[0])  # type: ignore[index]

    def _of_products(self, found: Found) -> bool:
        """ "Cash loans 1.19 trillion": is "loans" the name of a product, and does the text speak of arrears?"""
        before = self.done[-1].trace if self.done and "as the number before" in str(found.trace[:1]) else []
        if any(line.endswith("in this unit") for line in [*found.trace, *before]):
            found.trace[:1] = [f"{found.trace[0].partition(',')[0]}, as was told before in this unit"]
            return False
        if found.concept != "portfolio" or self.topic.concept in (None, "portfolio", "issued", "profit"):
            return False
        weak = [m for m in self.concepts if m.code == "portfolio"]
        named = [m for m in weak if any(b.start <= m.start and m.end <= b.end for b in self.borrowers)]
        return len(weak) == len(named) and not _OUTSTANDING.search(self.text)

    def _said_of_all(self, mention: Mention) -> bool:
        """Is a word the predicate of a clause, which holds for all of its numbers?"""
        verb = _IS.search(self.text[: mention.start])
        return bool(verb or _PREDICATE.match(self.text[mention.start :]))

    def _owed_or_late(self, found: Found, at: int) -> str:
        """What a clause may say of the loans behind their last number, where their amount was taken for all of them."""
        last = not [
            a for a in self.amounts[at + 1 :] if not self._apposed(self.masked[found.amount.end : a.start], found)
        ]
        if found.concept not in ("portfolio", "issued") or not last:
            return ""
        behind = self._in(self.concepts, (found.amount.end, len(self.text)))
        return next(
            (m.code for m in behind if m.rank >= 3 and not re.search(r";|\. ", self.text[found.amount.end : m.start])),
            "",
        )

    def _owed_by_whom(self, found: Found, lead: tuple[int, int], tail: tuple[int, int]) -> None:
        """ "The debt concerned is 133 billion": is it all that is owed, or what the text before spoke of?"""
        inherited = f"of {found.segment}, as the text before" in found.trace
        spoken_of = self.topic.concept not in (None, "portfolio", "issued", "profit")
        if found.concept != "portfolio" or not inherited or not spoken_of or found.amount.unit == "percent":
            return
        if not _WHOLE.search(self.text[lead[0] : tail[1]]):
            found.doubts.append(f"all of it, or {self.topic.concept} as the text before?")

    def _pick(self, found: Found, strong: Sequence[Mention]) -> str:
        codes = {m.code for m in strong}
        top = max(m.rank for m in strong)
        best = [m.code for m in strong if m.rank == top]
        if top == 3:
            if "bad_90" in codes and codes <= {"bad_90", "problem", "overdue", "stage3"}:
                return "bad_90"
            if "arrears_30_90" in codes and codes <= {"arrears_30_90", "overdue"}:
                return "arrears_30_90"
            if codes == {"applications", "restructured"}:
                return "applications" if found.amount.unit in ("count", "number") else "restructured"
        if {"approved", "applications"} & codes and top <= 4 and not {"provisions", "risky_restructured"} & codes:
            if "approved" in codes:
                return "approved"
            return "applications" if codes <= {"applications", "restructured"} else best[0]
        if "risky_restructured" in codes and "restructured" in codes and "problem" in codes:
            return "problem"
        if len(set(best)) > 1:
            if {"early_delinquency", "low_down_payment"} & set(best):
                return next(c for c in best if c in ("early_delinquency", "low_down_payment"))
            found.doubts.append(f"counts one of {sorted(set(best))}")
        return best[0]
