"""What a figure is called: the measure of what is counted in a unit, of whose loans, over which period."""

from __future__ import annotations

import re
from dataclasses import replace

from transforms.reports.lexicon import is_part, pattern
from transforms.reports.measures import measures
from transforms.reports.sentence import Found, Parsed
from transforms.reports.times import Time

SMALL = 1000
"""A smaller number without a scale ("of 20") counts only what stands right behind it."""
_TO_LOANS = (
    r"(?:of|for|against|от|к|по) (?:(?:all|the|whole|entire|total|всем|всему|всего|совокупному|совокупного) )*"
    r"(?:\w+ ){0,2}?(?:loans|portfolio|book|кредитам|ссудам|портфел\w+)\b"
)
_OWED = re.compile(r"\b(?:debts?|owed?|долг\w*)\b", re.IGNORECASE)
_TO_BANKS = re.compile(r"bank|lend|loan|credit|банк|кредит|ссуд|за[ий]м|портфел", re.IGNORECASE)
_REVIEWED = re.compile(r"(?:рассмотр\w+|reviewed|considered)(?: \w+)? ?$", re.IGNORECASE)
_REVIEWED_AFTER = re.compile(r" (?:\w+ ){0,2}(?:рассмотр|reviewed|considered)", re.IGNORECASE)
_NEW_LOANS = re.compile(
    r"for (?:new |credit |cash |car )?(?:loans?|cards?|mortgages?|credit)\b"
    r"|\b(?:card|loan|mortgage|credit|car loan|cash loan) (?:applications|requests)"
    r"|на (?:новы[ей] |получение |выдачу )?(?:кредит(?!н)|ипотек|карт|ссуд|за[ий]м)",
    re.IGNORECASE,
)


class Measured(Parsed):
    """Indicator, kind and date of a number whose parts are known."""

    def _measure(self, found: Found, lead: str, tail: str) -> None:
        amount = found.amount
        unit = self._unit_of(found, lead, tail)
        concept = found.concept
        if amount.value is None:
            found.doubts.append("unreadable as it is written")
        if concept is None:
            found.doubts.append("counts what?")
            return
        if (
            concept == "provisions"
            and (
                re.search(_TO_LOANS, f"{lead} {tail}")
                or re.match(r" (?:\w+ )?(?:кредит(?:ов|ам)|ссуд|портфеля)\b", tail)
            )
            and not re.search(r"покры|cover|absorb|problem|проблемн|плох|bad", f"{lead} {tail}", re.I)
        ):
            concept = "provisions_to_loans"
        inherited = not any("counts" in line and "'" in line for line in found.trace)
        if concept.startswith(("dti", "down")) and inherited and any(a.bound.startswith("at_") for a in self.amounts):
            found.doubts.append("a limit, or of which limit?")  # "those above 80% took 6%"
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
        if concept == "composite" and (other := pattern(self.language, "other_composite").search(self.text)):
            found.doubts.append(f"a composite of {other[0]!r}")
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
        if found.indicator == "key_rate" and time.form in ("interval", "open"):
            time = Time(time.start, time.end, first, first, "day")  # "since 27 October": when it came into force
        elif found.kind == "stock" and time.form in ("interval", "open"):
            time = Time(time.start, time.end, last, min(last, max(self.context.published, first)), "day")
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
        if _REVIEWED.search(lead) or _REVIEWED_AFTER.match(tail):
            return ""
        large = amount.scale > 1 or (amount.value or 0) >= SMALL
        before = self.masked[: amount.start] if concept in ("overdue", "restructured") else lead
        for text in (tail[:40], *((lead[-60:], lead, before) if large else ())):
            for noun in ("applications", "loans", "borrowers"):
                if pattern(self.language, "count_nouns", noun).search(text):
                    return noun
        return "applications" if large and concept in ("applications", "approved") else ""
