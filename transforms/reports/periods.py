"""Periods as reports name them in sentences: a month, a quarter, a half-year, a year, in English and Russian."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from transforms.periods import MONTHS_EN

STEMS_RU = (
    "январ", "феврал", "март", "апрел", "ма[йяе]", "июн",
    "июл", "август", "сентябр", "октябр", "ноябр", "декабр",
)  # fmt: skip
_NAMES_EN = "|".join(sorted((name for name in MONTHS_EN if len(name) > 3), key=len, reverse=True))
MONTH = {  # a month with its year, the first of a month, a year, or "this year": groups month, year, day
    "en": rf"(?:(?P<month>{_NAMES_EN}),? )?(?P<year>20\d\d|the year)",
    "ru": rf"(?:(?P<day>01\.\d\d\.20\d\d)|(?:(?P<month>(?:{'|'.join(STEMS_RU)})[а-я]*) )?(?P<year>20\d\d|года))",
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
    if language == "en":
        return f"{stated}-{MONTHS_EN[month.lower()]:02}"
    number = next(n for n, stem in enumerate(STEMS_RU, start=1) if re.match(stem, month.lower()))
    return f"{stated}-{number:02}"
