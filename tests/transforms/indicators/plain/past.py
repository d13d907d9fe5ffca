"""What was known on a day, for plain loops: the words on each value in their order, and how the newest one is told.

Written without the code that it checks. A track is the list of words on one value in the order of their days: vintages
and the days on which they were said again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Generic, TypeVar

Row = dict[str, Any]
NAMES = ("dataset", "ref_area", "counterpart_area", "flow", "product_code", "measure", "basis", "definition", "currency",
         "unit", "freq", "adjustment")  # fmt: skip


@dataclass(frozen=True)
class Word:
    """A value as said on a day."""

    value: float
    precision: float | None
    day: date
    preliminary: bool = False


class Figure(float):
    """A figure of which a quotient by nothing is not known, so that formulas read as they are printed."""

    def __truediv__(self, other: float) -> Figure:
        return Figure(float(self) / float(other) if other else math.nan)

    def __rtruediv__(self, other: float) -> Figure:
        return Figure(other) / self

    def __add__(self, other: float) -> Figure:
        return Figure(float(self) + other)

    def __sub__(self, other: float) -> Figure:
        return Figure(float(self) - other)

    def __rsub__(self, other: float) -> Figure:
        return Figure(other - float(self))

    def __mul__(self, other: float) -> Figure:
        return Figure(float(self) * other)

    def __neg__(self) -> Figure:
        return Figure(-float(self))

    def __abs__(self) -> Figure:
        return Figure(abs(float(self)))

    __radd__, __rmul__ = __add__, __mul__


Track = list[Word]
Months = dict[int, Track]
Cell = tuple[dict[str, str], date, float | None]
M = TypeVar("M")


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def month_end(month: int) -> date:
    following = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)


class Named(Generic[M]):
    """Series with their dimensions by name, those of one dataset and measure at hand: formulas ask for them in loops."""

    def __init__(self, series: Mapping[tuple[str, ...], M]) -> None:
        self.all = [(dict(zip(NAMES, key, strict=True)), months) for key, months in series.items()]
        self.by: dict[tuple[str, str], list[tuple[dict[str, str], M]]] = {}
        for named, months in self.all:
            self.by.setdefault((named["dataset"], named["measure"]), []).append((named, months))

    def near(self, wanted: Mapping[str, str | tuple[str, ...]]) -> list[tuple[dict[str, str], M]]:
        """All series that can be wanted, and maybe others, in their order."""
        dataset, measure = wanted.get("dataset"), wanted.get("measure")
        if isinstance(dataset, str) and isinstance(measure, str):
            return self.by.get((dataset, measure), [])
        return self.all


class Past:
    """Words known on a day: `series` by dimensions and month, `rows` as they are, of all datasets and by them, `tables` of
    records."""

    def __init__(self, rows: Sequence[Row], tables: dict[str, list[Row]], day: date) -> None:
        self.day, self.tables = day, tables
        self.rows = sorted((r for r in rows if r["vintage_date"] <= day), key=lambda r: r["vintage_date"])
        self.series: dict[tuple[str, ...], Months] = {}
        self.by_dataset: dict[str, list[Row]] = {}
        for row in self.rows:
            self.by_dataset.setdefault(row["dataset"], []).append(row)
            word = Word(row["value"], row["precision"], row["vintage_date"], row["obs_status"] == "P")
            months = self.series.setdefault(tuple(row[name] for name in NAMES), {})
            months.setdefault(month_number(row["period_end"]), []).append(word)
        self._named = Named(self.series)

    def of(self, **wanted: str | tuple[str, ...]) -> Iterator[tuple[dict[str, str], Months]]:
        for named, months in self._named.near(wanted):
            if all(named[n] == v if isinstance(v, str) else named[n] in v for n, v in wanted.items()):
                yield named, months

    def rows_of(self, dataset: str) -> list[Row]:
        return self.by_dataset.get(dataset, [])

    def one(self, named: dict[str, str], **other: str) -> Months:
        return self.series.get(tuple((named | other)[name] for name in NAMES), {})


def on(track: Track, day: date) -> Word | None:
    """The last word on a day."""
    known = [word for word in track if word.day <= day]
    return known[-1] if known else None


def now(months: Months, month: int) -> float | None:
    """The newest value of a month."""
    return months[month][-1].value if months.get(month) else None


def days(*tracks: Track) -> list[date]:
    return sorted({word.day for track in tracks for word in track})


def made(function: Callable[..., float], *tracks: Track) -> Track:
    """What a function makes of the last words on each day on which one of them was said; roundings add up."""
    track: Track = []
    for day in days(*tracks):
        parts = [word for one in tracks if (word := on(one, day))]
        if len(parts) == len(tracks):
            rounding = None if any(p.precision is None for p in parts) else sum(p.precision or 0.0 for p in parts)
            value = function(*(p.value for p in parts))
            track.append(Word(value, rounding, day, any(p.preliminary for p in parts)))
    return track


def better(held: Word, other: Word) -> bool:
    """Does a word of less authority stand instead of the held one?"""
    one, two = held.precision or 0.0, other.precision or 0.0
    if abs(held.value - other.value) <= (one + two) * (1 + 1e-9):
        return other.precision is not None and two < one
    if other.preliminary and not held.preliminary:
        return False
    return other.day > held.day


def newest(*tracks: Track) -> Track:
    """Several accounts of one value, the first of most authority, as one."""
    track: Track = []
    last: Word | None = None
    for day in days(*tracks):
        known = [word for one in tracks if (word := on(one, day))]
        standing = known[0]
        for other in known[1:]:
            if better(standing, other):
                standing = other
        if standing is not last:
            track.append(replace(standing, day=day))
        last = standing
    return track


def since(track: Track, day: date) -> date:
    """The day from which on the value of a day stands, whatever digits were added since."""
    known = [word for word in track if word.day <= day]
    start = known[-1].day
    for before, after in zip(known[-2::-1], known[:0:-1], strict=True):
        one, two, apart = before.precision or 0.0, after.precision or 0.0, abs(after.value - before.value)
        if not (apart <= 1e-12 * abs(after.value) or (one != two and apart <= (one + two) * (1 + 1e-9))):
            break
        start = before.day
    return start


def of_one_state(
    function: Callable[..., float | None],
    figure: Track,
    bases: Sequence[Track],
    others: Sequence[Track] = (),
    *,
    of_words: bool = False,
) -> float | None:
    """`function` of a figure, its bases and other values (of the words on them, if it asks for these) on the last day on
    which no base had been revised since the figure was said; a base that was not known that day may be any."""
    result: float | None = None
    for day in days(figure, *bases, *others):
        parts = [word for track in (figure, *bases, *others) if (word := on(track, day))]
        if len(parts) < 1 + len(bases) + len(others):
            continue
        said = parts[0].day
        firsts = [next((word.day for word in base if word.value == word.value), date.max) for base in bases]
        if any(since(base, day) > said and first <= said for base, first in zip(bases, firsts, strict=True)):
            continue
        result = function(*(part if of_words else part.value for part in parts))
    return result


def rest(whole: Word, *parts: Word) -> float | None:
    """What is left of a total, if that is more than the roundings can make."""
    left = whole.value - sum(part.value for part in parts)
    return left if left > sum(word.precision or 0.0 for word in (whole, *parts)) * (1 + 1e-9) else None


def growth(one: float, base: float) -> float | None:
    return 100 * (one / base - 1) if base > 0 else None
