"""A block of a download as columns of text.

A long file says the same few thousand names, codes and units again and again: each is kept, understood and judged once,
and rows say by number which of them is theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import polars as pl

CODED = ("flow", "hs8", "hs_name", "partner", "regime", "region", "quantity_unit", "quantity2_unit", "currency")
"""Columns that say few things many times: categories in memory and a dictionary on disk, text for whoever reads it."""
SCHEMA: Mapping[str, pl.DataType] = {
    name: pl.Categorical(pl.Categories(name, "customs_microdata"))
    if name in CODED
    else pl.Date()
    if name.startswith("period")
    else pl.Float64()
    for name in (
        "period_start", "period_end", "flow", "hs8", "hs_name", "partner", "regime", "region",
        "quantity", "quantity_unit", "quantity2", "quantity2_unit", "value", "currency",
    )
}  # fmt: skip
NUMBER = r"^([0-9]{1,3}(,[0-9]{3})*|[0-9]+)(\.[0-9]+)?$"  # \d would be digits of every script


@dataclass(frozen=True)
class Column:
    """Texts, and by row the place of its own among them; without places each row has its own, in order."""

    texts: pl.Series
    places: pl.Series | None = None

    def __len__(self) -> int:
        return len(self.texts) if self.places is None else len(self.places)

    def rows(self, values: pl.Series | None = None) -> pl.Series:
        """By row what stands beside its text in `values`; the text itself without them."""
        values = self.texts if values is None else values
        return values if self.places is None else values.gather(self.places)

    def reworded(self, texts: pl.Series) -> Column:
        return replace(self, texts=texts)

    def filter(self, kept: pl.Series) -> Column:
        """The rows that are kept, and their texts alone: what no row says is not judged."""
        if self.places is None:
            return Column(self.texts.filter(kept))
        places = self.places.filter(kept)
        used = places.unique().sort()
        return Column(self.texts.gather(used), used.search_sorted(places).cast(pl.UInt32()))

    @property
    def numbers(self) -> pl.Series:
        """By row the number of its text."""
        return pl.int_range(len(self.texts), dtype=pl.UInt32(), eager=True) if self.places is None else self.places

    @cached_property
    def plain(self) -> bool:
        """Is each text a number with the separators of a download, or with none?"""
        return bool(self.texts.str.contains(NUMBER).all())


@dataclass(frozen=True)
class Fields:
    """Columns of equal length by the name of the field."""

    columns: Mapping[str, Column]

    @staticmethod
    def of(frame: pl.DataFrame) -> Fields:
        return Fields({name: Column(frame[name]) for name in frame.columns})

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __getitem__(self, name: str) -> Column:
        return self.columns[name]

    def reworded(self, texts: Mapping[str, pl.Series]) -> Fields:
        """The same rows with other texts in some columns, in the order of the old ones."""
        return Fields({n: c.reworded(texts[n]) if n in texts else c for n, c in self.columns.items()})

    def filter(self, kept: pl.Series) -> Fields:
        if kept.all():
            return self
        return Fields({name: column.filter(kept) for name, column in self.columns.items()})

    def drop(self, name: str) -> Fields:
        return Fields({own: column for own, column in self.columns.items() if own != name})

    def row(self, number: int) -> list[str]:
        return [str(column.texts[int(column.numbers[number])]) for column in self.columns.values()]
