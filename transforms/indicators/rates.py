"""Rates that hold until the next one is set, turned into values of a given day or month.

Official exchange rates are dated by the day they apply to; a row for Saturday holds through Monday. The key rate has
a row on change dates only.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

MAX_AGE = timedelta(days=3)
"""An exchange rate set for an earlier day than this is not the official rate of the day."""


def in_force(rates: pl.DataFrame, days: pl.Series, max_age: timedelta | None = MAX_AGE) -> pl.DataFrame:
    """The rows of `rates` (period_end = effective date) that hold on each of `days`, dated by that day.

    Every vintage of the rate is kept. A day whose last rate is older than `max_age` gets none.
    """
    wanted = days.unique().sort().rename("day").to_frame()
    dates = rates.select(pl.col("period_end").unique().sort().alias("effective"))
    match = wanted.join_asof(dates, left_on="day", right_on="effective").drop_nulls()
    if max_age is not None:
        match = match.filter(pl.col("day") - pl.col("effective") <= max_age)
    rows = match.join(rates, left_on="effective", right_on="period_end")
    return rows.rename({"day": "period_end"}).select(rates.columns)


def monthly_mean(changes: pl.DataFrame, month_ends: pl.Series) -> pl.DataFrame:
    """Mean over the days of each month of a rate that has rows on change dates only.

    A month before the first change gets no value. Vintage of a month: the day the last rate used became known.
    """
    if changes.is_empty() or month_ends.is_empty():
        return changes.clear()
    last = month_ends.max()
    first = month_ends.min()
    assert isinstance(first, date) and isinstance(last, date)
    span = pl.date_range(first.replace(day=1), last, "1d", eager=True)
    daily = in_force(changes, span, max_age=None).sort("period_end", "vintage_date")
    daily = daily.unique("period_end", keep="last", maintain_order=True)
    month = pl.col("period_end").dt.month_end()
    whole = pl.len() == month.first().dt.day()
    grouped = (
        daily.sort("vintage_date", "period_end")
        .group_by(month.alias("month_"), maintain_order=True)
        .agg(pl.all().exclude("value", "period_end").last(), pl.col("value").mean(), whole.alias("whole_"))
    )
    return grouped.filter("whole_").rename({"month_": "period_end"}).select(changes.columns)
