"""What a new publication may not lose or change unseen, against the one readers have now.

Each finder takes (candidate, current publication) and gives subject, tested, failing, example per dataset.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from expectations.choice import asked

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEY = ["series_id", "period_end"]
BREAKDOWNS = ("partner", "regime", "commodity", "commodity_regime", "sitc", "hs", "place", "specific_area",
              "customs_district", "enterprise")  # fmt: skip
BOUNDS = {"trade_total": 0.05, **{f"trade_by_{name}": 0.15 for name in BREAKDOWNS}, "mirror_trade": 0.4,
          "trade_nowcast": 0.5}  # fmt: skip
"""Largest revision, as a share of the old value, that passes without approval. The largest of a headline seen so far
is exports of December 2022: 306.08 to 296.90 bn, 3.0%. Partners and goods are smaller and move more: the annual
revision of the United States moved imports from Hong Kong of February 2022 by 24%. Estimates are estimated anew."""
FREE = {"mirror_trade": 1e8}
"""Change in base units that passes whatever its share: trade with a small partner is a handful of shipments."""
OTHER_BOUND = 0.05  # Bank of Russia revisions seen are below 0.2%
PERCENT_BOUND = 3.0  # percentage points, for series in percent
REAL = "dataset <> 'indicator'"
CURRENT = f"""SELECT o.series_id, s.dataset, s.unit, o.period_end, o.value, coalesce(o.precision, 0) AS precision
    FROM observation AS o JOIN series AS s USING (series_id) WHERE {REAL} AND {asked("s.dataset")}"""
VINTAGES = f"""SELECT o.series_id, s.dataset, o.period_end, o.vintage_date, o.value,
        coalesce(o.precision, 0) AS precision
    FROM vintage.observation AS o JOIN series AS s USING (series_id) WHERE {REAL} AND {asked("s.dataset")}
    QUALIFY row_number() OVER (PARTITION BY o.series_id, o.period_end, o.vintage_date
        ORDER BY o.first_seen DESC, o.release_id DESC) = 1
    ORDER BY o.vintage_date"""


@dataclass(frozen=True)
class Loss:
    """`find` gives every case (columns of CASES) of (candidate, current publication)."""

    find: Callable[[DuckDBPyConnection, DuckDBPyConnection], pl.DataFrame]
    why: str


def lost_series(new: DuckDBPyConnection, old: DuckDBPyConnection) -> pl.DataFrame:
    """Series that readers have and would no longer have."""
    had = old.sql(f"SELECT series_id, dataset FROM series WHERE {REAL} AND {asked('dataset')}").pl()
    has = new.sql("SELECT series_id, true AS kept FROM series").pl()
    return _cases(had.join(has, on="series_id", how="left"), pl.col("kept").is_null())


def lost_observations(new: DuckDBPyConnection, old: DuckDBPyConnection) -> pl.DataFrame:
    """Periods that readers have a value for and would no longer have."""
    had, has = old.sql(CURRENT).pl(), new.sql(CURRENT).pl().select(*KEY, kept=pl.lit(True))
    joined = had.rename({"value": "previous_value"}).join(has, on=KEY, how="left")
    return _cases(joined, pl.col("kept").is_null())


def rewritten_vintages(new: DuckDBPyConnection, old: DuckDBPyConnection) -> pl.DataFrame:
    """What the publication says was known on a vintage's day, the candidate must say too (within rounding)."""
    had = old.sql(VINTAGES).pl().rename({"value": "previous_value"})
    has = new.sql(VINTAGES).pl().select(*KEY, "vintage_date", "value", now_precision=pl.col("precision"))
    joined = had.sort("vintage_date").join_asof(
        has.sort("vintage_date"), on="vintage_date", by=KEY, strategy="backward", check_sortedness=False
    )
    joined = joined.with_columns(allowed=(pl.col("precision") + pl.col("now_precision")) * (1 + 1e-9))
    return _cases(joined, pl.col("value").is_null() | (pl.col("allowed") < _CHANGE))


def large_revisions(new: DuckDBPyConnection, old: DuckDBPyConnection) -> pl.DataFrame:
    """Newest values that would change by more than their bound."""
    now = new.sql(CURRENT).pl().select(*KEY, "value", now_precision=pl.col("precision"))
    joined = old.sql(CURRENT).pl().rename({"value": "previous_value"}).join(now, on=KEY, how="inner")
    share = pl.col("dataset").replace_strict(BOUNDS, default=OTHER_BOUND, return_dtype=pl.Float64)
    relative = share * pl.col("previous_value").abs()
    bound = pl.when(pl.col("unit") == "percent").then(PERCENT_BOUND).otherwise(relative)
    bound = bound + pl.col("dataset").replace_strict(FREE, default=0.0, return_dtype=pl.Float64)
    joined = joined.with_columns(allowed=bound + pl.col("precision") + pl.col("now_precision"))
    return _cases(joined, pl.col("allowed") < _CHANGE)


_CHANGE = (pl.col("value") - pl.col("previous_value")).abs()
CASES = {
    "dataset": pl.String(), "series_id": pl.String(), "period_end": pl.Date(), "vintage_date": pl.Date(),
    "previous_value": pl.Float64(), "value": pl.Float64(), "allowed": pl.Float64(), "bad": pl.Boolean(),
}  # fmt: skip
"""A value before and in the candidate, and by how much it may change in its unit. Null where a question has none."""


def _cases(found: pl.DataFrame, bad: pl.Expr) -> pl.DataFrame:
    found = found.with_columns(bad=bad.fill_null(True))
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in CASES.items() if name not in found.columns]
    return found.with_columns(missing).select(CASES.keys()).cast(CASES)  # type: ignore[arg-type]


def by_dataset(cases: pl.DataFrame) -> pl.DataFrame:
    """Cases by dataset, as the questions give them: subject, tested, failing, example."""
    said = pl.concat_str(
        "series_id", "period_end", "vintage_date",
        pl.when(pl.col("previous_value").is_not_null()).then(
            pl.format("{} -> {}", "previous_value", pl.col("value").cast(pl.String).fill_null("none"))
        ),
        separator=" ", ignore_nulls=True,
    )  # fmt: skip
    return (
        cases.with_columns(example=said)
        .group_by(subject="dataset")
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


def beyond(new: DuckDBPyConnection, old: DuckDBPyConnection) -> pl.DataFrame:
    """The figures that ask for a decision, largest excess first: check, why, title, unit and the columns of CASES."""
    asked = [loss.find(new, old).filter("bad").with_columns(check=pl.lit(name), why=pl.lit(loss.why))
             for name, loss in LOSSES.items()]  # fmt: skip
    named = "SELECT series_id, title, unit FROM series"
    names = pl.concat([new.sql(named).pl(), old.sql(named).pl()]).unique("series_id", keep="first")
    excess = (_CHANGE / pl.col("allowed")).fill_null(float("inf"))
    return (
        pl.concat(asked)
        .join(names, on="series_id", how="left")
        .sort(excess, "series_id", "period_end", descending=[True, False, False])
        .drop("bad")
    )


HOLDING = frozenset(LOSSES) | {
    "growth_stands_in_its_column", "year_to_date_does_not_fall", "key_rate_is_changed_once",
    "commodities_in_yuan_are_those_in_dollars", "commodities_follow_the_month_before",
}  # fmt: skip
"""Checks whose failure holds the run for approval: each may be right, none may happen unseen."""
