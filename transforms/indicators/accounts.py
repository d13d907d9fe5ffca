"""Several accounts of one statistic as one: printed, computed from its parts, summed over months."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from transforms.indicators.engine import PROVENANCE, one_statistic


def newest_of(keys: Sequence[str], *frames: pl.DataFrame) -> pl.DataFrame:
    """Several accounts of one statistic as one, the frames in the order of their authority: printed, then computed.

    An account that agrees with one of more authority within both roundings repeats it, and adds digits at most. One
    that does not agree counts if it is newer, unless it rests on preliminary figures and the other is final. On one
    day the account of more authority stands. For a balance that is printed, computed from its parts, or summed over
    months. Where a frame says a value again on a later day (`Build.words`), so does the result. Raises DefinitionMix
    where accounts of one key differ in definition, currency or unit: they are not of one statistic.
    """
    said = [name for name in ("definition", "currency", "unit") if all(name in frame.columns for frame in frames)]
    one_statistic("account", pl.concat([frame.select(*keys, *set(said) - set(keys)) for frame in frames]), list(keys))
    columns = [*keys, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    cell = [*keys, "period_end"]
    ranked = [
        frame.select(columns).unique([*cell, "vintage_date"], keep="last", maintain_order=True).with_columns(rank_=rank)
        for frame, rank in zip(frames, map(pl.lit, range(len(frames))), strict=True)
    ]
    rows = pl.concat(ranked).sort(*cell, "vintage_date", "rank_")
    several = pl.col("rank_").n_unique().over(cell) > 1
    alone = rows.filter(~several).select(columns)
    disputed = rows.filter(several)
    cells = groupby(disputed.iter_rows(named=True), key=itemgetter(*cell))
    told = [row for _, accounts in cells for row in _told(accounts)]
    settled = pl.DataFrame(told, schema=disputed.schema, orient="row").select(columns)
    settled = settled.unique([*cell, "vintage_date"], keep="last", maintain_order=True)  # what stood at the day's end
    return pl.concat([alone, settled]).sort(*cell, "vintage_date")


Row = Mapping[str, Any]


def _told(rows: Iterable[Row]) -> Iterator[Row]:
    """The account that stands after each row of one cell (in the order of days, of authority within a day), where the
    row changes it or says it again."""
    known: dict[int, Row] = {}
    stood: Row | None = None
    for row in rows:
        known[row["rank_"]] = row
        standing: Row | None = None
        for rank in sorted(known):
            account = known[rank]
            if standing is None or _replaces(standing, account):
                standing = account
        assert standing is not None
        if standing is not stood:
            yield {**standing, "vintage_date": row["vintage_date"]}
        stood = standing


def _replaces(held: Row, other: Row) -> bool:
    """Is `other`, of less authority, the better word?"""
    rounding, finer = (held["precision"] or 0.0), other["precision"] or 0.0
    if held["value"] is None or other["value"] is None:  # known no more: any other account is the better word
        return held["value"] is None and other["value"] is not None
    if abs(held["value"] - other["value"]) <= (rounding + finer) * (1 + 1e-9):
        return other["precision"] is not None and finer < rounding
    if other["obs_status"] == "P" and held["obs_status"] != "P":
        return False
    return bool(other["vintage_date"] > held["vintage_date"])
