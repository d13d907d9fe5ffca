"""Is each word at a number known? One that is not may make the number another thing."""

from __future__ import annotations

import re

from transforms.reports import lexicon
from transforms.reports.levels import last_clause
from transforms.reports.sentence import Found, Parsed

_WORD = re.compile(r"[^\W\d_]{3,}")
_NAME = re.compile(r"(?<![\w-])[A-ZА-ЯЁ][^\W\d_]{2,}")
_LABEL = re.compile(r"(?:^|[.;] )\W*(?:\w+ ?){1,4}: [^.;:]*$")


class Strange(Parsed):
    """Words of a number's own clause that the vocabulary does not have."""

    def _strange(self, found: Found, lead: tuple[int, int], tail: tuple[int, int]) -> str:
        """A word of the number's own clause that is not known, and that may make it another thing.

        "Foreclosed flats worth 30 billion" behind a sentence on arrears is no arrears; "arrears of holders of a second
        card" are not those of cards. Words of dates, borrowers, sources, and those that only say "the share was"
        (`plain`) name nothing else. In a row of a table the whole line is the clause. A name that is not known weighs
        from the start of the sentence on: "Finnish banks, for comparison, have 1.3%".
        """
        if found.amount.unit == "times":
            return ""
        own = self.hidden[lead[0] : lead[1]]
        start = lead[0] + len(own) - len(last_clause(own)) if self.sentence.kind != "row" else 0
        label = _LABEL.search(own) if f"of {found.segment}, as the text before" in found.trace else None
        start = min(start, lead[0] + label.start()) if label else start  # "Loans to farmers: 11% is overdue"
        if self._in(self.concepts, tail) and not label and re.search(r"[:;.] $", own):
            start = lead[1]  # "small firms feel the squeeze: one in five of their loans is late"
        for first, last, find in ((start, lead[1], _WORD), (*tail, _WORD), (0, found.amount.start, _NAME)):
            for word in find.finditer(self.hidden, first, last):
                if not self._known(word):
                    return word[0]
        return ""

    def _known(self, word: re.Match[str]) -> bool:
        named = any(m.start <= word.start() < m.end for m in [*self.concepts, *self.named, *self.originators])
        named = named or any(m.start <= word.start() < m.end for m in self.marks if m.what == "name")
        return named or lexicon.is_plain(word[0], self.language)
