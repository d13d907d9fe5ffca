"""What one workbook of loan statistics says: figures by measure, currency and area, made into a Reading.

The layout (YAML beside the product's module) gives the words, units and definitions; `regional.py` and `national.py`
take the figures off the sheets. `identities` says which of them make sums that are printed, as terms for gate 1: parts
make their wholes, roubles and foreign currency make all. This follows from the layout; what was set aside leaves its
sums out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Literal

import polars as pl

from transforms import layout as base
from transforms.banking.areas import areas
from transforms.banking.figures import CURRENCIES, Figures, Layout
from transforms.model import TERM, Reading, Release, observations

KEY = ("name", "currency", "row", "column", "period_end")
Lost = Collection[tuple[str, str, str]]


class Book(Layout, base.Layout):
    """The layout of a workbook that `regional` or `national` reads."""

    title: str
    unit_in: Literal["rows", "title"] = "rows"  # national: where the unit stands
    since: date = date(2017, 12, 31)  # first period of the book: an earlier date was mistyped
    set_aside: float = 0.025  # share of a sheet's rows that may be set aside: two of some 96 areas


def reading(
    product: str, layout: Layout, figures: Figures, keys: Mapping[str, pl.Expr] | None = None, *,
    observed: pl.Expr | None = None, **dimensions: pl.Expr,
) -> Reading:  # fmt: skip
    """The figures as table, observations, and terms of the sums that they make.

    Table: period_end, reporting_date, then `keys` (by default the area and the currency), which are made of `row`,
    `column` and `currency`; a column for each measure; precision. `dimensions` are those of the observations that do
    not follow from the measure, made of the same; `observed` tells which figures are observations, by default all.
    """
    known = figures.long(layout.measures)
    long = known.with_columns(pl.col("value").fill_nan(None))
    last = long["period_end"].max()
    assert isinstance(last, date)
    keys = _of_areas() if keys is None else keys
    dimensions = dimensions or {"ref_area": pl.col("row")}
    made = long.filter(True if observed is None else observed).with_columns(**dimensions)
    return Reading(
        release=Release(product, f"{last:%Y-%m}", title=layout.title, language="ru", currency="RUB"),
        table=_table(layout, long, keys),
        observations=with_dimensions(layout, made),
        notes=tuple(figures.notes),
        set_aside=tuple(figures.aside),
        identities=identities(layout, figures, known),
    )


def _of_areas() -> dict[str, pl.Expr]:
    """The keys of a table whose rows are areas of Russia."""
    row = pl.col("row")
    named = {"area_level": {a.code: a.level for a in areas().values()},
             "area_name": {a.code: a.name for a in areas().values()}}  # fmt: skip
    level, name = (row.replace_strict(words, return_dtype=pl.String) for words in named.values())
    return {"area_level": level, "ref_area": row, "area_name": name, "currency": pl.col("currency")}


def _table(layout: Layout, long: pl.DataFrame, keys: Mapping[str, pl.Expr]) -> pl.DataFrame:
    sums = sorted((m for m in layout.measures.values() if m.additive), key=lambda m: m.unit.base != "RUB")
    half = sums[0].precision if sums else None  # of the money, else of the counts
    wide = long.pivot("name", index=["period_end", "row", "column", "currency"], values="value")
    wide = wide.sort("period_end", "row", "column", "currency")
    missing = [pl.lit(None, pl.Float64).alias(name) for name in layout.measures if name not in wide.columns]
    return wide.with_columns(missing).select(
        "period_end", (pl.col("period_end") + timedelta(days=1)).alias("reporting_date"),
        *(what.alias(name) for name, what in keys.items()), *layout.measures,
        pl.lit(half, pl.Float64).alias("precision"),
    )  # fmt: skip


def with_dimensions(layout: Layout, long: pl.DataFrame) -> pl.DataFrame:
    """Observations of figures that name their `ref_area`; their own come before those of the measure."""
    facts = pl.DataFrame(
        [(m.name, m.measure or m.name, m.product_code, m.basis, m.definition, m.unit.base, m.title)
         for m in layout.measures.values()],
        schema=["name", "measure", "product_code", "basis", "definition", "unit", "native_title"], orient="row",
    )  # fmt: skip
    keep = [column for column in facts.columns if column == "name" or column not in long.columns]
    made = long.drop("row", "column", "half", "where").join(facts.select(keep), on="name").drop("name")
    return observations(made, dataset=layout.dataset)


def identities(layout: Layout, figures: Figures, long: pl.DataFrame) -> pl.DataFrame:
    """Columns of TERM: every sum over currencies, rows, columns and measures of `long`, as `figures` make it."""
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
