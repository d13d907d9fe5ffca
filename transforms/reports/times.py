"""When: dates and periods in sentences, in English and Russian, as ISO days, months or intervals.

A date without a year is the last such date before the day of publication. "A quarter earlier" is kept as a shift: what
it is earlier than, the sentence says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from transforms import yaml_file
from transforms.periods import MONTHS_EN, month_end

STEMS_RU = ("январ", "феврал", "март", "апрел", "ма[йяею](?!н)", "июн", "июл", "август", "сентябр", "октябр", "ноябр",
            "декабр")  # fmt: skip
SHORT_RU = ("янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_EN_NAMES = "|".join(
    sorted([n.title() for n in MONTHS_EN] + [n.upper() for n in MONTHS_EN if len(n) > 3], key=len, reverse=True)
)
_M = {"en": rf"(?:{_EN_NAMES})\b\.?",
      "ru": rf"(?:(?i:{'|'.join(STEMS_RU)})(?:[а-я]{{0,7}})\b|(?:{'|'.join(SHORT_RU)})\b\.?)"}  # fmt: skip
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
            "ten": 10, "eleven": 11,
            "дв": 2, "тр": 3, "четыр": 4, "пят": 5, "шест": 6, "сем": 7, "восем": 8, "девят": 9, "десят": 10,
            "одиннадцат": 11}  # fmt: skip
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "перв": 1, "втор": 2, "трет": 3, "четверт": 4,
             "четвёрт": 4, "I": 1, "II": 2, "III": 3, "IV": 4}  # fmt: skip
_ORD_RU = (
    r"(?:(?:перв|втор|трет|четв[её]рт)(?:ый|ой|ого|ому|ым|ом|ое|ий|ьего|ьем|ьему|ьим)|IV|I{1,3}"
    r"|[1-4](?:-?(?:й|м|го|ом))?)"
)
_ORD_EN = r"(?:first|second|third|fourth)"
_Y = r"(?:19|20)\d\d"
_Y_RU = rf"(?:{_Y})(?: год[а-я]*\b| ?г\.| гг\.)?"
_COUNT_RU = (
    r"(?:\d{1,2}|дв[аеумя]+|тр[иех]+|четыр[ёеиьмхя]+|пят[иь]|шест[иь]|семь?|восемь?|восьми|семи|девят[иь]|десят[иь]"
    r"|одиннадцат[иь])"
)
_COUNT_EN = r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven)"


@dataclass(frozen=True)
class Time:
    """A date or period at a place of a sentence. `as_of` is None for one that is told only relative to another."""

    start: int
    end: int
    first: date | None
    last: date | None
    form: str  # day, month, interval, open (since a day), shift, length (over nine months), same
    months: int = 0  # of a shift or a length

    def as_of(self) -> str | None:
        """2025-10-01 for a day, 2025-10 for a month, else first and last month or day: 2025-07/2025-09."""
        if self.first is None or self.last is None:
            return None
        if self.form == "day":
            return self.last.isoformat()
        whole = self.first.day == 1 and self.last == month_end(self.last.year, self.last.month)
        if whole and (self.first.year, self.first.month) == (self.last.year, self.last.month):
            return f"{self.first:%Y-%m}"
        return f"{self.first:%Y-%m}/{self.last:%Y-%m}" if whole else f"{self.first}/{self.last}"

    def moved(self, months: int) -> Time:
        """The same so many months later (earlier if negative)."""
        assert self.first is not None and self.last is not None
        ends = self.last == month_end(self.last.year, self.last.month) and self.form != "day"
        return replace(self, first=_shift(self.first, months), last=_shift(self.last, months, ends))


def _shift(day: date, months: int, to_end: bool = False) -> date:
    index = day.year * 12 + day.month - 1 + months
    end = month_end(index // 12, index % 12 + 1)
    to_end = to_end or day == month_end(day.year, day.month)
    return end if to_end else end.replace(day=min(day.day, end.day))


def month_number(word: str, language: str) -> int:
    """1 to 12 of a month's name, short or long, in any case."""
    plain = word.lower().rstrip(".")
    if language == "en":
        return MONTHS_EN[plain]
    found = next((n for n, stem in enumerate(STEMS_RU, 1) if re.match(stem, plain)), 0)
    return found or next(n for n, stem in enumerate(SHORT_RU, 1) if plain.startswith(stem))


def _number(word: str) -> int:
    if word.isdigit():
        return int(word)
    return next(n for stem, n in reversed(_NUMBERS.items()) if word.lower().startswith(stem))


def _ordinal(word: str) -> int:
    if word[0].isdigit():
        return int(word[0])
    if re.fullmatch("I{1,3}|IV", word):
        return _ORDINALS[word]
    return next(n for stem, n in _ORDINALS.items() if len(stem) > 3 and word.lower().startswith(stem))


