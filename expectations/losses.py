"""What a new publication may not lose or change unseen, against the one readers have now.

Each finder takes (candidate, current publication) and gives subject, tested, failing, example per dataset.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEY = ["series_id", "period_end"]
BOUNDS = {"trade_total": 0.05, "trade_by_partner": 0.15, "trade_by_regime": 0.15, "trade_by_commodity": 0.15,
          "mirror_trade": 0.4, "trade_nowcast": 0.5}  # fmt: skip
"""Largest revision, as a share of the old value, that passes without approval. The largest of a headline seen so far
is exports of December 2022: 306.08 to 296.90 bn, 3.0%. Partners and goods are smaller and move more: the annual
revision of the United States moved imports from Hong Kong of February 2022 by 24%. Estimates are estimated anew."""
FREE = {"mirror_trade": 1e8}
"""Change in base units that passes whatever its share: trade with a small partner is a handful of shipments."""
OTHER_BOUND = 0.05  # Bank of Russia revisions seen are below 0.2%
PERCENT_BOUND = 3.0  # percentage points, for series in percent
REAL = "dataset <> 'indicator'"
CURRENT = f"""SELECT o.series_id, s.dataset, s.unit, o.period_end, o.value, coalesce(o.precision, 0) AS precision
    FROM observation AS o JOIN series AS s USING (series_id) WHERE {REAL}"""
VINTAGES = f"""SELECT o.series_id, s.dataset, o.period_end, o.vintage_date, o.value,
        coalesce(o.precision, 0) AS precision
    FROM vintage.observation AS o JOIN series AS s USING (series_id) WHERE {REAL}
    QUALIFY row_number() OVER (PARTITION BY o.series_id, o.period_end, o.vintage_date
        ORDER BY o.first_seen DESC, o.release_id DESC) = 1
    ORDER BY o.vintage_date"""


@dataclass(frozen=True)
class Loss:
    find: Callable[[DuckDBPyConnection, DuckDBPyConnection], pl.DataFrame]
    why: str


def lost_series(new: DuckDBPyConnection, old: DuckDBPyConnection) -> pl.DataFrame:
    """Series that readers have and would no longer have."""
    had = old.sql(f"SELECT series_id, dataset FROM series WHERE {REAL}").pl()
    has = new.sql("SELECT series_id, true AS kept FROM series").pl()
    joined = had.join(has, on="series_id", how="left")
    return _count(joined, pl.col("kept").is_null(), pl.col("series_id"))


def lost_observations(new: DuckDBPyConnection, old: DuckDBPyConnection) -> pl.DataFrame:
    """Periods that readers have a value for and would no longer have."""
    had, has = old.sql(CURRENT).pl(), new.sql(CURRENT).pl().select(*KEY, kept=pl.lit(True))
    joined = had.join(has, on=KEY, how="left")
    return _count(joined, pl.col("kept").is_null(), pl.concat_str(KEY, separator=" "))


def rewritten_vintages(new: DuckDBPyConnection, old: DuckDBPyConnection) -> pl.DataFrame:
    """What the publication says was known on a vintage's day, the candidate must say too (within rounding)."""
    had = old.sql(VINTAGES).pl()
    has = new.sql(VINTAGES).pl().select(*KEY, "vintage_date", now=pl.col("value"), now_precision=pl.col("precision"))
    joined = had.sort("vintage_date").join_asof(
        has.sort("vintage_date"), on="vintage_date", by=KEY, strategy="backward", check_sortedness=False
    )
    allowed = (pl.col("precision") + pl.col("now_precision")) * (1 + 1e-9)
    bad = pl.col("now").is_null() | ((pl.col("now") - pl.col("value")).abs() > allowed)
    case = pl.concat_str(
        *KEY, "vintage_date", pl.lit("was"), "value", pl.lit("now"), pl.col("now").cast(pl.String).fill_null("none"),
        separator=" ",
    )  # fmt: skip
    return _count(joined, bad, case)


def large_revisions(new: DuckDBPyConnection, old: DuckDBPyConnection) -> pl.DataFrame:
    """Newest values that would change by more than their bound."""
    now = new.sql(CURRENT).pl().select(*KEY, now=pl.col("value"), now_precision=pl.col("precision"))
    joined = old.sql(CURRENT).pl().join(now, on=KEY, how="inner")
    share = pl.col("dataset").replace_strict(BOUNDS, default=OTHER_BOUND, return_dtype=pl.Float64)
    bound = pl.when(pl.col("unit") == "percent").then(PERCENT_BOUND).otherwise(share * pl.col("value").abs())
    bound = bound + pl.col("dataset").replace_strict(FREE, default=0.0, return_dtype=pl.Float64)
    bad = (pl.col("now") - pl.col("value")).abs() > bound + pl.col("precision") + pl.col("now_precision")
    case = pl.concat_str(*KEY, "value", pl.lit("->"), "now", separator=" ")
    return _count(joined, bad, case)


def _count(cases: pl.DataFrame, bad: pl.Expr, example: pl.Expr) -> pl.DataFrame:
    judged = cases.select(subject="dataset", bad=bad.fill_null(True), example=example)
    return (
        judged.group_by("subject")
        .agg(
            tested=pl.len(),
            failing=pl.col("bad").sum(),
            example=pl.col("example").filter(pl.col("bad")).sort().head(3).str.join("; "),
        )
        .sort("subject")
    )


LOSSES = {
    "no_series_lost": Loss(lost_series, "Coverage never shrinks: a series readers use does not vanish unseen."),
    "no_observation_lost": Loss(lost_observations, "Coverage never shrinks: a published period stays published."),
    "no_vintage_rewritten": Loss(
        rewritten_vintages, "What was known on a day is a fact; it is never rewritten unseen."
    ),
    "revisions_within_bounds": Loss(
        large_revisions, "Official revisions have stayed far below these bounds; a larger one is a misread unit first."
    ),
}
