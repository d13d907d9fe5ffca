"""Is a number a level, and of all that it seems to be of? What speaks against it, word by word."""

from __future__ import annotations

import re

from transforms.reports import torn
from transforms.reports.amounts import next_in_range
from transforms.reports.levels import bound, change, doubts
from transforms.reports.lexicon import pattern
from transforms.reports.sentence import PEOPLE, Found, Parsed, is_change

_FALLS_ON = re.compile(r"\b(?:приход|приш[ёел])\w+ (?:\w+ )?$|\baccount(?:s|ed|ing)? for (?:\w+ )?$", re.IGNORECASE)
_THINGS = re.compile(
    r" (?:\w+ )?(?:карт|договор|заяв|обращени|человек|граждан|за[её]мщик|клиент|сдел"
    r"|cards|applications|requests|contracts|agreements|borrowers|people|clients|customers)",
    re.IGNORECASE,
)
SCALED = 1e6
"""Roubles: loans of many borrowers are printed in millions at least."""
_ARRIVES = re.compile(
    r"\b(?:до|to|достиг\w*|составил\w*|reach(?:ed|ing)|stood at|total(?:l?ed|l?ing)) (?:\w+ )?$", re.IGNORECASE
)
"""Before what a multiple has led to, not what it is taken of."""
_OF_LOANS = {"problem", "overdue", "bad_90", "restructured", "arrears_30_90", "provisions", "stage3", "collateral"}


class Doubted(Parsed):
    """Doubts of a number whose parts are known."""

    def _still_carried(self) -> set[str]:
        """Doubts of the sentences before that go on here: not where the sentence names whom it speaks of."""
        fresh = self.sentence.block != self.topic.carried_block and bool(self.concepts) and bool(self.borrowers)
        asked = self.context.institution and self.sentence.speaker == "question"
        if self.sentence.kind == "row" or self.originators or fresh or asked:
            return set()
        if {b.code for b in self.borrowers} & {"corporate", "large corporate", "mortgage"} and any(
            c.rank >= 3 for c in self.concepts
        ):
            free = {"mfo": r"."}  # microfinance lends to no large company
        else:
            free = {"mfo": r"банк|bank"}
        free |= {"other_country": r"росси|\bРФ\b|russia|moscow|москв"}
        return {name for name in self.topic.carried if not re.search(free.get(name, r"(?!)"), self.text, re.I)}

    def _level(self, found: Found, lead: str, tail: str, following: int, tail_end: int, at: int) -> None:
        amount, language = found.amount, self.language
        if found.concept == "exchange_rate":
            found.originator = "Bank of Russia" if re.search(r"official|официальн", self.text, re.I) else None
        if touching := torn.touched(self.text, amount):
            found.doubts.append(f"torn: {touching} touches the number")
        if amount.unit == "count" and amount.scale > 1 and re.search(r"\b(?:for|worth) $", self.text[: amount.start]):
            found.doubts.append("money or a number of things? It is not said")
        if amount.unit == "RUB" and abs(amount.value or SCALED) < SCALED and found.concept != "exchange_rate":
            found.doubts.append("a sum of loans in single roubles: its scale may be lost")
        if amount.unit == "money" and _THINGS.match(self.text, amount.end):
            found.doubts.append("a number of things, not money")
        last = at + 1 == len(self.amounts)
        after = self.hidden[tail_end:] if last else self._said_behind(tail_end, following)
        before = self.hidden[: amount.start]
        lead = self.hidden[amount.start - len(lead) : amount.start]
        tail = self.hidden[amount.end : tail_end] if last or tail_end < following else ""
        carried = self._still_carried()
        nationwide = pattern(language, "nationwide").search(before)
        said, _ = doubts(lead, before, tail, after, self._hide(self.text), language, carried)
        bank = bool(self.originators) and not re.search(r"\b(?:we|our|We|Our|у нас|У нас|мы|Мы)\b", before)
        for doubt in said:
            name = doubt.split(":")[0]
            if name == "single_bank" and nationwide:
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
        behind = self.dash_behind(amount)
        named = pattern(language, "change", "nouns").search(tail) if behind else None
        if named and not re.search(r"\w.*\w", tail[behind : named.start()]):
            found.doubts.append(f"growth or difference: {named[0]!r} behind it")
        if only := bound(amount, lead, language):
            found.doubts.append(only)
        issues = (found.concept or "").startswith(("dti", "down", "approved"))  # shares of issues, of applications
        composed = pattern(language, "composed", "tail").match(self.text[amount.end :]) and pattern(
            language, "composed", "lead"
        ).search(self.text[: amount.start])
        starts = re.fullmatch(r"\W*(?:\w+ )?", re.split(r"[.;:] ", self.text[: amount.start])[-1])
        parts = pattern(language, "composed", "tail").match(self.text[amount.end :])
        own = any(line.startswith("counts") and "'" in line for line in found.trace)
        taken = not own and _FALLS_ON.search(self.text[: amount.start])
        if amount.unit == "percent" and (composed or taken or (starts and parts)) and not issues:
            found.doubts.append("part: of what is counted, not of loans")
        in_words = amount.unit == "percent" and not re.search(r"\d", amount.surface)
        if in_words and not own:
            found.doubts.append("a share in words: of what?")
        self._ranged(found, lead, at)
        if self.sentence.speaker == "question" and not self.originators:
            found.doubts.append("question: said by who asks")
        if pattern(language, "question").search(self.text):
            found.doubts.append("question")
        if (
            self.done
            and self.done[-1].amount.unit == "times"
            and not _ARRIVES.search(lead)
            and not any("counts" in t and "'" in t for t in found.trace)
            and not (found.time and re.search(r"[:;]", self.text[self.done[-1].amount.end : amount.start]))
        ):
            found.doubts.append("difference: what a multiple is taken of")
        if PEOPLE[language].match(tail) and found.concept in _OF_LOANS:
            found.doubts.append("a share of borrowers, not of loans")
        if amount.unit in ("USD", "EUR", "CNY", "UAH", "KZT"):
            found.doubts.append(f"conversion: {amount.unit}")

    def _said_behind(self, start: int, end: int) -> str:
        """Who is said to say so, right behind a number that others follow: "4.2%, three bankers said, twice ..."."""
        clause = re.match(r"[\s,–—-]*[^,;:.]*", self.hidden[start:end])
        return clause[0] if clause and pattern(self.language, "said").search(clause[0]) else ""

    def _named_itself(self, found: Found) -> bool:
        """Do words at the number say what it counts or whose it is? Else it is a part of the number before."""
        levels = [f.concept for f in self.done if not is_change(f)]
        again = found.concept in levels[-1:]
        said = ("of ",) if again else ("counts", "of ")  # "of which 9 billion under loan holidays" is a part
        if found.amount.unit == "percent":
            said = ("counts",)  # "of which 5.1% are large companies" is a part
        own = [line for line in found.trace if line.startswith(said) and "'" in line]
        return any("after it" not in line for line in own)

    def _ranged(self, found: Found, lead: str, at: int) -> None:
        amount, language = found.amount, self.language
        moved = pattern(language, "change", "verbs").search(lead)
        following = self.amounts[at + 1] if at + 1 < len(self.amounts) else None
        starts = pattern(language, "from").search(lead)
        before = self.amounts[at - 1] if at else None
        second = before and before.ranged and next_in_range(language).fullmatch(self.text, before.end, amount.start)
        if amount.ranged and following and following.ranged and not second:
            found.doubts.append("earlier: the level before" if starts and (moved or language == "ru") else "range")
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
