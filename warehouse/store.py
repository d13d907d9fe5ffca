"""From claims to vintages: what was known of every observation, from which day on.

A claim is one release's word on one observation. Most claims repeat what is known already, often with fewer
digits. A claim becomes a vintage only if it says something new:

* first      nothing was known before
* revised    with as many digits it differs at all; with more or fewer, by more than both roundings allow
* refined    the same value with more digits
* confirmed  the same value with a firmer status (a bulletin confirming a preliminary figure)

A claim that says nothing new on a later day confirms: it makes no vintage, but the value counts as of that day where
values of different ages meet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

import polars as pl

from transforms import asof
from transforms.asof import CELL
from transforms.model import CLAIM, series_id
from warehouse.parts import joined, only, prints, same, slices

ORDER = (*CELL, *asof.ORDER)
FIRMNESS = {"P": 0, "E": 0, "A": 1}
SLACK = 1 + 1e-9
"""Binary arithmetic must not turn a tie of two roundings into a revision."""
SAID = ("native_title", "value", "precision", "obs_status")
REPEATED = "repeated"
"""Kind of change of a confirmation, where confirmations stand beside vintages."""


@dataclass(frozen=True)
class Settled:
    """What claims say: all frames have the columns of CLAIM and `series_id`."""

    vintages: pl.DataFrame  # and `change`; one row per series, period and day, in ORDER
    confirmations: (
        pl.DataFrame
    )  # and `confirms`: the value of that vintage, on each later day on which it was said again
    replaced: pl.DataFrame  # and `replaced_by`, a release: news that another claim of the same day replaced

    claimed: Mapping[str, str] = field(default_factory=dict)  # by dataset what tells whether its claims are the same

    @property
    def words(self) -> pl.DataFrame:
        """Vintages and confirmations (change: repeated): what was said last of each value, and when."""
        again = slices(self.confirmations.drop("confirms").with_columns(change=pl.lit(REPEATED)))
        said = slices(self.vintages)
        both = {dataset: pl.concat([said[dataset], rows]).sort(ORDER) for dataset, rows in again.items()}
        return joined(self.vintages, {**said, **both})


def resolve(claims: pl.DataFrame) -> pl.DataFrame:
    """The vintages of `settle` alone."""
    return settle(claims).vintages


def settle(claims: pl.DataFrame, last: Settled | None = None) -> Settled:
    """Vintages of all observations from claims (columns of CLAIM), whatever the order of their rows.

    A day has one word on an observation. Of the claims of one day a final figure comes after a preliminary one, then
    one seen later after one seen earlier, then one with more digits after one with fewer; the last that says something
    new stands. Datasets whose claims are those of the `last` time are taken from there.
    """
    claims = claims.select(CLAIM.keys())
    claimed = prints(claims, "dataset")
    kept = same(claimed, last.claimed) if last else set()
    made = _settled(claims.filter(~pl.col("dataset").is_in(kept)))
    if last and kept:

        def both(fresh: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
            return joined(fresh, slices(fresh), only(slices(old), kept))

        made = Settled(
            both(made.vintages, last.vintages),
            both(made.confirmations, last.confirmations),
            both(made.replaced, last.replaced),
        )
    return replace(made, claimed=claimed)


def _settled(claims: pl.DataFrame) -> Settled:
    claims = claims.with_columns(series_id())
    firmness = pl.col("obs_status").replace_strict(FIRMNESS, default=1, return_dtype=pl.Int8)
    claims = claims.sort(*CELL, "vintage_date", firmness, "first_seen", -pl.col("precision"), "release_id")
    same = ["value", "obs_status", "precision"]
    repeats = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in same)
    fresh = claims.filter(asof.begins() | ~repeats)
    single = fresh.filter(_alone()).with_columns(change=pl.lit("first"))
    several = fresh.filter(~_alone()).with_row_index("row_")
    told = pl.DataFrame(
        list(_news(several.select("row_", *CELL, "vintage_date", "release_id", *same).iter_rows(named=True))),
        schema={"row_": pl.UInt32, "change": pl.String, "replaced_by": pl.String},
        orient="row",
    )
    judged = several.join(told, on="row_").drop("row_")
    news = judged.filter(pl.col("replaced_by").is_null()).drop("replaced_by")
    vintages = pl.concat([single, news]).sort(ORDER)
    replaced = judged.filter(pl.col("replaced_by").is_not_null()).drop("change").sort(ORDER)
    replaced = replaced.unique([*CELL, "vintage_date", "release_id", "value"], keep="first", maintain_order=True)
    return Settled(vintages, _confirmations(claims, vintages), replaced)


def _alone() -> pl.Expr:
    """Is a row the only one of its observation, in rows that are sorted by observation?"""
    return asof.begins() & asof.begins().shift(-1, fill_value=True)


def _news(rows: Iterator[Mapping[str, Any]]) -> Iterator[tuple[int, str, str | None]]:
    """The rows (sorted, several an observation) that say something new: what kind of news it is, and for those that
    another one of the same day replaced the release of that one."""
    for _, observation in groupby(rows, key=itemgetter(*CELL)):
        held: Mapping[str, Any] | None = None
        for _, day in groupby(observation, key=itemgetter("vintage_date")):
            said, standing = [], held
            for row in day:
                if standing is None or _compare(standing, row):
                    standing = row
                    said.append(row)
            if not said:
                continue
            last = said.pop()
            yield from ((row["row_"], "", last["release_id"]) for row in said)
            if change := "first" if held is None else _compare(held, last):
                held = last
                yield last["row_"], change, None


def _confirmations(claims: pl.DataFrame, vintages: pl.DataFrame) -> pl.DataFrame:
    """Of each day that brought an observation nothing new, though it was claimed: the value that stood, said again.

    `claims` are sorted; of several claims of a day the last one is named.
    """
    day = [*CELL, "vintage_date"]
    again = claims.filter(~_alone()).join(vintages.select(day), on=day, how="anti")
    again = again.unique(day, keep="last", maintain_order=True)
    stood = vintages.select(*day, *SAID, confirms="vintage_date").sort("vintage_date")
    again = again.select(pl.exclude(SAID)).sort("vintage_date")
    held = again.join_asof(stood, on="vintage_date", by=list(CELL), check_sortedness=False)
    return held.select(*claims.columns, "confirms").sort(ORDER)


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
