"""Months of the online query, in every writing that says one with certainty."""

from __future__ import annotations

import re
from datetime import date

from transforms.model import ReadError
from transforms.periods import MONTHS_EN, month_end

_YEAR, _DAY = r"(?P<year>(?:19|20)\d\d)", r"(?P<day>\d{1,2})"
_MONTH = r"(?P<month>1[0-2]|0?[1-9])"
_CLOCK = r"(?:[ T]00:00(?::00(?:\.0+)?)?)?"
_FORMS = (
    re.compile(rf"{_YEAR}(?P<month>\d\d)(?:\.0)?"),
    re.compile(rf"{_YEAR}[-/.年]{_MONTH}月?(?:[-/.]{_DAY}日?)?{_CLOCK}"),
    re.compile(rf"{_YEAR}-?M{_MONTH}", re.I),
    re.compile(rf"{_MONTH}[/.-]{_YEAR}"),
    re.compile(rf"{_DAY}\.{_MONTH}\.{_YEAR}{_CLOCK}"),
    re.compile(r"(?P<word>[A-Za-z]{3,9})\.?[- ,]+(?P<year>(?:19|20)\d\d)"),
    re.compile(r"(?P<word>[A-Za-z]{3})-(?P<short>\d\d)"),  # as Excel shows 2026-01
)
"""01/02/2024 is none of them: it is a day of January or of February, by country."""
_SERIAL = re.compile(r"[345]\d{4}(?:\.0)?")
ADVICE = "Write months as served, 202401, or ingest the download itself."


def month_end_of(text: str, where: str) -> date:
    """The last day of a month: 202401, 2024-01, 2024-01-31, 2024M01, 01/2024, 01.01.2024, Jan-24, January 2024.

    A day is the first or last of its month, else it is no month. ReadError `unknown_period`, and `resaved` for the
    serial number of a day, which Excel counts from two different ones.
    """
    for form in _FORMS:
        if match := form.fullmatch(text):
            parts = match.groupdict()
            month = int(parts["month"]) if parts.get("month") else MONTHS_EN.get(parts["word"].lower(), 0)
            year = int(parts["year"]) if parts.get("year") else 2000 + int(parts["short"])
            if 1 <= month <= 12 and (not parts.get("day") or int(parts["day"]) in (1, month_end(year, month).day)):
                return month_end(year, month)
    if _SERIAL.fullmatch(text):
        raise ReadError("resaved", expected="a month such as 202401", got=f"{text!r}, the number by which a "
                        "spreadsheet counts days: the file was re-saved", where=where, hint="Its count begins in 1900 "
                        "or in 1904, the file does not say which. " + ADVICE)  # fmt: skip
    raise ReadError("unknown_period", expected="a month such as 202401", got=repr(text), where=where, hint=ADVICE)
