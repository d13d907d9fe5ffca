"""The sums that releases print (Reading.identities), each within the rounding of its terms. One row of the frame a sum.

Which figures make a sum, and where they stand, their reader says; whether it holds is judged here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.kinds import NOISE
from expectations.rules import Expectation, holds
from transforms.model import Refusal

HINT = "The file contradicts itself: download it again."


def prepare(terms: pl.DataFrame) -> pl.DataFrame:
    """The sums that can be judged: identity, relation, made (of the parts), total, off, rounding, where (of the whole).

    A sign for "no figure" counts as nothing. A sum is not judged where no part has a figure, where a figure is said to
    be not known, or where its whole has none and nor has a part of it, or all parts are zero. A part may not exceed its
    whole at all: rounding keeps their order.
    """
    part, value = pl.col("sign") > 0, pl.col("value")
    sums = terms.group_by("identity", "relation", maintain_order=True).agg(
        parts=part.sum(),
        wholes=(~part).sum(),
        known=(part & value.is_not_null()).sum(),
        some=(part & (value != 0)).any(),
        unknown=value.is_nan().any(),
        made=value.filter(part).sum(),
        total=value.filter(~part).first(),
        where=pl.col("where").filter(~part).first(),
        rounding=pl.when(pl.col("relation").first() == "=").then(pl.col("half").sum()).otherwise(0.0)
        + value.abs().sum() * NOISE,
    )
    filled = (pl.col("known") == pl.col("parts")) & pl.col("some") & (pl.col("relation") == "=")
    judged = sums.filter(pl.col("known") > 0, pl.col("wholes") > 0, ~pl.col("unknown").fill_null(False),
                         pl.col("total").is_not_null() | filled)  # fmt: skip
    off = pl.col("made") - pl.col("total").fill_null(0.0)
    off = pl.when(pl.col("relation") == "=").then(off.abs()).otherwise(off)
    return judged.select("identity", "relation", "made", "total", "rounding", "where", off=off)


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return [holds("sums as printed", "off", "rounding", "Parts that are printed beside their whole make it.",
                  relation="<=")]  # fmt: skip


def refusal(broken: Mapping[str, Any]) -> Refusal:
    """Why a release is refused, from the first row of `prepare` that does not hold."""
    code = "sum_mismatch" if broken["relation"] == "=" else "part_exceeds_whole"
    total = "none" if broken["total"] is None else f"{broken['total']:,.15g}"
    got = f"{broken['made']:,.15g} against {total}"
    return Refusal(code, expected=str(broken["identity"]), got=got, where=str(broken["where"]), hint=HINT)


def contradiction(terms: pl.DataFrame) -> Refusal | None:
    """What the gate would say of these sums, without Great Expectations: for tests of many small files."""
    broken = prepare(terms).filter(pl.col("off") > pl.col("rounding"))
    return None if broken.is_empty() else refusal(broken.row(0, named=True))
