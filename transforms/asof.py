"""The as-of rule: of the words on a cell that were public on a day, the last one counts.

A cell is one figure (a series and the end of a period). A word is later by its day, then by when it was first seen,
then by its release. A day has one word on each cell of a publication, so there its day alone tells; frames from which a
publication is made may have more. Every reader of the past asks here, in polars or SQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

CELL = ("series_id", "period_end")
ORDER = ("vintage_date", "first_seen", "release_id")


def begins() -> pl.Expr:
    """Is a row the first one of its cell, in rows that are sorted by cell?"""
    return pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in CELL)


def newest(words: pl.DataFrame, cell: Sequence[str] = CELL) -> pl.DataFrame:
    """The last word on each cell, in the order of days; of words that are equal in ORDER the last row."""
    order = [name for name in ORDER if name in words.columns]
    return words.sort(order, maintain_order=True).unique(cell, keep="last", maintain_order=True)


def as_of(words: pl.DataFrame, day: date, cell: Sequence[str] = CELL) -> pl.DataFrame:
    """The word on each cell that counted on `day`, in the order of cells."""
    return newest(words.filter(pl.col("vintage_date") <= day), cell).sort(cell)


def sql(day: str, table: str = "", also: str = "") -> str:
    """The same as clauses behind FROM over a table of a publication: `day` is SQL, `table` the alias of the words where
    others are joined, `also` a further condition."""
    of = f"{table}." if table else ""
    condition = f" AND {also}" if also else ""
    return (
        f"WHERE {of}vintage_date <= {day}{condition}\n"
        f"QUALIFY row_number() OVER (PARTITION BY {of}series_id, {of}period_end ORDER BY {of}vintage_date DESC) = 1"
    )
