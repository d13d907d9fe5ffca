"""Of when a number is: a date beside it, one before it, or one carried over."""

from __future__ import annotations

import re
from datetime import date, timedelta

from transforms.periods import MONTHS_EN, month_end
from transforms.reports.lexicon import pattern
from transforms.reports.sentence import CARRIED, Found, Parsed, is_change
from transforms.reports.times import STEMS_RU, Time

_ONE_CLAUSE = re.compile(
    r"[^,;:]*(?:, ?(?:or|that is|i\.e\.|или|то есть|т\. ?е\.)? ?_[^,;:]*)*"
    r"(?:,(?: [–—-])?(?: (?:these|those|this|are|is|the|data|figures|on|as of|at|in|таковы|это|данные|цифры|показатели"
    r"|на|по состоянию на|в))* ?)?"
)
"""Behind a number, up to the date: no comma but those of the same amount said in another way."""

_EXTREME = re.compile(
    r"\b(?:максимум|минимум|пик|рекорд|peak|maximum|minimum|high|low)\w{0,2}\b(?: \w+){0,2}[ (–—-]*(?:of |в )?$",
    re.IGNORECASE,
)
"""Before a number that is the highest or lowest, of whatever time: "the maximum (14%) was in 2016"."""

_SHORT = "|".join(name.title() for name in MONTHS_EN if len(name) <= 4)
_MONTH = rf"(?:{'|'.join([*(name for name in MONTHS_EN if len(name) > 3), *STEMS_RU])}|(?-i:{_SHORT})\b)"
_GOES_ON = re.compile(rf"(?: ?[–—-] ?|, (?:and |и )?| and | и ){_MONTH}", re.IGNORECASE)
_WENT_ON = re.compile(rf"{_MONTH}[а-я]{{0,3}}(?: ?[–—-] ?|, (?:and |и )?| and | и )$", re.IGNORECASE)
"""Months before and behind a period: "January, February and March", "January–JUNE"."""


