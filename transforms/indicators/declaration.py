"""What an indicator states of itself, and the build in which indicators and the steps they share are computed.

An indicator is a function of a `Build` with its declaration above it:

    @indicator(id="trade_balance", title=..., unit="USD or CNY", by=TRADE, inputs=(series(dataset="trade_total"),), ...)
    def balance(build: Build) -> pl.DataFrame: ...

`build.vintages`, `build.words` and `build.records` hold the declared inputs and nothing else, and a step or another
indicator may be called only if it is declared, so what is declared is what is read. Each is computed once in a build.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, cast

import polars as pl

from transforms.indicators.change import EVER, Change
from transforms.indicators.engine import compact
from transforms.indicators.fits import Fits
from transforms.model import CLAIM, DIMENSIONS

Records = Mapping[str, pl.DataFrame]
Function = Callable[["Build"], pl.DataFrame]
P = ParamSpec("P")
R = TypeVar("R")
FREE = ("physical unit", "currency per physical unit")
"""Units that depend on the good: which ones is the source's to say."""


UNKNOWN = (
    "After a revision of an input it cannot be told any more: a base is zero or less, or a condition of it is not met"
)


class Undeclared(ValueError):
    """An indicator calls for, or returns, what its declaration does not name."""


@dataclass(frozen=True)
class Series:
    """Published series by their dimensions: each has one of the values given."""

    filters: tuple[tuple[str, tuple[str, ...]], ...]

    def where(self) -> pl.Expr:
        return pl.all_horizontal(pl.lit(True), *(pl.col(name).is_in(list(values)) for name, values in self.filters))


def series(**filters: str | Collection[str]) -> Series:
    """Published series whose dimensions have the given value, or one of the given values."""
    if unknown := set(filters) - set(DIMENSIONS):
        raise Undeclared(f"not dimensions of a series: {sorted(unknown)}")
    given = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in filters.items()}
    return Series(tuple(given.items()))


@dataclass(frozen=True)
class Record:
    """A table of records, such as reported_figure."""

    table: str


@dataclass(frozen=True, eq=False)
class Indicator:
    """One derived statistic: what the readers' catalogue prints, and the function that computes it."""

    id: str
    title: str
    unit: str  # units joined by "or": USD or CNY
    by: tuple[str, ...]  # dimensions by which its series differ; every other one has one value
    inputs: tuple[Input, ...]
    formula: str
    reference: str
    caveat: str
    function: Function = field(repr=False)
    lookback: int | None = None  # months back that one value compares; None: all of the past
    freq: str = "M"
    unknown: str = UNKNOWN  # why a value that was known may be known no more

    def __call__(self, build: Build) -> pl.DataFrame:
        """Rows of CLAIM; native_title is the series' own where it has one, otherwise null."""
        return build.indicator(self)

    def units(self) -> list[str]:
        return re.split(r", | or ", self.unit)

    def check(self, rows: pl.DataFrame) -> None:
        """Raise Undeclared or ValueError if `rows` are not what is declared: measure, unit, keys, one value a cell."""
        if wrong := set(rows["measure"].unique()) - {self.id}:
            raise Undeclared(f"{self.id} made rows of {sorted(wrong)}")
        if not set(FREE) & set(self.units()) and (wrong := set(rows["unit"].unique()) - set(self.units())):
            raise Undeclared(f"{self.id} is declared in {self.unit} and made values in {sorted(wrong)}")
        fixed = [name for name in DIMENSIONS if name not in (*self.by, "dataset", "measure", "unit", "freq")]
        for name in fixed:
            if rows[name].n_unique() > 1:
                seen = rows[name].unique().sort().to_list()[:5]
                raise Undeclared(
                    f"{self.id} is declared by {', '.join(self.by)} and made series of several {name}: {seen}"
                )
        cell = [*DIMENSIONS, "period_end", "vintage_date"]
        if rows.select(cell).is_duplicated().any():
            twice = rows.filter(rows.select(cell).is_duplicated()).head(2).to_dicts()
            raise ValueError(f"{self.id} has two values for one cell: {twice}")


@dataclass(frozen=True, eq=False)
class Step(Generic[P, R]):
    """What several indicators compute on the way: done once in a build, with inputs of its own."""

    name: str
    inputs: tuple[Input, ...]
    function: Callable[Concatenate[Build, P], R] = field(repr=False)

    def __call__(self, build: Build, *args: P.args, **named: P.kwargs) -> R:
        return cast(R, build.step(self, *args, **named))


Input = Series | Record | Indicator | Step[Any, Any]


def indicator(
    *,
    id: str,
    title: str,
    unit: str,
    by: tuple[str, ...],
    inputs: tuple[Input, ...],
    formula: str,
    reference: str,
    caveat: str,
    lookback: int | None = None,
    freq: str = "M",
    unknown: str = UNKNOWN,
) -> Callable[[Function], Indicator]:
    """The declaration of an indicator, above its function."""

    def declare(function: Function) -> Indicator:
        return Indicator(id, title, unit, by, inputs, formula, reference, caveat, function, lookback, freq, unknown)

    return declare


def step(*inputs: Input) -> Callable[[Callable[Concatenate[Build, P], R]], Step[P, R]]:
    """The declaration of a step that indicators share, above its function."""

    def declare(function: Callable[Concatenate[Build, P], R]) -> Step[P, R]:
        return Step(f"{function.__module__}.{function.__qualname__}", inputs, function)

    return declare


