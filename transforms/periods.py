"""Months, quarters and reporting dates. A period is named 2026-03 and dated by its last day."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

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


def month_end(year: int, month: int) -> date:
    """Last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def period_end(period: str) -> date:
    """Last day of 2025, 2025-11 or 2025-11-30."""
    parts = [int(part) for part in period.split("-")]
    if len(parts) == 3:
        return date(*parts)
    return month_end(parts[0], parts[1] if len(parts) == 2 else 12)


def shift_months(day: date, months: int) -> date:
    """The month end that lies `months` months from the month of `day`."""
    index = day.year * 12 + day.month - 1 + months
    return month_end(index // 12, index % 12 + 1)


def before(reporting_date: date) -> date:
    """End of the period a Russian reporting date stands for: 2025-12-01 ("as of 1 December") is 2025-11-30."""
    return reporting_date - timedelta(days=1)
