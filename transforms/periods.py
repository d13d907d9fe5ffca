"""Months, quarters and reporting dates. A period is named 2026-03 and dated by its last day."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from functools import lru_cache

MONTHS_EN = (
    {m.lower(): i for i, m in enumerate(calendar.month_name) if m}
    | {m.lower(): i for i, m in enumerate(calendar.month_abbr) if m}
    | {"sept": 9}
)
MONTHS_RU = dict(
    zip(
        [
            "январь",
            "февраль",
            "март",
            "апрель",
            "май",
            "июнь",
            "июль",
            "август",
            "сентябрь",
            "октябрь",
            "ноябрь",
            "декабрь",
        ],
        range(1, 13),
        strict=True,
    )
)


_MONTH = "(0[1-9]|1[0-2])"
_STATED = re.compile(rf"(\d{{4}})(?:-{_MONTH}(?:/(\d{{4}})-{_MONTH})?|H([12])|Q([1-4]))?")


@lru_cache(4096)  # asked a hundred thousand times a run, of the same few hundred months
def month_end(year: int, month: int) -> date:
    """Last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


@lru_cache(4096)
def period_end(period: str) -> date:
    """Last day of 2025, 2025-11 or 2025-11-30."""
    parts = [int(part) for part in period.split("-")]
    if len(parts) == 3:
        return date(*parts)
    return month_end(parts[0], parts[1] if len(parts) == 2 else 12)


def span(stated: str) -> tuple[date, date] | None:
    """First and last day of a period as reports state it: 2025, 2025H1, 2025Q3, 2025-10, 2025-01/2025-09; else None."""
    match = _STATED.fullmatch(stated)
    if not match:
        return None
    year, month, until_year, until_month, half, quarter = (int(part) if part else 0 for part in match.groups())
    if month:
        return date(year, month, 1), month_end(until_year or year, until_month or month)
    length = 6 if half else 3 if quarter else 12
    last = length * (half or quarter or 1)
    return date(year, last - length + 1, 1), month_end(year, last)


def shift_months(day: date, months: int) -> date:
    """The month end that lies `months` months from the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return month_end(index // 12, index % 12 + 1)


def before(reporting_date: date) -> date:
    """End of the period a Russian reporting date stands for: 2025-12-01 ("as of 1 December") is 2025-11-30."""
    return reporting_date - timedelta(days=1)
