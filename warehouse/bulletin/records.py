"""Records and first crossings of China's trade balance, each with the span without gaps that it rests on.

An indicator flags them; here the flag is held against every balance known on the day (printed, computed from exports
and imports, or printed by the press), and only what holds back to the last gap is said.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from transforms.periods import month_end, shift_months
from warehouse.bulletin import wording
from warehouse.bulletin.facts import Known, fact
from warehouse.bulletin.model import Part
from warehouse.bulletin.trade import INDICATOR, TOTAL

TRILLION = 1e12
LEAST = {1: 12, 12: 2}
"""Periods before, by the months between two of them, that make a record worth saying: a year of months, two years."""
Sample = dict[date, float]


def months(known: Known) -> Sample:
    """Balances of single months in USD known on the day."""
    return {**_press(known, "month"), **_computed(known, "month"), **_printed(known, "month")}


def since_january(known: Known) -> Sample:
    """Balances since January, printed, computed or summed over months; that of a full year counts for December."""
    return {
        **_summed(months(known)),
        **_press(known, "ytd"),
        **_computed(known, "ytd"),
        **_printed(known, "year"),
        **_printed(known, "ytd"),
    }


def twelve_months(known: Known) -> Sample:
    rows = known.rows(INDICATOR | {"measure": "trade_balance_12m"})
    return dict(rows.select("period_end", "value").iter_rows())


def _printed(known: Known, basis: str) -> Sample:
    rows = known.rows({**TOTAL, "basis": basis, "flow": "balance", "measure": "value", "definition": "_"})
    return dict(rows.select("period_end", "value").iter_rows())


def _computed(known: Known, basis: str) -> Sample:
    choice = INDICATOR | {"measure": "trade_balance", "basis": basis, "counterpart_area": "WORLD"}
    return dict(known.rows(choice).select("period_end", "value").iter_rows())


def _summed(single: Sample) -> Sample:
    """Sums since January of months that are all there."""
    found = {}
    for end in single:
        year = [shift_months(end, -back) for back in range(end.month)]
        if all(month in single for month in year):
            found[end] = sum(single[month] for month in year)
    return found


def _press(known: Known, covers: str) -> Sample:
    where = """indicator = 'trade_balance' AND currency = 'USD' AND covers = $covers AND actual IS NOT NULL
               AND release_date <= $day"""
    prints = known.records("consensus_forecast", "release_date", where, {"covers": covers, "day": known.as_of})
    ends = [(date.fromisoformat(f"{row['period']}-01"), row["actual"]) for row in prints]
    return {month_end(start.year, start.month): value for start, value in ends}


def unbroken(sample: Sample, period: date, step: int) -> list[date]:
    """Periods before `period`, `step` months apart, back to the last one that is missing; newest first."""
    found: list[date] = []
    while (before := shift_months(period, -step * (len(found) + 1))) in sample:
        found.append(before)
    return found


def record(known: Known, period: date, measure: str, basis: str, sample: Sample, step: int = 1) -> Part | None:
    """That a balance is higher than each before it, with the number of those and where they begin."""
    row = known.row(INDICATOR | {"measure": measure, "basis": basis}, period)
    before = unbroken(sample, period, step)
    if not row or not row["value"] or period not in sample or len(before) < LEAST[step]:
        return None
    if any(value >= sample[period] for end, value in sample.items() if end < period and _alike(end, period, step)):
        return None
    first = f"{before[-1].year}" if step == 12 else wording.month(before[-1])
    n = f"{wording.count(len(before), 'year' if step == 12 else 'month')}"
    earlier = "to that month in" if basis == "year" else "in"
    return replace(
        fact(row, f"higher than {earlier} each of the {n} before, from {first} on"), value=float(len(before))
    )


def _alike(end: date, period: date, step: int) -> bool:
    return step == 1 or end.month == period.month


def first_above(known: Known, period: date, measure: str, ends: Sample) -> Part | None:
    """That a balance is above a trillion dollars for the first time in an unbroken span of `ends` before it."""
    row = known.row(INDICATOR | {"measure": measure}, period)
    if not row or row["value"] != 1 or not ends or any(value > TRILLION for value in ends.values()):
        return None
    text = f"above USD 1 trillion for the first time in the years from {min(ends).year} on"
    return replace(fact(row, text), value=TRILLION, unit="USD")


def full_years(known: Known, period: date) -> Sample:
    """What must stay below a threshold for a first crossing since January: each full year before, and the month before.

    Empty if a year is missing or nothing says what the sum was a month before.
    """
    since, single = since_january(known), months(known)
    decembers = unbroken(since, date(period.year, 12, 31), 12)
    if not decembers or any(end < decembers[-1] for end in since if end.month == 12):
        return {}
    before = shift_months(period, -1)
    sums = {end: since[end] for end in decembers}
    if period.month == 1:
        return sums
    if before in since:
        return sums | {before: since[before]}
    if period in since and period in single:
        return sums | {before: since[period] - single[period]}
    return {}


def all_before(sample: Sample, period: date) -> Sample:
    """Every period of a sample before `period`; empty if one is missing."""
    before = unbroken(sample, period, 1)
    earlier = {end: value for end, value in sample.items() if end < period}
    return earlier if len(before) == len(earlier) else {}