Made = Callable[[dict[str, str], date, str], tuple[date, date, str] | tuple[None, None, str, int] | None]


def _year(text: str | None) -> int | None:
    found = re.search(_Y, text or "")
    return int(found[0]) if found else None


def _last_such(month: int, year: int | None, published: date, day: int = 1) -> int:
    return year or published.year - (date(published.year, month, min(day, 28)) > published + timedelta(days=3))


def _day(f: dict[str, str], published: date, language: str) -> tuple[date, date, str] | None:
    month, day = month_number(f["m"], language), int(f["d"])
    year = _last_such(month, _year(f.get("y")), published, day)
    return _numeric({"d": f["d"], "m": str(month), "y": str(year)}, published, language)


def _numeric(f: dict[str, str], _published: date, _language: str) -> tuple[date, date, str] | None:
    day, month, year = (int(f[k]) for k in "dmy")
    try:
        return date(year, month, day), date(year, month, day), "day"
    except ValueError:
        return None


def _month(f: dict[str, str], published: date, language: str) -> tuple[date, date, str]:
    month = month_number(f["m"], language)
    year = _last_such(month, _year(f.get("y")), published)
    return _at_edge(f, date(year, month, 1), month_end(year, month), "month")


def _at_edge(f: dict[str, str], first: date, last: date, form: str) -> tuple[date, date, str]:
    """The first or last day where the words say so, else the whole."""
    edge = (f.get("edge") or "").lower()
    if re.search(r"конец|конц|end\b|close|итог", edge):
        return last, last, "day"
    if re.search(r"начал|start|beginning|outset", edge):
        if re.match(r"в ", edge) and form == "interval":  # "early in the quarter" is its first month
            return first, month_end(first.year, first.month), "month"
        return first, first, "day"
    return first, last, form


def _months(f: dict[str, str], published: date, language: str) -> tuple[date, date, str]:
    first, last = month_number(f["m"], language), month_number(f["n"], language)
    until = _last_such(last, _year(f.get("z")), published)
    since = _year(f.get("y")) or until - (first > last)
    return date(since, first, 1), month_end(until, last), "interval"


def _two_months(f: dict[str, str], published: date, language: str) -> tuple[date, date, str] | None:
    """ "In May and June": one period where one follows the other, else two."""
    first, last, form = _months(f, published, language)
    return (first, last, form) if _shift(first, 1) == last.replace(day=1) else None


def _days(f: dict[str, str], published: date, language: str) -> tuple[date, date, str] | None:
    last = _day({"d": f["e"], "m": f["n"], "y": f.get("z") or ""}, published, language)
    if last is None:
        return None
    since = _year(f.get("y")) or last[0].year
    month, day = month_number(f.get("m") or f["n"], language), int(f["d"])
    if day > month_end(since, month).day:
        return None
    first = date(since, month, day)
    return (first if first <= last[0] else first.replace(year=since - 1)), last[0], "interval"


def _quarter(f: dict[str, str], published: date, _language: str) -> tuple[date, date, str] | None:
    first, last = _ordinal(f["q"]), _ordinal(f.get("r") or f["q"])
    year = _year(f.get("y")) or published.year - (date(published.year, 3 * last - 2, 1) > published)
    start, end = date(year, 3 * first - 2, 1), month_end(year, 3 * last)
    return _at_edge(f, start, end, "interval") if first <= last else None


def _half(f: dict[str, str], published: date, _language: str) -> tuple[date, date, str]:
    half = _ordinal(f["q"])
    year = _year(f.get("y")) or published.year - (date(published.year, 6 * half - 5, 1) > published)
    return _at_edge(f, date(year, 6 * half - 5, 1), month_end(year, 6 * half), "interval")


def _whole_year(f: dict[str, str], published: date, _language: str) -> tuple[date, date, str]:
    year = _year(f.get("y")) or published.year
    return _at_edge(f, date(year, 1, 1), date(year, 12, 31), "interval")


def _years(f: dict[str, str], _published: date, _language: str) -> tuple[date, date, str]:
    return date(int(f["y"]), 1, 1), date(int(f["z"]), 12, 31), "interval"


def _first_months(f: dict[str, str], published: date, _language: str) -> tuple[date, date, str]:
    count = _number(f["c"])
    year = _year(f.get("y")) or published.year - (date(published.year, count, 28) > published)
    return date(year, 1, 1), month_end(year, count), "interval"


def _since_day(f: dict[str, str], published: date, language: str) -> tuple[date, date, str] | None:
    made = _day(f, published, language)
    return made and (made[0], published, "open")


