"""Where a live series continues a shipped one: do they say the same of the periods that both have?

The shipped blocks of the context end on the day they were collected; the services go on from there. If a live series is
of another base, unit or definition, the two would be joined to one that jumps. So the periods that both have are
compared, within the roundings of both.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.model import series_id

SHIPPED = "history/context/"
SCHEMA = {
    **dict.fromkeys(("series_id", "state", "shipped_release", "live_release"), pl.String()),
    **dict.fromkeys(("shipped_until", "live_from"), pl.Date()),
    **dict.fromkeys(("overlap", "unequal"), pl.Int64()),
    "largest": pl.Float64(),
    "unequal_since": pl.Date(),
}
KEY = ["series_id", "period_end"]


def seams(shipped: pl.DataFrame, live: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """One row a series that shipped context and live releases have, from their claims; sorted by series.

    state: `equal` (each period of both has a figure on which they agree), `revised` (they differ, and the live series
    goes back to the first shipped period, so that its newest state is of one piece), `break` (they differ, and older
    periods are known from the shipped series alone), `apart` (no period in common: nothing to compare).
    """
    block = shipped.filter(pl.col("release_id").str.starts_with(SHIPPED))
    frames = [frame.filter(pl.col("dataset").is_in(block["dataset"].unique().to_list())) for frame in live]
    frames = [frame for frame in frames if not frame.is_empty()]
    if block.is_empty() or not frames:
        return pl.DataFrame(schema=SCHEMA)
    old = block.with_columns(series_id())
    new = pl.concat(frames).with_columns(series_id()).join(old.select("series_id").unique(), on="series_id", how="semi")
    apart = (pl.col("value") - pl.col("value_live")).abs()
    rounding = pl.col("precision").fill_null(0) + pl.col("precision_live").fill_null(0)
    slack = pl.col("value").abs() * 1e-12  # binary arithmetic must not turn a tie of two roundings into a break
    both = (
        old.join(new, on=KEY, suffix="_live")
        .with_columns(apart=apart, equal=apart <= rounding + slack)
        .group_by(KEY)
        .agg(pl.col("equal").any(), pl.col("apart").min())
    )
    compared = both.group_by("series_id").agg(
        overlap=pl.len().cast(pl.Int64),
        unequal=(~pl.col("equal")).sum().cast(pl.Int64),
        largest=pl.col("apart").filter(~pl.col("equal")).max(),
        unequal_since=pl.col("period_end").filter(~pl.col("equal")).min(),
    )
    ends = (
        new.sort("first_seen", "release_id")
        .group_by("series_id", maintain_order=True)
        .agg(live_from=pl.col("period_end").min(), live_release=pl.col("release_id").last())
    )
    starts = (
        old.sort("period_end", "release_id")
        .group_by("series_id", maintain_order=True)
        .agg(
            shipped_from=pl.col("period_end").min(),
            shipped_until=pl.col("period_end").max(),
            shipped_release=pl.col("release_id").last(),
        )
    )
    full = starts.join(ends, on="series_id").join(compared, on="series_id", how="left")
    state = (
        pl.when(pl.col("overlap").is_null())
        .then(pl.lit("apart"))
        .when(pl.col("unequal") == 0)
        .then(pl.lit("equal"))
        .when(pl.col("live_from") <= pl.col("shipped_from"))
        .then(pl.lit("revised"))
        .otherwise(pl.lit("break"))
    )
    return (
        full.with_columns(state=state, overlap=pl.col("overlap").fill_null(0), unequal=pl.col("unequal").fill_null(0))
        .select(*SCHEMA)
        .sort("series_id")
    )
