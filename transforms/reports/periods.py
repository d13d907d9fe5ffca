"""Periods as reports name them in sentences: a month, a quarter, a half-year, a year, in English and Russian."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache

from transforms.periods import MONTHS_EN, span

STEMS_RU = (
    "январ", "феврал", "март", "апрел", "ма[йяе]", "июн",
    "июл", "август", "сентябр", "октябр", "ноябр", "декабр",
)  # fmt: skip
_NAMES_EN = "|".join(sorted((name for name in MONTHS_EN if len(name) > 3), key=len, reverse=True))
MONTH_NAMES = {"en": _NAMES_EN, "ru": f"(?:{'|'.join(STEMS_RU)})[а-я]*"}
"""Expressions for a month: in English whole or Sept, in Russian in any case."""
MONTH = {  # a month with its year, the first of a month, a year, or "this year": groups month, year, day
    "en": rf"(?:(?P<month>{_NAMES_EN}),? )?(?P<year>20\d\d|the year)",
    "ru": rf"(?:(?P<day>01\.\d\d\.20\d\d)|(?:(?P<month>{MONTH_NAMES['ru']}) )?(?P<year>20\d\d|года))",
}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "перв": 1, "втор": 2, "трет": 3, "четверт": 4,
             "I": 1, "II": 2, "III": 3, "IV": 4}  # fmt: skip
PERIOD = {  # group period
    "en": r"(?P<period>(?:H[12]|Q[1-4]) 20\d\d|(?:first|second) half of 20\d\d"
    r"|(?:first|second|third|fourth) quarter of 20\d\d)",
    "ru": r"(?P<period>(?:IV|III|II|I) квартал[а-я]* 20\d\d|(?:перв|втор|трет|четверт)[а-я]+ квартал[а-я]* 20\d\d"
    r"|(?:перв|втор)[а-я]+ полугоди[а-я]+ 20\d\d|(?:II|I) полугоди[а-я]+ 20\d\d)",
}


def period_of(printed: str) -> str:
    """2025H1, 2025Q3 from "H1 2025", "third quarter of 2025", "III квартале 2025"."""
    year = printed[-4:]
    if match := re.match(r"([HQ]\d)", printed, re.IGNORECASE):
        return year + match[1].upper()
    first = printed.split()[0]
    number = next(n for word, n in reversed(_ORDINALS.items())
                  if first == word or (len(word) > 3 and first.lower().startswith(word)))  # fmt: skip
    return f"{year}{'H' if re.search('half|полугоди', printed) else 'Q'}{number}"


def first_month(stated: str) -> str:
    """2025-07 of 2025Q3, 2025H2, 2025-07/2025-09 and the day 2025-07-01."""
    period = span(stated)
    return f"{period[0]:%Y-%m}" if period else stated[:7]


def month_of(found: Mapping[str, str | None], published: date, language: str, ahead: bool = False) -> str | None:
    """2026-10, 2025-06-01 or 2026 from the groups of MONTH; "the year" is the year of publication."""
    if day := found.get("day"):
        return "-".join(reversed(day.split(".")))
    year = found.get("year")
    if not year:
        return None
    stated = int(year) if year.isdigit() else published.year
    month = found.get("month")
    if not month:
        return f"{stated}-12" if ahead else f"{stated}"
    return f"{stated}-{number_of_month(month, language):02}"


def number_of_month(month: str, language: str) -> int:
    """1 to 12 of what MONTH_NAMES matches."""
    if language == "en":
        return MONTHS_EN[month.lower()]
    return next(n for n, stem in enumerate(STEMS_RU, start=1) if re.match(stem, month.lower()))


_IN = {"en": r"(?:in|as of|as at|on|at|for|at the end of|by the end of|by) (?:the )?",
       "ru": r"(?:в|во|за|на|к|по состоянию на|по итогам|на конец) "}  # fmt: skip
_DAY = {"en": rf"(?P<d>\d{{1,2}}) (?P<m>{_NAMES_EN}),? (?P<y>20\d\d)"
       rf"|(?P<m2>{_NAMES_EN}) (?P<d2>\d{{1,2}}), (?P<y2>20\d\d)",
        "ru": rf"(?P<d>\d{{1,2}}) (?P<m>{MONTH_NAMES['ru']}) (?P<y>20\d\d)"}  # fmt: skip


def period_beside(match: re.Match[str], language: str) -> str | None:
    """The period right before or right after the words of `match`: 2025-10-01, 2025-10, 2025Q3, 2025H1, 2025.

    None where there is none, or another one on each side. A period elsewhere in the sentence may be another figure's.
    """
    text, words = match.string, phrase(language)
    before = re.compile(rf"(?:^|[,:] ?){words}(?: год[ау]| г\.)?,? (?:the |an? )?$", re.IGNORECASE)
    after = re.compile(rf",? {words}", re.IGNORECASE)
    found = (before.search(text[: match.start()]), after.match(text, match.end()))
    said = {_iso(side.groupdict(), language) for side in found if side}
    return said.pop() if len(said) == 1 else None


@cache
def phrase(language: str) -> str:
    """An expression for a period with its preposition: as of 1 October 2025, in the third quarter of 2025."""
    return rf"{_IN[language]}(?:{_DAY[language]}|{PERIOD[language]}|{MONTH[language]})"


def _iso(found: Mapping[str, str | None], language: str) -> str | None:
    if period := found.get("period"):
        return period_of(period)
    day, name, year = (found.get(k) or found.get(f"{k}2") for k in ("d", "m", "y"))
    if day and name and year:
        return f"{year}-{number_of_month(name, language):02}-{int(day):02}"
    return month_of(found, date.min, language)
