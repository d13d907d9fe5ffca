"""From claims to vintages: what was known of every observation, from which day on.

A claim is one release's word on one observation. Most claims repeat what is known already, often with fewer
digits. A claim becomes a vintage only if it says something new:

* first      nothing was known before
* revised    with as many digits it differs at all; with more or fewer, by more than both roundings allow
* refined    the same value with more digits
* confirmed  the same value with a firmer status (a bulletin confirming a preliminary figure)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from transforms.model import CLAIM, series_id

ORDER = ("series_id", "period_end", "vintage_date", "first_seen", "release_id")
FIRMNESS = {"P": 0, "E": 0, "A": 1}
SLACK = 1 + 1e-9
"""Binary arithmetic must not turn a tie of two roundings into a revision."""


def resolve(claims: pl.DataFrame) -> pl.DataFrame:
    """Vintages of all observations: CLAIM columns, `series_id` and `change` (see above), in ORDER.

    The result does not depend on the order of the rows of `claims`.
    """
    claims = claims.select(CLAIM.keys()).with_columns(series_id()).sort(ORDER)
    same = ["value", "obs_status", "precision"]
    key = ["series_id", "period_end"]
    repeats = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1).over(key)) for name in same)
    fresh = claims.filter(~repeats | (pl.int_range(pl.len()).over(key) == 0))
    counted = fresh.with_columns(claims_=pl.len().over(key))
    single = counted.filter(pl.col("claims_") == 1).drop("claims_").with_columns(change=pl.lit("first"))
    several = counted.filter(pl.col("claims_") > 1).drop("claims_").with_row_index("row_")
    kept = pl.DataFrame(
        list(_news(several.select("row_", *key, *same).iter_rows(named=True))),
        schema={"row_": pl.UInt32, "change": pl.String},
        orient="row",
    )
    return pl.concat([single, several.join(kept, on="row_").drop("row_")]).sort(ORDER)


def _news(rows: Iterator[Mapping[str, Any]]) -> Iterator[tuple[int, str]]:
    """Which of the rows (sorted, several an observation) say something new, and what kind of news it is."""
    for _, observation in groupby(rows, key=itemgetter("series_id", "period_end")):
        held, *later = observation
        yield held["row_"], "first"
        for row in later:
            if change := _compare(held, row):
                held = row
                yield row["row_"], change


def _compare(held: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """The kind of news in `new`, or "" if it only repeats what `held` says."""
    precision, held_precision = new["precision"] or 0.0, held["precision"] or 0.0
    apart = abs(new["value"] - held["value"])
    if precision == held_precision and apart > abs(held["value"]) * (SLACK - 1):
        return "revised"
    if apart > (precision + held_precision) * SLACK:
        return "revised"
    if new["precision"] is not None and held["precision"] is not None and precision < held_precision:
        return "refined"
    firmer = FIRMNESS.get(new["obs_status"], 1) > FIRMNESS.get(held["obs_status"], 1)
    return "confirmed" if firmer and precision == held_precision else ""


def agree(one: str, its_precision: str, other: str, other_precision: str) -> pl.Expr:
    """Do two columns of values say the same? With as many digits they are equal; with more or fewer they differ by no
    more than both roundings allow. As `_compare`, without telling kinds of news apart."""
    left, right = pl.col(its_precision).fill_null(0.0), pl.col(other_precision).fill_null(0.0)
    apart = (pl.col(one) - pl.col(other)).abs()
    equal = apart <= pl.col(other).abs() * (SLACK - 1)
    return equal | ((left != right) & (apart <= (left + right) * SLACK))


def as_of(vintages: pl.DataFrame, day: Any) -> pl.DataFrame:
    """The newest vintage of every observation that was public on `day`."""
    known = vintages.filter(pl.col("vintage_date") <= day).sort(ORDER)
    return known.group_by("series_id", "period_end", maintain_order=True).last()
