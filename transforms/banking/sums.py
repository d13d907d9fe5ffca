"""The sums that a book prints, as terms for gate 1: parts make their wholes, roubles and foreign currency make all.

Which figures make a sum follows from the layout. What was set aside leaves its sums out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import polars as pl

from transforms.banking.areas import areas
from transforms.banking.figures import CURRENCIES, Figures, Layout
from transforms.model import TERM

KEY = ("name", "currency", "row", "column", "period_end")
Lost = Collection[tuple[str, str, str]]


def identities(layout: Layout, figures: Figures, long: pl.DataFrame | None = None) -> pl.DataFrame:
    """Columns of TERM: every sum over currencies, rows, columns and measures of the figures (or of those in `long`)."""
    if long is None:
        long = figures.long(layout.measures)
    additive = long.filter(pl.col("name").is_in([m.name for m in layout.measures.values() if m.additive]))
    parents = {a.code: a.parent for a in areas().values() if a.parent} if layout.parents is None else layout.parents
    parts = [_members(additive, "row", parents, figures.lost), _members(additive, "column", layout.column_parents, ()),
             _currencies(additive)]  # fmt: skip
    parts += [_measures(long, total, terms) for total, terms in ((s.total, s.parts) for s in layout.sums)]
    parts += [_measures(long, whole, [part], "<=") for part, whole in layout.at_most.items()]
    parts += [_members(long, place, {part: whole}, (), "<=")
              for part, whole in layout.within.items() for place in ("row", "column")]  # fmt: skip
    return pl.concat(parts)


def _currencies(long: pl.DataFrame) -> pl.DataFrame:
    """RUB + FX = ALL where a figure is printed in all three: sheets of one book start on different dates."""
    there = long.filter(pl.col("currency").is_in(CURRENCIES))
    all_three = pl.len().over([c for c in KEY if c != "currency"]) == len(CURRENCIES)
    sign = pl.when(pl.col("currency") == "ALL").then(-1).otherwise(1)
    return _terms(there.filter(all_three).with_columns(sign=sign, currency=pl.lit("RUB + FX = ALL")))


def _members(
    long: pl.DataFrame, place: str, parents: Mapping[str, str], lost: Lost, relation: str = "="
) -> pl.DataFrame:
    """Districts make up the country, regions their district; branches all activities."""
    if not parents:
        return _terms(long.clear().with_columns(sign=pl.lit(1)))
    parts = long.filter(pl.col(place).is_in(list(parents))).with_columns(
        pl.col(place).replace_strict(parents), sign=pl.lit(1)
    )
    wholes = long.filter(pl.col(place).is_in(list(set(parents.values())))).with_columns(sign=pl.lit(-1))
    doubted = {(name, currency, whole) for name, currency, row in lost for whole in (row, parents.get(row, row))}
    unknown = pl.DataFrame(list(doubted), schema=["name", "currency", place], orient="row",
                           schema_overrides=dict.fromkeys(("name", "currency", place), pl.String))  # fmt: skip
    both = pl.concat([wholes, parts]).join(unknown, on=["name", "currency", place], how="anti")
    says = "= its parts" if relation == "=" else f"at least {', '.join(parents)}"
    return _terms(both.with_columns(pl.concat_str(pl.col(place), pl.lit(f" {says}"))), relation)


def _measures(long: pl.DataFrame, total: str, terms: Collection[str], relation: str = "=") -> pl.DataFrame:
    """A measure is the sum of others, where all are printed."""
    named = long.filter(pl.col("name").is_in([total, *terms]))
    whole = pl.col("name") == total
    complete = pl.len().over([c for c in KEY if c != "name"]) == len(terms) + 1
    said = f"{' + '.join(terms)} {relation} {total}"
    return _terms(named.filter(complete).with_columns(
        sign=pl.when(whole).then(pl.lit(-1)).otherwise(pl.lit(1)), name=pl.lit(said)), relation
    )  # fmt: skip


def _terms(long: pl.DataFrame, relation: str = "=") -> pl.DataFrame:
    """Columns of TERM of figures with their `sign`; those of one sum share the words of KEY.

    A part may not exceed its whole at all: rounding keeps their order.
    """
    words = pl.concat_list(KEY[:-1]).list.eval(pl.element().filter(pl.element() != "")).list.join(", ")
    said = pl.concat_str(words, pl.lit(" at "), pl.col("period_end").cast(pl.String)).alias("identity")
    code, half = ("sum_mismatch", pl.col("half")) if relation == "=" else ("part_exceeds_whole", pl.lit(0.0))
    made = long.select(said, pl.lit(code).alias("code"), pl.lit(relation).alias("relation"), "sign", "value",
                       half.alias("half"), "where")  # fmt: skip
    return made.cast(dict(TERM))  # type: ignore[arg-type]
