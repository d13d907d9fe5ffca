"""What one workbook of loan statistics says: figures by measure, currency and area, made into a Reading.

The layout (YAML beside the product's module) gives the words, units and definitions; `regional.py` and `national.py`
take the figures off the sheets, `sums.py` says which of them make the sums that are printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

import polars as pl

from transforms import layout as base
from transforms.banking.areas import areas
from transforms.banking.figures import Figures, Layout
from transforms.banking.sums import identities
from transforms.model import Reading, Release, observations


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
