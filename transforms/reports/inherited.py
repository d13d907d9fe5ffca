"""What a number counts that leaves it out: the thing that the text before counted in its unit."""

from __future__ import annotations

import re

from transforms.reports.sentence import Found, Parsed


class Inherited(Parsed):
    """What is counted, from the sentences before."""

    def _inherited(self, found: Found, lead: tuple[int, int]) -> str | None:
        """What the text before counted: in this unit, where the sentence before told one thing in it.

        "14.6 trillion, 12.9% of it problem. A year before it was 8.4%."
        """
        concept, before = self.topic.concept, self.topic.levels.get(found.amount.unit, set())
        if concept not in before and len(before) == 1:
            return next(iter(before))
        return self._told(found, lead) or concept

    def _told(self, found: Found, lead: tuple[int, int]) -> str | None:
        """The one thing that was counted in this unit, for a line that says only whose.

        "Portfolio 88 trillion, problem loans 9.6%. Mortgages: 20 trillion."
        """
        told = self.topic.counted.get(found.amount.unit, set())
        label = re.split(r"[;.,] ", self.hidden[lead[0] : lead[1]])[-1]
        named = [m for m in self.borrowers if m.start >= lead[1] - len(label)]
        for m in named:
            label = label.replace(self.hidden[m.start : m.end], "")
        only = named and not re.search(r"[^\W\d_]{3,}", re.sub(r"RUB|кредит\w*|loans?", "", label))
        return next(iter(told)) if only and len(told) == 1 else None
