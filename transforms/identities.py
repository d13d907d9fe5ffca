"""The sums that releases print, as terms (model.TERM): whether one holds is judged here and nowhere else.

Readers and layouts say which figures make a sum, and where they stand. Gate 1 judges the sums of every reading
(expectations/identities.py) and refuses a release that contradicts itself. A gate says yes or no to a release and
cannot take a row out of it: where a sum decides which row is set aside, the reader asks `broken` beforehand, and gives
the sums of the rows that it keeps to the gate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl
from pydantic import BaseModel, ConfigDict

from transforms.model import TERM, ReadError

NOISE = 1e-12
"""Binary floating point adds about 1e-15 of each term of a sum; a thousandfold is allowed."""
EXACT = 2.0**53
"""Whole numbers below it have no noise: floating point adds them exactly."""
HINT = "A row or a column is shifted, missing or misread: compare with what the publisher shows, or download it again."


class Identity(BaseModel):
    """A sum that a table prints in each of its rows, as its layout states it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    total: str  # the column that the others make
    terms: dict[str, Literal[1, -1]]  # the columns that make it, each with its sign
    relation: Literal["=", "<="] = "="  # "<=": they are no larger than it
    half: float | None = None  # half of the last place of each figure; None: in a column of its own, {name}_half
    why: str

    @property
    def code(self) -> str:
        return "sum_mismatch" if self.relation == "=" else "part_exceeds_whole"

    @property
    def words(self) -> str:
        said = " ".join(f"{'+' if sign > 0 else '-'} {name}" for name, sign in self.terms.items())
        return f"{said.removeprefix('+ ')} {self.relation} {self.total}"


def none() -> pl.DataFrame:
    return pl.DataFrame(schema=dict(TERM))


def terms(frame: pl.DataFrame, stated: Sequence[Identity]) -> pl.DataFrame:
    """The terms of the sums that are `stated` of each row of a wide table (columns `row`, its name, and `where`).

    A row that lacks one of the figures of a sum has no such sum.
    """
    made = [none()]
    for one in stated:
        names = [*one.terms, one.total]
        if not set(names) <= set(frame.columns):
            continue
        whole = frame.filter(pl.all_horizontal(pl.col(name).is_not_null() for name in names))
        for name in names:
            half = pl.lit(one.half) if one.half is not None else pl.col(f"{name}_half")
            made.append(whole.select(
                identity=pl.format("{} ({}, {})", pl.lit(one.words), "row", "where"), code=pl.lit(one.code),
                relation=pl.lit(one.relation), sign=pl.lit(-1 if name == one.total else 1),
                value=pl.col(name) * one.terms.get(name, 1), half=half, where="where",
            ).cast(dict(TERM)))  # type: ignore[arg-type]  # fmt: skip
    return pl.concat(made)


def apart(frame: pl.DataFrame, stated: Sequence[Identity]) -> tuple[dict[str, ReadError], pl.DataFrame]:
    """The rows of a wide table that break a sum, by their names, with the first reason; and the terms of the others."""
    made = terms(frame, stated)
    rows = [] if frame.is_empty() else frame.select("row", "where").rows()
    names = {f"{one.words} ({row}, {where})": row for one in stated for row, where in rows}
    wrong: dict[str, ReadError] = {}
    for sum_ in broken(made).iter_rows(named=True):
        wrong.setdefault(names[sum_["identity"]], contradiction(sum_))
    lost = [words for words, row in names.items() if row in wrong]
    return wrong, made.filter(~pl.col("identity").is_in(lost))


def judged(terms: pl.DataFrame) -> pl.DataFrame:
    """One row a sum that can be judged: identity, code, relation, made (of the parts), total, off, rounding, where (of
    the whole). A sum holds where `off` is at most `rounding`.

    A sign for "no figure" counts as nothing. A sum is not judged where no part has a figure, where a figure is said to
    be not known, or where its whole has none and nor has a part of it, or all parts are zero.
    """
    part, value = pl.col("sign") > 0, pl.col("value")
    sums = terms.group_by("identity", "relation", maintain_order=True).agg(
        pl.col("code").first(),
        parts=part.sum(),
        wholes=(~part).sum(),
        known=(part & value.is_not_null()).sum(),
        some=(part & (value != 0)).any(),
        unknown=value.is_nan().any(),
        made=value.filter(part).sum(),
        total=value.filter(~part).first(),
        where=pl.col("where").filter(~part).first(),
        rounding=_rounding(pl.col("half").sum(), value.abs().sum(), (value % 1 == 0).all()),
    )
    filled = (pl.col("known") == pl.col("parts")) & pl.col("some") & (pl.col("relation") == "=")
    able = sums.filter(pl.col("known") > 0, pl.col("wholes") > 0, ~pl.col("unknown").fill_null(False),
                       pl.col("total").is_not_null() | filled)  # fmt: skip
    off = pl.col("made") - pl.col("total").fill_null(0.0)
    off = pl.when(pl.col("relation") == "=").then(off.abs()).otherwise(off)
    return able.select("identity", "code", "relation", "made", "total", "rounding", "where", off=off)


def _rounding(half: pl.Expr, size: pl.Expr, whole_numbers: pl.Expr) -> pl.Expr:
    """By how much a sum may be off: what its terms are rounded by, and the noise of adding terms of this size."""
    return half * (1 + NOISE) + pl.when(whole_numbers & (size < EXACT)).then(0.0).otherwise(size * NOISE)


def broken(terms: pl.DataFrame) -> pl.DataFrame:
    """The rows of `judged` that do not hold, in the order of the terms."""
    return judged(terms).filter(pl.col("off") > pl.col("rounding"))


def contradiction(sum_: Mapping[str, Any]) -> ReadError:
    """What to say of a row of `broken`."""
    total = "none" if sum_["total"] is None else f"{sum_['total']:,.15g}"
    got = f"{sum_['made']:,.15g} against {total}"
    return ReadError(str(sum_["code"]), expected=str(sum_["identity"]), got=got, where=str(sum_["where"]), hint=HINT)


def broken_rows(
    frame: pl.DataFrame, parts: Mapping[str, pl.Expr], whole: str, half: float, keep: Sequence[str]
) -> pl.DataFrame:
    """The rows of a wide table whose columns do not make its column `whole`: the columns of `broken`, and `keep`.

    For forms of a hundred thousand records: as terms they would fill the memory. `parts` are named for the message;
    a part that is null is nothing, and a row without a part or without its whole is not judged.
    """
    values = [*parts.values(), pl.col(whole)]
    known = pl.sum_horizontal(value.is_not_null() for value in values)
    size = pl.sum_horizontal(value.abs() for value in values)
    whole_numbers = pl.all_horizontal(value.fill_null(0) % 1 == 0 for value in values)
    rounding = _rounding(known * half, size, whole_numbers)
    judged = frame.filter(pl.col(whole).is_not_null() & (known > 1)).select(
        *keep, "where", identity=pl.lit(f"{' + '.join(parts)} = {whole}"), code=pl.lit("sum_mismatch"),
        made=pl.sum_horizontal(parts.values()), total=pl.col(whole), rounding=rounding,
    )  # fmt: skip
    return judged.filter((pl.col("made") - pl.col("total")).abs() > pl.col("rounding"))
