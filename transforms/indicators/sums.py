"""Sums over months for every vintage of the months."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Sequence

import polars as pl

from transforms.indicators.accounts import newest_of
from transforms.indicators.engine import PROVENANCE, Part, align


def _added(columns: Iterable[pl.Expr]) -> pl.Expr:
    """One after the other: sum_horizontal adds many columns in an order of its own, which changes their last digit."""
    return functools.reduce(operator.add, columns)


def total_of(names: Sequence[str]) -> pl.Expr:
    """Sum of the columns; null where one is not known (any more)."""
    return _added(map(pl.col, names))


def where_known(names: Sequence[str], value: pl.Expr) -> pl.Expr:
    """The value where each column is known, else null: the largest of known ones would be taken for that of all."""
    return pl.when(pl.all_horizontal(pl.col(list(names)).is_not_null())).then(value)


def sum_of_precisions(names: Sequence[str]) -> pl.Expr:
    """Roundings add up; unknown if one is unknown."""
    return _added(pl.col(f"{name}_precision") for name in names)


def beyond_rounding(rest: pl.Expr, *parts: str) -> pl.Expr:
    """Is what is left of figures more than the roundings of these parts can make? Where one partner is nearly all of a
    total, the rest is the error of both figures, and so is its growth. A rounding that is not known is none."""
    return rest > _added(pl.col(f"{part}_precision").fill_null(0.0) for part in parts) * (1 + 1e-9)


def january_february(months: pl.DataFrame, keys: Sequence[str], printed: pl.DataFrame | None = None) -> pl.DataFrame:
    """January and February as one value dated February: printed as year to date, or the sum of both months.

    The newest wins, on the same day the printed one. Returns keys, period_end, value, precision and provenance; basis
    is month.
    """
    month = pl.col("period_end").dt.month()
    parts = {"jan": Part(months.filter(month == 1), lag=1), "feb": Part(months.filter(month == 2))}
    total = align(keys, **parts).with_columns(
        value=pl.col("jan") + pl.col("feb"), precision=sum_of_precisions(list(parts))
    )
    if printed is None:
        return total
    return newest_of(keys, printed.filter(month == 2).with_columns(basis=pl.lit("month")), total)


def year_to_date(months: pl.DataFrame, keys: Sequence[str], printed: pl.DataFrame | None = None) -> pl.DataFrame:
    """January to this month as known each day; only where every month since January is known.

    `printed` holds printed year-to-date values: February's stands for January and February, which publishers often
    print as one. Returns keys, period_end, value, precision and provenance; basis is ytd.
    """
    month = pl.col("period_end").dt.month()
    totals = [months.filter(month == 1), january_february(months, keys, printed)]
    for last in range(3, 13):  # each from the one before: what a sum of many months says of its parts, one of two does
        parts = {"before": Part(totals[-1], lag=1), "month": Part(months.filter(month == last))}
        table = align(keys, **parts)
        totals.append(table.with_columns(value=total_of(list(parts)), precision=sum_of_precisions(list(parts))))
    columns = [*keys, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    return pl.concat([total.select(columns) for total in totals]).with_columns(basis=pl.lit("ytd"))
