"""Rules of timing: from the name of a period to the day on which it is to be expected, and to the next period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from transforms.periods import period_end, shift_months

STEP = {"M": 1, "Q": 3, "H": 6, "A": 12}
TUESDAY, SATURDAY = 1, 5


def month_day(period: str, day: int, *, january_in_march: bool = False) -> date:
    """Day `day` of the month after `period` (its last day if shorter); of March for January if so told."""
    end = period_end(period)
    following = shift_months(end, 2 if january_in_march and end.month == 1 else 1)
    return following.replace(day=min(day, following.day))


def by_rule(rule: Mapping[str, Any], freq: str, period: str) -> date:
    """The day a rule of the calendar files gives for `period`."""
    end = period_end(period)
    if freq == "D":
        return end - timedelta(days=1)
    if "days_after" in rule:
        return end + timedelta(days=rule["days_after"])
    if "months_after" in rule:
        return shift_months(end, rule["months_after"]).replace(day=rule["day"])
    if rule.get("last_working_day"):
        return _working_days(shift_months(end, 1))[-1]
    if "working_day" in rule:
        made: date = _working_days(shift_months(end, 1))[rule["working_day"] - 1]
        return made
    day = rule["day_after_quarter"] if "day_after_quarter" in rule and end.month % 3 == 0 else rule["day"]
    return month_day(period, day, january_in_march=bool(rule.get("january_in_march")))


def following(group: Mapping[str, Any], period: str) -> str:
    """The period after `period`: the next month (January has none of its own where it comes with February) ..."""
    end = period_end(period)
    if group["freq"] == "D":
        after = end + timedelta(days=1)
        while not TUESDAY <= after.weekday() <= SATURDAY:
            after += timedelta(days=1)
        return after.isoformat()
    after = shift_months(end, STEP[group["freq"]])
    if with_february(group, f"{after:%Y-%m}"):
        after = shift_months(after, 1)
    return f"{after:%Y-%m}"


def with_february(group: Mapping[str, Any], period: str) -> bool:
    """Is `period` a January that is published together with February?"""
    start = group.get("rule", {}).get("january_with_february_from", "9999")
    return period.endswith("-01") and len(period) == 7 and period >= str(start)


def first_periods(group: Mapping[str, Any], today: date) -> Iterator[str]:
    """Periods from the group's first to the last that begins by `today`; of a daily group only the newest."""
    if group["freq"] == "D":
        last = today + timedelta(days=1)
        while not TUESDAY <= last.weekday() <= SATURDAY:
            last -= timedelta(days=1)
        yield last.isoformat()
        return
    period = str(group["from"])
    if with_february(group, period):
        period = following(group, period)
    end = period_end(period)
    month, newest = 12 * end.year + end.month - 1, 12 * today.year + today.month - 1
    while month <= newest:  # as `following`, in whole numbers: thousands of months for each run
        yield period
        month += STEP[group["freq"]]
        period = f"{month // 12}-{month % 12 + 1:02}"
        if with_february(group, period):
            month += 1
            period = f"{month // 12}-{month % 12 + 1:02}"


def _working_days(end: date) -> list[date]:
    """Mondays to Fridays of the month that ends on `end`."""
    days = (end.replace(day=n) for n in range(1, end.day + 1))
    return [day for day in days if day.weekday() < SATURDAY]
