"""Words made from numbers: every verb and every comparison follows a rule here, none is chosen by taste.

Numbers are printed with the digits they were published with; the minus sign is a real one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date

SCALES = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1.0, ""))
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def number(value: float, digits: int) -> str:
    """1234.5 as 1,234.5; -0.04 with one digit is 0.0, not -0.0."""
    text = f"{value:,.{digits}f}"
    if float(text.replace(",", "")) == 0:
        text = text.lstrip("-")
    return text.replace("-", "\u2212")


def digits_of(precision: float | None, scale: float, default: int) -> int:
    """Decimals that a published rounding justifies: half a last place of 0.05 is one digit."""
    if not precision:
        return default
    return max(0, min(4, -math.floor(math.log10(2 * precision / scale * (1 + 1e-9)))))


def money(value: float, currency: str, precision: float | None = None) -> str:
    """1.08e12 USD with a rounding of 5e9 as "USD 1.08 trillion"; without a rounding three digits count."""
    scale, word = next((s, w) for s, w in SCALES if abs(value) >= s or s == 1.0)
    default = max(0, 2 - math.floor(math.log10(abs(value) / scale))) if value else 0
    digits = min(digits_of(precision, scale, default), 2 if scale > 1 else 4)
    amount = number(value / scale, digits)
    if not precision and "." in amount:
        amount = amount.rstrip("0").rstrip(".")
    return f"{currency} {amount} {word}".strip()


def shortest(value: float) -> str:
    """A stated figure as it was stated: 20, 12.9."""
    return f"{value:,.10g}".replace("-", "\u2212")


def percent(value: float, digits: int = 1) -> str:
    return f"{number(value, digits)}\u00a0%"


def signed(value: float, digits: int = 1) -> str:
    """+5.9, \u221228.6, 0.0 without a sign."""
    text = number(value, digits)
    return text if text.startswith("\u2212") or not text.strip("0.,") else f"+{text}"


def points(value: float, digits: int = 1) -> str:
    text = number(abs(value), digits)
    return f"{text} percentage point" + ("" if text == number(1, digits) else "s")


def moved(value: float, unit: str = "%", digits: int = 1) -> str:
    """rose 5.9 %, fell 1.1 %, or did not change, when rounding leaves nothing."""
    if round(abs(value), digits) == 0:
        return "did not change"
    verb = "rose" if value > 0 else "fell"
    return f"{verb} {percent(abs(value), digits)}" if unit == "%" else f"{verb} {points(value, digits)}"


def against(value: float, digits: int = 1) -> str:
    """1.9 percentage points above; 1.1 percentage points below; no different from: to be followed by what."""
    if round(abs(value), digits) == 0:
        return "no different from"
    return f"{points(value, digits)} {'above' if value > 0 else 'below'}"


def times(value: float, digits: int = 1) -> str:
    return f"{number(value, digits)} times"


def count(n: int, noun: str, plural: str = "") -> str:
    """one year, three months, 24 months."""
    word = WORDS[n] if n < len(WORDS) else number(n, 0)
    return f"{word} {noun if n == 1 else plural or noun + 's'}"


def verb(n: int, one: str, more: str) -> str:
    return one if n == 1 else more


def listed(items: Sequence[str]) -> str:
    """a; a and b; a, b and c."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def month(day: date) -> str:
    return f"{MONTHS[day.month - 1]} {day.year}"


def since_january(day: date) -> str:
    """January to November 2025; January 2025; 2025 for all of it."""
    if day.month == 12:
        return str(day.year)
    return month(day) if day.month == 1 else f"January to {month(day)}"


def day_of(day: date) -> str:
    return f"{day.day} {month(day)}"


PARTS_OF_A_YEAR = {"H1": "the first half", "H2": "the second half", "Q1": "the first quarter",
                   "Q2": "the second quarter", "Q3": "the third quarter", "Q4": "the fourth quarter"}  # fmt: skip


def stated(period: str) -> str:
    """A period as its source states it: 2025-10-01, 2025-10, 2025H1, 2022-2025 and 2025-01/2025-09 in words."""
    if span := re.fullmatch(r"(\d{4}-\d\d)/(\d{4}-\d\d)", period):
        first, last = (date.fromisoformat(f"{end}-01") for end in span.groups())
        start = MONTHS[first.month - 1] if first.year == last.year else month(first)
        return f"{start} to {month(last)}"
    if part := re.fullmatch(r"(\d{4})-?([HQ]\d)", period):
        return f"{PARTS_OF_A_YEAR[part[2]]} of {part[1]}" if part[2] in PARTS_OF_A_YEAR else period
    if years := re.fullmatch(r"(\d{4})-(\d{4})", period):
        return f"{years[1]} to {years[2]}"
    if re.fullmatch(r"\d{4}-\d\d", period):
        return month(date.fromisoformat(f"{period}-01"))
    return day_of(date.fromisoformat(period)) if re.fullmatch(r"\d{4}-\d\d-\d\d", period) else period


def months_between(end: date, day: date) -> int:
    """Whole calendar months from the month of `end` to that of `day`: the age of a figure."""
    return (day.year - end.year) * 12 + day.month - end.month


def strength(value: float, after: str, before: str, unchanged: str) -> str:
    """The clause for a value above, below or at zero to one digit."""
    if round(abs(value), 1) == 0:
        return unchanged
    return after if value > 0 else before


def one_in(share: float) -> str:
    """20 percent as "one in five"; empty where it does not come out whole or beyond twelve."""
    parts = 100 / share if share else 0
    return f"one in {WORDS[round(parts)]}" if 2 <= parts <= 12 and abs(parts - round(parts)) < 1e-9 else ""
