"""What a GACC title says: which table, which months, which currency. Every variant seen since 2018.

"(4) China's Total Export & Import Values by Country/Region, Mar 2026 (in CNY)" ->
words "china's total export & import values by country/region", 2026, months 3 to 3, CNY. The leading number can be
wrong (2020 January-February by country says (3)), so tables are known by their words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from transforms.customs.grid import plain
from transforms.periods import MONTHS_EN, month_end

_MONTH = "|".join(sorted(MONTHS_EN, key=len, reverse=True))
_PERIODS = (
    re.compile(rf"(?P<first>{_MONTH})\.?\s*(?:-|to)\s*(?P<last>{_MONTH})\.?,?\s*(?P<year>20\d\d)"),
    re.compile(rf"\b(?P<last>{_MONTH})\.?,?\s*(?P<year>20\d\d)"),
    re.compile(r"(?<![\d.])(?P<first>0?1)\s*-\s*(?P<last>1[0-2]|0?[1-9])\s*\.\s*(?P<year>20\d\d)(?!\d)"),
    re.compile(r"(?<![\d.])(?P<last>1[0-2]|0?[1-9])\s*\.\s*(?P<year>20\d\d)(?!\d)"),
    re.compile(r"(?P<year>20\d\d)年(?P<first>\d{1,2})月?(?:至|-|到)(?P<last>\d{1,2})月(?:份)?"),
    re.compile(r"(?P<year>20\d\d)年(?P<last>\d{1,2})月(?:份)?"),
)
_CURRENCIES = (
    ("USD", re.compile(r"\((?:only [a-z]+,\s*)?in (?:usd|us\$)\)|\(美元(?:值)?\)")),
    ("CNY", re.compile(r"\((?:only [a-z]+,\s*)?in (?:cny|rmb)\)|\(人民币(?:值)?\)")),
)
_NUMBER = re.compile(r"^\((\d{1,2})\)\s*")


@dataclass(frozen=True)
class Title:
    text: str
    words: str  # the name of the table: no number, period or currency
    number: str = ""  # the printed table number, not to be trusted
    year: int = 0  # 0 when the title has no period
    first: int = 0
    last: int = 0
    currency: str = ""

    @property
    def period(self) -> str:
        return f"{self.year}-{self.last:02d}" if self.year else ""

    @property
    def end(self) -> date:
        """Last day of the last month."""
        return month_end(self.year, self.last)

    @property
    def chinese(self) -> bool:
        return bool(re.search(r"[\u4e00-\u9fff]", self.words))

    @property
    def combined(self) -> bool:
        """January-February in one figure, or January to some month."""
        return self.first < self.last


def parse_title(text: str) -> Title:
    """Take a title apart. What is missing stays empty; nothing is assumed."""
    rest = plain(text)
    number = match[1] if (match := _NUMBER.match(rest)) else ""
    rest = _NUMBER.sub("", rest)
    currency = ""
    for name, pattern in _CURRENCIES:
        if pattern.search(rest):
            currency, rest = name, pattern.sub(" ", rest)
            break
    year = first = last = 0
    for pattern in _PERIODS:
        if match := pattern.search(rest):
            parts = match.groupdict()
            year, last = int(parts["year"]), _month(parts["last"])
            first = _month(parts["first"]) if parts.get("first") else last
            rest = rest[: match.start()] + " " + rest[match.end() :]
            break
    if not (year and 1 <= first <= last <= 12):
        year = first = last = 0
    rest = re.sub(r"\((?:only [a-z]+)?\s*\)", " ", rest)
    words = re.sub(r"\s*,\s*(?=,|$)", "", " ".join(rest.split())).strip(" ,.")
    return Title(" ".join(text.split()), words, number, year, first, last, currency)


def _month(text: str) -> int:
    return int(text) if text.isdigit() else MONTHS_EN[text]
