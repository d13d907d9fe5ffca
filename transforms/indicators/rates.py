"""Rates that hold until the next one is set, turned into values of a given day or month.

Official exchange rates are dated by the day they apply to; a row for Saturday holds through Monday. The key rate has
a row on change dates only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

import polars as pl

MAX_AGE = timedelta(days=3)
"""An exchange rate set for an earlier day than this is not the official rate of the day."""


def in_force(rates: pl.DataFrame, days: pl.Series) -> pl.DataFrame:
    """The rows of `rates` of one series (period_end = effective date) that hold on each of `days`, dated by that day.

    As known on each day: a rate holds until a later one is known, MAX_AGE at most, so one that arrives late takes the
    place of an older one from then on.
    """
    held = [rates.with_columns(effective="period_end", period_end=pl.col("period_end").dt.offset_by(f"{age}d"))
            for age in range(MAX_AGE.days + 1)]  # fmt: skip
    rows = pl.concat(held).join(days.unique().rename("period_end").to_frame(), on="period_end", how="semi")
    rows = rows.sort("vintage_date", "effective", "first_seen", maintain_order=True)
    newest = pl.col("effective") == pl.col("effective").cum_max().over("period_end")
    return (
        rows.filter(newest)
        .unique(["period_end", "vintage_date"], keep="last", maintain_order=True)
        .select(rates.columns)
    )


def monthly_mean(changes: pl.DataFrame, month_ends: pl.Series) -> pl.DataFrame:
    """Mean over the days of each month of a rate that has rows on change dates only, as known on each day.

    A month before the first change gets no value. Told anew on each day on which a rate that holds in it became known.
    """
    ends = month_ends.unique().sort().to_list()
    known: dict[date, dict[str, Any]] = {}
    made = []
    ordered = changes.sort("vintage_date", "first_seen", maintain_order=True)
    for news in ordered.partition_by("vintage_date", maintain_order=True):
        told = {row["period_end"]: row for row in news.iter_rows(named=True)}
        known |= told
        since = sorted(known)
        until = dict(zip(since, [*since[1:], date.max], strict=True))
        for end in ends:
            start = end.replace(day=1)
            own = [row for first, row in told.items() if first <= end and until[first] > start]
            if own and since[0] <= start:
                value = _mean(known, since, start, end)
                made.append(max(own, key=itemgetter("period_end")) | {"value": value, "period_end": end})
    return pl.DataFrame(made, schema=changes.schema, orient="row")


def _mean(known: Mapping[date, Mapping[str, Any]], since: Sequence[date], start: date, end: date) -> float | None:
    """Mean over the days from `start` to `end` of the rates that hold from the days `since` on; none if one is none."""
    first = bisect_right(since, start) - 1
    days = [start, *(day for day in since[first + 1 :] if day <= end), end + timedelta(days=1)]
    rates = [known[since[first + place]]["value"] for place in range(len(days) - 1)]
    if None in rates:
        return None
    if len(rates) == 1:
        return float(rates[0])
    whole = sum(rate * (after - day).days for rate, day, after in zip(rates, days, days[1:], strict=False))
    return float(whole / end.day)