def _since_month(f: dict[str, str], published: date, language: str) -> tuple[date, date, str]:
    first = _month({"m": f["m"], "y": f.get("y") or ""}, published, language)[0]
    return first, published, "open"


def _since_year(f: dict[str, str], published: date, _language: str) -> tuple[date, date, str]:
    year = _year(f.get("y")) or published.year
    return date(year, 1, 1), month_end(published.year, published.month), "open"


def _fortnight(f: dict[str, str], published: date, language: str) -> tuple[date, date, str] | None:
    made = _day(f, published, language)
    weeks = 2 if re.match(r"fortnight|two|две|двух", f["w"]) else 1
    return made and (made[0] - timedelta(days=7 * weeks - 1), made[0], "interval")


_LENGTHS = {"год": 12, "year": 12, "квартал": 3, "quarter": 3, "месяц": 1, "month": 1, "полгод": 6, "полугод": 6,
            "half": 6, "недел": 0, "week": 0, "лет": 12}  # fmt: skip


def _shifted(f: dict[str, str], _published: date, _language: str, form: str = "shift") -> tuple[None, None, str, int]:
    unit = next(n for stem, n in _LENGTHS.items() if f["u"].lower().startswith(stem))
    return None, None, form, unit * (_number(f["c"]) if f.get("c") else 1)


def _length(f: dict[str, str], published: date, language: str) -> tuple[None, None, str, int]:
    return _shifted(f, published, language, "length")


def _same(_f: dict[str, str], _published: date, _language: str) -> tuple[None, None, str, int]:
    return None, None, "same", 0


def _same_year(f: dict[str, str], _published: date, _language: str) -> tuple[None, None, str, int]:
    return None, None, "same year", int(f["y"])


_MAKERS: Mapping[str, Made] = {
    make.__name__.removeprefix("_"): make
    for make in (_day, _days, _first_months, _fortnight, _half, _length, _month, _months, _numeric, _quarter, _same,
                 _same_year, _shifted, _since_day, _since_month, _since_year, _two_months, _whole_year, _years)
}  # fmt: skip
"""By the names that times.yaml calls them."""


@cache
def _compiled(language: str) -> list[tuple[re.Pattern[str], Made]]:
    parts = {"{month}": _M[language], "{yyyy}": _Y, "{year}": {"ru": _Y_RU, "en": _Y}[language],
             "{count}": {"ru": _COUNT_RU, "en": _COUNT_EN}[language],
             "{ordinal}": {"ru": _ORD_RU, "en": _ORD_EN}[language]}  # fmt: skip
    bounds = {"ru": r"(?<![\w,.])%s(?![а-яa-z])", "en": r"(?<![\w$])%s(?![a-z])"}[language]
    made = []
    for name, find in yaml_file.load(Path(__file__).with_suffix(".yaml"))[language]:
        for placeholder, filling in parts.items():
            find = find.replace(placeholder, filling)
        made.append((re.compile(bounds.replace("%s", find)), _MAKERS[name]))
    return made


_ELLIPSIS = re.compile(r"(?<![\w])во? (?P<q>перв|втор|трет|четв[её]рт)(?:ом|ьем)(?= ?[–—-]| \d|,| составил| был)", re.I)


def times(text: str, published: date, language: str) -> list[Time]:
    """Every date and period of a sentence in order; none overlaps another."""
    lower = text if language == "en" else text[:1].lower() + text[1:]
    found: list[Time] = []
    for expression, make in _compiled(language):
        for match in expression.finditer(lower):
            if any(t.start < match.end() and match.start() < t.end for t in found):
                continue
            groups = {k.rstrip("2"): v for k, v in match.groupdict().items() if v}
            groups.setdefault("u", "month")
            made = make(groups, published, language)
            if made is None:
                continue
            months = made[3] if len(made) == 4 else 0
            found.append(Time(match.start(), match.end(), made[0], made[1], made[2], months))
    found.sort(key=lambda t: t.start)
    return sorted([*found, *_elliptical(lower, found)], key=lambda t: t.start)


def _elliptical(text: str, found: list[Time]) -> Iterator[Time]:
    """ "358.6 in the second quarter, in the first 368.4": the quarter goes without saying."""
    quarters = [t for t in found if t.form == "interval" and t.first and t.last and "вартал" in text[t.start : t.end]]
    for match in _ELLIPSIS.finditer(text):
        before = [t for t in quarters if t.end <= match.start()]
        if before and before[-1].first:
            number, year = _ordinal(match["q"] + "ого"), before[-1].first.year
            first, last = date(year, 3 * number - 2, 1), month_end(year, 3 * number)
            yield Time(match.start(), match.end(), first, last, "interval")
