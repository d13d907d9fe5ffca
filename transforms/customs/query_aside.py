"""What of a download is left out, and what its rows share: how they group digits, what sum rows say."""

from __future__ import annotations

import polars as pl

from transforms.customs.aside import allowed
from transforms.customs.query_layout import layout
from transforms.customs.query_repeats import Repeats
from transforms.model import ReadError, SetAside


class Aside:
    """What of a file is left out, and the state that its rows share: how it groups digits, what its sum rows say."""

    def __init__(self, repeats: Repeats | None = None) -> None:
        self.rows: list[SetAside] = []
        self.first: ReadError | None = None
        self.repeats = repeats or Repeats()
        self.left_out: dict[str, None] = {}  # headings of columns that are not of the query
        self.written: dict[str, str] = {}  # column: how it groups digits, where that is not the way of a download
        self._styles: dict[str, str] = {}
        self._units: dict[str, int] = {}
        self._second = 0
        self._named: dict[str, pl.Series] = {}
        self._sums: list[tuple[float, str]] = []
        self._total = 0.0

    def row(self, words: str, error: ReadError) -> None:
        self.first = self.first or error
        self.rows.append(error.aside(words))

    def unknown_units(self, units: pl.Series) -> None:
        for unit in units:
            self._units[unit] = self._units.get(unit, 0) + 1

    def second_without_unit(self, count: int) -> None:
        self._second += count

    def new_names(self, column: str, names: pl.Series) -> pl.Series:
        """Distinct names of a column that no block before had: a long download repeats the same few thousand."""
        hashes = names.hash()  # twice as fast as to compare the names
        known = self._named.get(column, hashes.clear())
        fresh = names.filter(~hashes.is_in(known.implode())).unique()
        self._named[column] = pl.concat([known, fresh.hash()])
        return fresh

    def add(self, total: float) -> None:
        self._total += total

    def sum_row(self, value: float, where: str) -> None:
        self._sums.append((value, where))

    def style(self, column: str, found: str, where: str) -> None:
        """Each column writes its numbers in one way. ReadError `not_a_number`."""
        if self._styles.setdefault(column, found) != found:
            raise ReadError(
                "not_a_number", expected=f"{self._styles[column]} numbers in {column}, as above", got=f"{found} ones",
                where=where, hint="Files in different forms were joined, or columns changed places.",
            )  # fmt: skip
        money = next((style for name, style in self._styles.items() if name.startswith("value")), None)
        counts = {style for name, style in self._styles.items() if name.startswith("quantity")}
        if ("grouped" in counts and money != "grouped") or ("grouped" in counts and "bare" in counts):
            raise ReadError(
                "not_a_number", expected="separators in values, as served, or in all columns", got="separators in "
                "quantities alone", where=where, hint="A quantity stands in the place of the value.",
            )  # fmt: skip

    def close(self, count: int, where: str) -> None:
        """Judge what was left out of `count` rows; sum rows that say the sum are dropped. ReadError for too many. A
        file in which rows came again is judged after its second reading."""
        if self.repeats.suspects() is not None:
            return
        plan = layout()
        if self.first and len(self.rows) > allowed(count + len(self.rows), plan.set_aside):
            first = self.first
            raise ReadError(first.code, expected=first.expected, got=first.got, where=first.where,
                            hint=f"{first.hint} {len(self.rows)} rows are like this.".strip())  # fmt: skip
        for value, at in [] if self._add_up() else self._sums:
            if abs(value - self._total) > 0.5:
                self.rows.append(SetAside("sum row", "sum_row", f"a sum of {value:,.0f} that is not that of all rows, "
                                          f"{self._total:,.0f}", at))  # fmt: skip
        for unit, number in self._units.items():
            self.rows.append(SetAside(f"{number} rows in {unit!r} (quantities)", "unknown_unit",
                                      f"expected a unit of online_query.yaml, got {unit!r}", where))  # fmt: skip

    def _add_up(self) -> bool:
        """Do the sum rows of joined downloads make the sum of all rows together?"""
        return abs(sum(value for value, _ in self._sums) - self._total) <= 0.5

    def notes(self) -> list[str]:
        said = [f"sum row {value:,.0f}: left out" for value, _ in self._sums
                if self._add_up() or abs(value - self._total) <= 0.5]  # fmt: skip
        if self.repeats.count:
            said.append(f"{self.repeats.count} rows came again in full (joined downloads): each is loaded once")
        said += [f"column {heading!r} is not one of the query's: left out" for heading in self.left_out]
        if self._second:
            said.append(f"{self._second} rows print a second quantity without a unit: not loaded")
        return said
