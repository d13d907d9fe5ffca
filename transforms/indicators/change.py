"""What differs between two states of the inputs, and from which vintage day on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from transforms.model import CLAIM, DIMENSIONS

EVER = date.min
RECORD_DAYS = {
    "consensus_forecast": "release_date",
    "customs_microdata": "vintage_date",
    "reported_figure": "published_date",
}
"""Tables of records whose rows say on which day they became public; a change in another one counts from the start."""


@dataclass(frozen=True)
class Change:
    """Vintages and records that came, went or changed since a set of indicators was derived."""

    vintages: pl.DataFrame  # DIMENSIONS and vintage_date of each such vintage
    records: Mapping[str, date]  # first such day by table

    @classmethod
    def between(
        cls,
        old: pl.DataFrame,
        new: pl.DataFrame,
        old_records: Mapping[str, pl.DataFrame] | None = None,
        new_records: Mapping[str, pl.DataFrame] | None = None,
    ) -> Change:
        """The difference between two states of vintages (columns of CLAIM) and of record tables by name."""
        was, now = old_records or {}, new_records or {}
        records = {
            name: day
            for name in sorted({*was, *now})
            if (day := _first_day(was.get(name), now.get(name), RECORD_DAYS.get(name))) is not None
        }
        columns = list(CLAIM)
        apart = _apart(old.select(columns), new.select(columns))
        return cls(apart.select(*DIMENSIONS, "vintage_date").unique(), records)

    def first(self, where: pl.Expr) -> date | None:
        """First changed vintage day of the series chosen, None if none changed."""
        day = self.vintages.filter(where)["vintage_date"].min()
        assert day is None or isinstance(day, date)
        return day


def _apart(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Rows that only one of two frames of the same columns has; repeats count."""
    columns = old.columns
    counted = [
        frame.group_by(columns).agg(pl.len().alias("n_")).with_columns(n_=pl.col("n_").cast(pl.Int64) * sign)
        for frame, sign in ((old, -1), (new, 1))
    ]
    sums = pl.concat(counted).group_by(columns).agg(pl.col("n_").sum())
    return sums.filter(pl.col("n_") != 0).select(columns)


def _first_day(old: pl.DataFrame | None, new: pl.DataFrame | None, day: str | None) -> date | None:
    if old is None or new is None:
        present = new if old is None else old
        return None if present is None or present.is_empty() else EVER
    columns = [*old.columns, *(name for name in new.columns if name not in old.columns)]
    if set(old.columns) != set(new.columns):
        return EVER
    apart = _apart(old.select(columns), new.select(columns))
    if apart.is_empty():
        return None
    if day is None:
        return EVER
    first = apart[day].cast(pl.String).str.to_date(strict=False)
    return EVER if first.null_count() else first.min()  # type: ignore[return-value]
