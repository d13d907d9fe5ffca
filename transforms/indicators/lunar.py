"""The lunar new year as regressors: how much of the weeks before, during and after it falls into each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache

NEW_YEARS = [date.fromisoformat(day) for day in (
    "2000-02-05", "2001-01-24", "2002-02-12", "2003-02-01", "2004-01-22", "2005-02-09", "2006-01-29", "2007-02-18",
    "2008-02-07", "2009-01-26", "2010-02-14", "2011-02-03", "2012-01-23", "2013-02-10", "2014-01-31", "2015-02-19",
    "2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05", "2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22",
    "2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06", "2028-01-26", "2029-02-13", "2030-02-03",
)]  # fmt: skip
"""First days of the lunar year; of the Chinese calendar, Hong Kong Observatory."""
WINDOWS = {"before": (-20, -1), "during": (0, 6), "after": (7, 26)}
"""Days relative to the new year: shipping ahead for about three weeks, a week of holiday, three weeks of return."""


@cache
def _shares() -> dict[tuple[int, int], tuple[float, ...]]:
    """Share of each window in a month, by year and month; months without any are left out."""
    counted: dict[tuple[int, int], list[float]] = {}
    for new_year in NEW_YEARS:
        for place, (first, last) in enumerate(WINDOWS.values()):
            for shift in range(first, last + 1):
                day = new_year + timedelta(days=shift)
                cell = counted.setdefault((day.year, day.month), [0.0] * len(WINDOWS))
                cell[place] += 1 / (last - first + 1)
    return {month: tuple(values) for month, values in counted.items()}


@cache
def _usual() -> dict[int, tuple[float, ...]]:
    """Mean shares by calendar month: what is a part of the seasonal, not of the moving holiday."""
    years = sorted({day.year for day in NEW_YEARS})
    return {
        month: tuple(sum(_shares().get((year, month), (0.0,) * len(WINDOWS))[i] for year in years) / len(years)
                     for i in range(len(WINDOWS)))
        for month in range(1, 13)
    }  # fmt: skip


def regressors(months: Sequence[tuple[int, int]]) -> list[tuple[float, ...]] | None:
    """Shares before, during and after, less their mean by calendar month; None beyond the table of new years."""
    if not months or months[0][0] < NEW_YEARS[0].year or months[-1][0] > NEW_YEARS[-1].year:
        return None
    return [
        tuple(share - usual for share, usual in
              zip(_shares().get(month, (0.0,) * len(WINDOWS)), _usual()[month[1]], strict=True))
        for month in months
    ]  # fmt: skip