class When(Parsed):
    """Date or period of a number."""

    def _among_months(self, time: Time) -> bool:
        """Does a period belong to more months than were understood as one?"""
        before = self.text[max(0, time.start - 20) : time.start]
        return bool(_GOES_ON.match(self.text, time.end) or _WENT_ON.search(before))

    def _aside(self, time: Time) -> bool:
        """Is it no date of a figure: "the lowest since 2018", "said in November that"?"""
        before = self.text[max(0, time.start - 45) : time.start]
        return any(pattern(self.language, name).search(before) for name in ("extreme", "said_at"))

    def _when(
        self,
        found: Found,
        lead: tuple[int, int],
        tail: tuple[int, int],
        previous: Found | None,
        apposed: bool,
        before: str,
        after: str,
    ) -> None:
        given = self._alone_behind(previous.amount.end) if previous else []
        own = [t for t in self.times if lead[0] <= t.start < lead[1] and not self._aside(t) and t not in given]
        behind = [t for t in self.times if tail[0] <= t.start < tail[1] and not self._aside(t)]
        behind = behind or self._alone_behind(found.amount.end)
        spans = any(t.form in ("open", "interval") for t in self.times if t.end <= found.amount.start)
        if not spans and (bracket := re.match(r"\s?\(([^()\d]*\d[^()]*)\)", self.text[found.amount.end :])):
            end = found.amount.end + bracket.end()
            if not any(found.amount.end <= a.start < end for a in self.amounts):
                behind += [t for t in self.times if found.amount.end <= t.start < end and t not in behind]
        if not behind and (bracket := re.match(r" ?\([^()]*\)", self.text[found.amount.end :])):
            behind = self._past_bracket(found.amount.end + bracket.end())
        if not own and not behind and self._in_bracket(found.amount):
            behind = self._ending_bracket(found)
        extreme = _EXTREME.search(self.text[lead[0] : found.amount.start])
        between = extreme and any(t.start >= lead[0] + extreme.start() for t in own)
        if extreme and not behind and not between and any(t.start > found.amount.end for t in self.times):
            found.doubts.append(f"of what date? {extreme[0].strip()!r} of another time")
        if not own and not behind and self._in_bracket(found.amount):
            behind = self._behind_own_bracket(found)
        base = self._base(previous)
        said_before = self._resolved(own[-1], base) if own else None
        said_after = self._resolved(behind[0], base) if behind else None
        versus = bool(pattern(self.language, "versus").search(before))
        time = said_after or said_before
        if said_before and said_after and said_before.as_of() != said_after.as_of():
            if own[-1].form in ("open", "length") and behind[0].form == "day":
                time = said_before if own[-1].form == "length" else said_after
            elif versus or (
                previous
                and not apposed
                and own[-1].form != "length"
                and len(own) == 1
                and self._clause_before(own[-1], found)
            ):
                time = said_after
            else:
                found.doubts.append(f"of {said_before.as_of()} or {said_after.as_of()}")
        if time:
            found.time = time
            found.trace.append(f"at {time.as_of()}: stated")
            if time.form in ("month", "interval") and self._among_months(time):
                found.doubts.append(f"at {time.as_of()}, or of other months beside it?")
            return
        if own or behind:
            found.trace.append("at: a time that cannot be placed")
            if any(t.form in ("shift", "same year") for t in [*own, *behind]):
                found.doubts.append("earlier: than what date?")
            elif found.amount.unit != "percent":
                found.doubts.append("of what period?")
            return
        if versus:
            if self.topic.comparison and self.topic.comparison.as_of():
                found.time = self.topic.comparison
                found.trace.append(f"at {found.time.as_of()}, compared with as before")
            else:
                found.doubts.append("earlier: what it is compared with has no date")
            return
        if previous:
            if not self._in_bracket(found.amount) and self._in_bracket(previous.amount):
                previous = next((f for f in reversed(self.done) if not self._in_bracket(f.amount)), previous)
            if previous.time and previous.time.as_of() and (apposed or not is_change(previous)):
                found.time = previous.time
                if not apposed and self._compared(previous):
                    found.time = next((f.time for f in self.done if not self._compared(f) and not is_change(f)), None)
                if found.time:
                    found.trace.append(f"at {found.time.as_of()}, as the number before")
                    newest = max(f.time.last for f in self.done if f.time and f.time.last)
                    if not apposed and found.time.last != newest and found.amount.unit != previous.amount.unit:
                        found.doubts.append(f"of {found.time.as_of()}, or of {newest} as another number before?")
                    return
            compared = [f for f in self.done if self._versus(f) and not any(d.startswith("earlier") for d in f.doubts)]
            inside = self._in_bracket(found.amount)
            told = [f for f in self.done if inside or not self._in_bracket(f.amount)]
            levels = [f.time for f in told if f.time and not is_change(f) and f not in compared]
            levels = levels or [
                t
                for t in self.times
                if t.end <= found.amount.start
                and t.form in ("day", "month", "interval")
                and not self._aside(t)
                and (inside or not self._in_bracket(t))
                and not any(f.time and f.time.last == t.last for f in compared)
            ]
            if levels:
                found.time = levels[0]
                found.trace.append(f"at {levels[0].as_of()}, as before in the sentence")
                return
        earlier = [t for t in self.times if t.end <= found.amount.start and not self._aside(t)]
        stated = self._resolved(earlier[-1], base) if earlier else None
        if stated and not previous:
            found.time = stated
            found.trace.append(f"at {stated.as_of()}: stated")
        elif self._two_times():
            found.trace.append("at: a day and a period were told before")
        elif self.topic.main and self._same_voice(found) and self._recent():
            found.time = self.topic.main
            found.trace.append(f"at {self.topic.main.as_of()}, carried from before")
        elif closing := self._closing():
            found.time = closing
            found.trace.append(f"at {closing.as_of()}, at the end of the sentence")

    def _alone_behind(self, end: int) -> list[Time]:
        """The date that alone fills the bracket right behind a number: "9% (Q3 2024), 13% (Q2 2024)"."""
        bracket = re.match(r" ?\((?:на |в |за |as of |in |at |on )?(?=[^()]*\))", self.text[end:])
        start = end + bracket.end() if bracket else -1
        return [t for t in self.times if t.start == start and self.text[t.end : t.end + 1] == ")"]

    def _past_bracket(self, start: int) -> list[Time]:
        """Dates that follow a bracket with another amount: "9.1 trillion rubles ($116 billion) on 1 July"."""
        end = min((a.start for a in self.amounts if a.start >= start), default=len(self.text))
        said = re.match(r"[^,;:(.]*", self.hidden[start:end])
        return [t for t in self.times if said and start <= t.start <= start + said.end() and not self._aside(t)]

    def _ending_bracket(self, found: Found) -> list[Time]:
        """The date at the end of a bracket is that of all its numbers: "(77% and 124% at the start of September)"."""
        end = self.text.find(")", found.amount.end)
        inside = [t for t in self.times if found.amount.end <= t.start < end]
        closes = len(inside) == 1 and not re.search(r"\w", self.text[inside[0].end : end])
        others = [a for a in self.amounts if found.amount.start < a.start < end]
        apart = r";|\b(?:против|чем|после|было|была|from|against|versus|vs|was|were|than|after)\b"
        plain = not re.search(apart, self.text[self.text.rfind("(", 0, found.amount.start) : end])
        return inside if closes and others and plain and all(a.unit == found.amount.unit for a in others) else []

    def _behind_own_bracket(self, found: Found) -> list[Time]:
        """The date of a number in a bracket may stand behind it: "problem loans (14%) fell in June"; not "than in"."""
        start = self.text.find(")", found.amount.end) + 1
        end = min((a.start for a in self.amounts if a.start > found.amount.start), default=len(self.text))
        said = [t for t in self.times if 0 < start <= t.start < end and not self._aside(t)]
        between = self.hidden[start : said[0].start] if said else ""
        if said and re.search(r"[,;]|\b(?:чем|than|против|against|с|from|к)\b", between):
            found.doubts.append("of what date? another follows")
            return []
        return said[:1]

    def _closing(self) -> Time | None:
        """The one date of a sentence, at its end: "10.6% of corporate and 6.0% of retail loans as of 1 July"."""
        if len(self.times) != 1 or self.times[0].form not in ("day", "month") or self._aside(self.times[0]):
            return None
        time = self.times[0]
        ends = not re.search(r"\w", self.text[time.end :])
        return time if ends and _ONE_CLAUSE.fullmatch(self._between(time)) else None

    def _between(self, time: Time) -> str:
        """What stands between the number read now and a date, with "_" for the numbers in it."""
        start, said = self.amounts[len(self.done)].end, ""
        for amount in self.amounts[len(self.done) + 1 :]:
            if amount.end <= time.start:
                said, start = f"{said}{self.text[start : amount.start]}_", amount.end
        return said + self.text[start : time.start]

    def _clause_before(self, time: Time, found: Found) -> bool:
        return bool(re.search(r"[,;]", self.masked[time.end : found.amount.start]))

    def _compared(self, found: Found) -> bool:
        return any("compared" in t for t in found.trace) or self._versus(found)

    def _versus(self, found: Found) -> bool:
        """Is a number what another is held against: "1.4% after 1.1% in September"?"""
        return bool(pattern(self.language, "versus").search(self.masked[: found.amount.start]))

    def _same_voice(self, found: Found) -> bool:
        """May the date of the text before be carried on? Not to the words of another."""
        return self.context.institution or found.originator == self.topic.main_by or not self.originators

    def _recent(self) -> bool:
        """A date is carried over three paragraphs, that of a title over all."""
        return self.topic.main_weak or self.sentence.block - self.topic.main_block <= CARRIED

    def _two_times(self) -> bool:
        """Did the text tell of a period and then of a day within it? What comes next may be of either."""
        main, last = self.topic.main, self.topic.last
        if main is None or last is None or self.topic.main_weak or main.form != "interval" or last.form != "day":
            return False
        return bool(main.first and last.last and main.last and main.first < last.last < main.last)

    def _base(self, previous: Found | None) -> Time | None:
        return next((f.time for f in self.done if f.time and f.time.as_of()), self.topic.main)

    def _resolved(self, time: Time, base: Time | None) -> Time | None:
        if time.form == "shift":
            return base.moved(-time.months) if base and base.as_of() and time.months else None
        if time.form == "same":
            of_a_day = re.search(r"дат[уае]|date\b", self.text[time.start : time.end])
            if of_a_day and base and base.form != "day":  # "on the same date", where a quarter was told last
                return self.topic.last if self.topic.last and self.topic.last.form == "day" else None
            return base
        if time.form == "same year":
            return base.moved(12 * (time.months - base.last.year)) if base and base.last else None
        if (
            time.form == "open"
            and time.first
            and (time.first.month, time.first.day) == (1, 1)
            and time.first.year < self.context.published.year
        ):
            return Time(time.start, time.end, time.first, time.last, "interval")  # since a year: until now
        if time.form == "open":
            ends = [
                t.last
                for t in self.times
                if t.form == "day" and t.last and t.start > time.start and t.last > (time.first or t.last)
            ]
            known = base and base.last and time.first and base.last > time.first and base.last
            last = ends[0] if ends else known or time.last
            return Time(time.start, time.end, time.first, last, "interval")
        if time.form == "length":
            return self._of_length(time, base)
        return time

    def _of_length(self, time: Time, base: Time | None) -> Time | None:
        """ "In nine months": those of the year of the publication; "over the month": the one spoken of."""
        published = self.context.published
        half = time.months == 6 and re.search("полугоди|half-year", self.text[time.start : time.end])
        if half and published.month in (1, 2, 3, 7, 8, 9):  # the one that has just ended
            first = date(published.year, 1, 1) if published.month > 3 else date(published.year - 1, 7, 1)
            return Time(time.start, time.end, first, month_end(first.year, first.month + 5), "interval")
        if time.months == 1 and base and base.form == "month":
            return base
        if time.months == 1 and base and base.form == "day" and base.last and base.last.day in (1, 30, 31):
            last = base.last - timedelta(days=1) if base.last.day == 1 else base.last  # "on 1 June": May
            return Time(time.start, time.end, last.replace(day=1), month_end(last.year, last.month), "month")
        if time.months == 3 and base and base.first and base.last and (base.last - base.first).days in range(80, 95):
            return base
        if time.months in (9, 11, 10, 8, 7, 5, 4, 2) and self.language:
            year = published.year if date(published.year, time.months, 28) < published else published.year - 1
            first = date(year, 1, 1)
            return Time(time.start, time.end, first, month_end(year, time.months), "interval")
        return None

    def _remember_time(self, found: Found) -> None:
        time, topic = found.time, self.topic
        assert time is not None and time.last is not None
        if (
            any(d.startswith(("forecast", "other_country", "unofficial")) for d in found.doubts)
            or time.last > self.context.published
        ):
            return
        if time.form == "day" and time.last == self.context.published:
            return
        topic.main_block, topic.last = self.sentence.block, time
        if self._in_bracket(found.amount) and found is not self.done[0]:
            topic.comparison = time  # "1.02 million (in the first quarter 1.11)"
        elif topic.main is None or topic.main.last is None or topic.main_weak or time.last >= topic.main.last:
            topic.main, topic.main_by, topic.main_weak = time, found.originator, False
        elif topic.comparison is None or found is not self.done[0]:
            topic.comparison = time
