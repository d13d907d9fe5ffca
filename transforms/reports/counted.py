"""What a number counts: problem loans, arrears, restructured loans ... and what its figure is called."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from transforms.reports.levels import last_clause
from transforms.reports.lexicon import Mention, is_part, pattern
from transforms.reports.sentence import Found, Parsed, measures
from transforms.reports.times import Time

SMALL = 1000
"""A smaller number without a scale ("of 20") counts only what stands right behind it."""
_BUCKETS = ("bad_90", "arrears_30_90")
_SUCH = re.compile(r"\b(?:так\w{1,3}|эт\w{1,3}|данн\w+|such|this|these|those) (?:\w+ )?$", re.IGNORECASE)
_TO_LOANS = (
    r"(?:of|for|against|от|к|по) (?:(?:all|the|whole|entire|total|всем|всему|всего|совокупному|совокупного) )*"
    r"(?:loans|portfolio|book|кредитам|ссудам|портфел\w+)\b"
)
_OWED = re.compile(r"\b(?:debts?|owed?|долг\w*)\b", re.IGNORECASE)
_TO_BANKS = re.compile(r"bank|lend|loan|credit|банк|кредит|ссуд|за[ий]м|портфел", re.IGNORECASE)
_REVIEWED = re.compile(r"рассмотр|reviewed|considered", re.IGNORECASE)
_NEW_LOANS = re.compile(
    r"for (?:new |credit |cash |car )?(?:loans?|cards?|mortgages?|credit)\b"
    r"|\b(?:card|loan|mortgage|credit|car loan|cash loan) (?:applications|requests)"
    r"|на (?:новы[ей] |получение |выдачу )?(?:кредит(?!н)|ипотек|карт|ссуд|за[ий]м)",
    re.IGNORECASE,
)


class Counted(Parsed):
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
        for clause in self._clauses(lead):
            near = near + self._in(self.concepts, clause)
            strong = [m for m in near if m.rank >= 3]
            if strong:
                break
        if strong:
            found.concept = self._pick(found, strong)
            if (
                found.concept == "overdue"
                and self.topic.concept in _BUCKETS
                and _SUCH.search(self.text[: strong[0].start])
            ):
                found.concept = self.topic.concept  # "such arrears" are those of the bucket spoken of
            found.trace.append(f"counts {found.concept}: {self._words(strong)}")
        elif previous and previous.concept in ("portfolio", "issued") and not money and self.topic.concept:
            found.concept = self.topic.concept
            found.trace.append(f"counts {found.concept}, as the text before")
        elif previous and previous.concept and (apposed or at):
            weak = [m for m in near if m.rank in (1, 2)]
            if (
                weak
                and money
                and not apposed
                and previous.concept not in ("restructured",)
                and not self._anaphoric(around)
            ):
                found.concept = max(weak, key=lambda m: m.rank).code
            else:
                found.concept = previous.concept
            found.trace.append(f"counts {found.concept}, as the number before")
        else:
            later = self._later(tail[1], at)
            weak = [m for m in near if m.rank in (1, 2)]
            book = weak and re.match(r"портфел|portfolio|book", self.text[weak[0].start :], re.I)
            anaphoric = self._anaphoric(around) and not book
            if later and (not money or not weak):
                found.concept = self._pick(found, later)
                found.trace.append(f"counts {found.concept}: {self._words(later)} after it")
            elif weak and money and not anaphoric:
                found.concept = max(weak, key=lambda m: m.rank).code
                found.trace.append(f"counts {found.concept}: {self._words(weak)}")
            elif money and (named := [m for m in self._in(self.concepts, (0, found.amount.start)) if m.rank in (1, 2)]):
                found.concept = named[-1].code
                found.trace.append(f"counts {found.concept}: {self._words(named[-1:])} before it")
            elif self.topic.concept and (anaphoric or not [m for m in self.concepts if m.rank >= 3]):
                found.concept = self.topic.concept
                found.trace.append(f"counts {found.concept}, as the sentence before")

    def _strange(self, found: Found, lead: tuple[int, int], tail: tuple[int, int]) -> str:
        """A word right at a number that takes what it counts from the text before, and that may name another thing.

        "Foreclosed flats worth 30 billion" behind a sentence on arrears is no arrears. Words of dates, borrowers,
        sources, and those that only say "the share was" (`plain`) name nothing else.
        """
        if (
            found.amount.unit == "times"
            or self.sentence.kind == "row"
            or any("counts" in line and "'" in line for line in found.trace)
        ):
            return ""
        own = self.hidden[lead[0] : lead[1]]
        start = lead[0] + len(own) - len(last_clause(own))
        known = [(m.start, m.end) for m in [*self.concepts, *self.borrowers, *self.originators]]
        for first, last in ((start, lead[1]), tail):
            for word in re.finditer(r"[^\W\d_]{3,}", self.hidden[first:last]):
                place = first + word.start()
                if any(s <= place < e for s, e in known) or pattern(self.language, "plain").fullmatch(word[0]):
                    continue
                return word[0]
        return ""

    def _later(self, start: int, at: int) -> list[Mention]:
        """What a clause says after its number: "10.5% of consumer loans and 4% of corporate loans are late".

        A word before another number in the same clause is that number's.
        """
        following = [a for a in self.amounts[at + 1 :] if not self.masked[: a.start].rstrip().endswith("(")]
        for mention in self._in(self.concepts, (start, len(self.text))):
            behind = [a for a in following if a.start > mention.start]
            between = re.sub(r"\([^)]*\)", "", self.masked[start : mention.start])
            if re.search(r"[,;:.](?!\d)", between):
                return []
            if mention.rank >= 3 and (not behind or re.search(r"[,;]", self.masked[mention.end : behind[0].start])):
                return [mention]
        return []

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
        if (
            {"approved", "applications"} & codes
            and top <= 4
            and "provisions" not in codes
            and "risky_restructured" not in codes
        ):
            return (
                "approved"
                if "approved" in codes
                else "applications"
                if codes <= {"applications", "restructured"}
                else best[0]
            )
        if "risky_restructured" in codes and "restructured" in codes and "problem" in codes:
            return "problem"
        if len(set(best)) > 1:
            if {"early_delinquency", "low_down_payment"} & set(best):
                return next(c for c in best if c in ("early_delinquency", "low_down_payment"))
            found.doubts.append(f"counts one of {sorted(set(best))}")
        return best[0]

    def _measure(self, found: Found, lead: str, tail: str) -> None:
        amount = found.amount
        unit = self._unit_of(found, lead, tail)
        concept = found.concept
        if amount.value is None:
            found.doubts.append("unreadable: a decimal comma in English")
        if concept is None:
            found.doubts.append("counts what?")
            return
        if (
            concept == "provisions"
            and re.search(_TO_LOANS, f"{lead} {tail}")
            and not re.search(r"покры|cover|absorb|problem|проблемн|плох|bad", f"{lead} {tail}", re.I)
        ):
            concept = "provisions_to_loans"
        inherited = not any("counts" in line and "'" in line for line in found.trace)
        if (
            concept in ("applications", "approved")
            and inherited
            and unit in ("money", "loans")
            and self.context.restructuring
        ):
            concept = "restructured"  # "SMEs: 94.6 thousand agreements, 845 billion rubles"
        if concept == "other" or unit not in measures().get(concept, {}):
            found.doubts.append(f"no measure of {concept} in {unit or amount.unit}")
            return
        entry = measures()[concept][unit]
        found.indicator, found.kind = entry["indicator"], entry["kind"]
        if entry.get("of") and not (found.segment and concept == "portfolio"):
            found.segment = entry["of"]
            found.doubts = [doubt for doubt in found.doubts if not doubt.endswith("spoken of before them")]
        if entry.get("originator"):
            found.originator, found.originator_kind = entry["originator"], "bank"
        of_firms = found.segment and is_part(found.segment, "corporate")
        if concept == "portfolio" and of_firms and _OWED.search(self.text) and not _TO_BANKS.search(self.text):
            found.doubts.append("owed to banks or to others?")
        if found.segment is None or found.segment == "?":
            found.doubts.append("of whom?")
        if (
            unit == "percent"
            and concept not in ("provisions",)
            and amount.value is not None
            and not 0 <= amount.value <= 100
        ):
            found.doubts.append(f"impossible: a share of {amount.value} %")
        if found.indicator.startswith(("restructuring_applications", "approved")) and not self._of_restructuring(
            lead, tail
        ):
            found.doubts.append("applications for what?")
        self._dated(found)

    def _of_restructuring(self, lead: str, tail: str) -> bool:
        """Applications to restructure are meant, not those for new loans."""
        new = _NEW_LOANS.search(f"{lead} {tail}")
        return not new and (
            self.context.restructuring or bool(pattern(self.language, "restructuring").search(self.text))
        )

    def _dated(self, found: Found) -> None:
        time = found.time
        if time is None or time.first is None or time.last is None:
            return
        first, last = time.first, time.last
        if time.first > self.context.published:
            soon = (
                found.indicator == "key_rate" and (time.first - self.context.published).days <= 14
            )  # a decision comes into force
            if not soon:
                found.doubts.append(f"forecast: {time.as_of()} is after {self.context.published}")
        if found.kind == "stock" and time.form in ("interval", "open"):
            time = Time(time.start, time.end, time.last, min(time.last, max(self.context.published, time.first)), "day")
        found.as_of = time.as_of()
        if found.indicator and found.indicator.startswith("restructured"):
            length = (last - first).days
            found.kind = (
                "cumulative" if time.form == "day" or length > 370 or (length > 100 and first.day != 1) else "flow"
            )

    def _unit_of(self, found: Found, lead: str, tail: str) -> str:
        amount = found.amount
        if amount.unit in ("percent", "times"):
            return amount.unit
        if amount.unit == "RUB" and found.concept == "exchange_rate" and amount.scale == 1:
            found.amount = replace(amount, unit="RUB per USD")
            return "rate"
        if amount.unit in ("RUB", "USD", "EUR", "CNY"):
            self.topic.currency = amount.unit
            return "money"
        if amount.unit == "money":
            if (
                self.topic.currency == "RUB" and self.topic.block in (self.sentence.block, self.sentence.block - 1, -1)
            ) or any(f.amount.unit == "RUB" for f in self.done):
                found.amount = replace(amount, unit="RUB")
                return "money"
            found.doubts.append("of what currency?")
            return "money"
        if amount.unit == "number" and found.concept == "exchange_rate":
            found.amount = replace(amount, unit="RUB per USD")
            return "rate"
        if amount.unit == "number" and found.concept == "key_rate":
            found.amount = replace(amount, unit="percent")
            return "percent"
        if amount.unit == "number" and found.concept == "composite":
            found.amount = replace(amount, unit="index")
            return "index"
        if amount.unit == "count":
            return self._counted(found, lead, tail)
        return ""

    def _counted(self, found: Found, lead: str, tail: str) -> str:
        """What a number of things is a number of: what stands right behind it, or before it if it is no small one."""
        amount, concept = found.amount, found.concept
        if _REVIEWED.search(f"{lead[-30:]} {tail[:40]}"):
            return ""
        large = amount.scale > 1 or (amount.value or 0) >= SMALL
        before = self.masked[: amount.start] if concept in ("overdue", "restructured") else lead
        for text in (tail[:40], *((lead[-60:], lead, before) if large else ())):
            for noun in ("applications", "loans", "borrowers"):
                if pattern(self.language, "count_nouns", noun).search(text):
                    return noun
        return "applications" if large and concept in ("applications", "approved") else ""