def described(inputs: tuple[Input, ...]) -> list[dict[str, Any]]:
    """Inputs for readers: filters on series, {"record": table}, {"indicator": id}; those of steps in place of steps."""
    found: list[dict[str, Any]] = []
    for one in inputs:
        if isinstance(one, Series):
            new: list[dict[str, Any]] = [{k: v[0] if len(v) == 1 else list(v) for k, v in one.filters}]
        elif isinstance(one, Record):
            new = [{"record": one.table}]
        else:
            new = [{"indicator": one.id}] if isinstance(one, Indicator) else described(one.inputs)
        found += [entry for entry in new if entry not in found]
    return found


@dataclass
class _Shared:
    """What all views of one build have in common."""

    words: pl.DataFrame
    records: Records
    previous: pl.DataFrame | None
    change: Change | None
    done: dict[Hashable, Any] = field(default_factory=dict)
    under_way: dict[Hashable, threading.RLock] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` gives, made once; who asks while another thread makes it waits for that one. What is made asks
        only for what it is made of, so no two threads wait for each other."""
        with self.guard:
            lock = self.under_way.setdefault(key, threading.RLock())
        with lock:
            if key not in self.done:
                self.done[key] = make()
        return self.done[key]


class Build:
    """The inputs of one derivation as one indicator may see them, and what was computed from them so far."""

    def __init__(
        self,
        vintages: pl.DataFrame,
        records: Records | None = None,
        *,
        previous: pl.DataFrame | None = None,
        change: Change | None = None,
        fits: Fits | None = None,
    ) -> None:
        """`vintages` may hold confirmations (change: repeated): a value said again by a later release.

        `previous` rows and the `change` since they were derived make it incremental; `fits` are seasonals known.
        """
        if (previous is None) != (change is None):
            raise ValueError("previous rows and what changed since belong together")
        self.words, self.records = vintages, records or {}
        """Vintages, and the days on which they were said again: for what asks which of two values is the newer word."""
        self.vintages = _first_said(vintages)
        self.since = EVER
        """The first vintage day whose rows are asked for; rows of earlier days may be left out."""
        self.fits = Fits() if fits is None else fits
        self._shared = _Shared(vintages, self.records, previous, change)
        self._allowed: tuple[Input, ...] | None = None

    def indicator(self, wanted: Indicator) -> pl.DataFrame:
        """Rows of an indicator: kept from before where no input changed, otherwise derived from the first day on."""
        self._may(wanted)
        return cast(pl.DataFrame, self._shared.once(wanted, lambda: self._derived(wanted)))

    def stands(self, wanted: Indicator) -> bool:
        """Did no input of it change since the previous rows? Then they are its rows."""
        return self._since(wanted) is None

    def _derived(self, wanted: Indicator) -> pl.DataFrame:
        since = self._since(wanted)
        kept = self._kept(wanted, since)
        if since is None:
            return kept
        made = wanted.function(self._view(wanted.inputs, since))
        if since > EVER:
            made = pl.concat([kept, made.filter(pl.col("vintage_date") >= since)])
        made = compact(made, DIMENSIONS)
        wanted.check(made)
        return made

    def step(self, wanted: Step[Any, Any], *args: Any, **named: Any) -> Any:
        """The result of a shared step, asked for rows of the same days as the caller's own."""
        self._may(wanted)
        key = (wanted, args, tuple(named.items()), self.since)
        return self._shared.once(key, lambda: wanted.function(self._view(wanted.inputs, self.since), *args, **named))

    def _may(self, wanted: Indicator | Step[Any, Any]) -> None:
        if self._allowed is not None and wanted not in self._allowed:
            raise Undeclared(f"{wanted} is used and not declared among the inputs")

    def _view(self, inputs: tuple[Input, ...], since: date) -> Build:
        shared = self._shared
        key = ("inputs", frozenset(one for one in inputs if isinstance(one, Series)))
        if key not in shared.done:
            wanted = [one.where() for one in inputs if isinstance(one, Series)]
            words = shared.words.filter(pl.any_horizontal(pl.lit(False), *wanted))
            shared.done[key] = (words, _first_said(words))
        tables = {one.table for one in inputs if isinstance(one, Record)}
        view = Build.__new__(Build)
        view.words, view.vintages = shared.done[key]
        view.records = {name: frame for name, frame in shared.records.items() if name in tables}
        view.since, view.fits, view._shared, view._allowed = since, self.fits, shared, inputs
        return view

    def _kept(self, wanted: Indicator, since: date | None) -> pl.DataFrame:
        """Rows that stand: those of days before `since`, without the title of the catalogue."""
        previous = self._shared.previous
        if previous is None:
            return pl.DataFrame(schema=dict(CLAIM))
        days = pl.lit(True) if since is None else pl.col("vintage_date") < since
        kept = previous.filter(days, measure=wanted.id).select(pl.col(name).cast(kind) for name, kind in CLAIM.items())
        own = pl.when(pl.col("native_title") != wanted.title).then("native_title")
        return kept.with_columns(native_title=own)

    def _since(self, wanted: Input) -> date | None:
        """First vintage day from which an input differs from that of the previous rows; None: it does not."""
        change, key = self._shared.change, ("since", wanted)
        if change is None:
            return EVER
        if key not in self._shared.done:
            if isinstance(wanted, Series):
                day = change.first(wanted.where())
            elif isinstance(wanted, Record):
                day = change.records.get(wanted.table)
            else:
                day = min((d for one in wanted.inputs if (d := self._since(one)) is not None), default=None)
            self._shared.done[key] = day
        return cast("date | None", self._shared.done[key])


def _first_said(words: pl.DataFrame) -> pl.DataFrame:
    """Vintages without the days on which they were said again."""
    return words.filter(pl.col("change") != "repeated") if "change" in words.columns else words
