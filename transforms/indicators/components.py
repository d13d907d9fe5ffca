"""Components of the composites: what composite.yaml names, as known on a day, in standard deviations and in ranks."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

from transforms import yaml_file
from transforms.banking.definitions import breaks
from transforms.indicators import banking, policy
from transforms.indicators.declaration import Build, Input, Record, series
from transforms.indicators.engine import pick
from transforms.model import CLAIM, NONE
from transforms.periods import period_end

SPAN = (6, 15)
"""Months between which the value about a year earlier is looked for; the nearest to twelve is taken."""
LEAST = 24
"""More months of a composite than this are needed for its newest one to be ranked among them."""
PAST = 50
"""Percent of the window that must be known: a component held against a part of the stated span only says less."""
Path_ = dict[int, float]
Row = tuple[date, int, float | None, str, str]  # vintage, month, value, kind, release
T = TypeVar("T")
Asked = tuple[str, int, int, int]  # question, month, window, stale


@cache
def composites() -> Mapping[str, Mapping[str, Any]]:
    return dict(yaml_file.load(Path(__file__).with_name("composite.yaml"))["composites"])


@dataclass
class Component:
    """A component as known on the day reached: its values by month number."""

    name: str
    weight: float
    sign: int
    form: str
    rows: list[Row]  # sorted by vintage
    breaks: frozenset[int] = frozenset()  # first months on a new basis: no change is taken across one
    values: Path_ = field(default_factory=dict)
    inferred: set[int] = field(default_factory=set)
    known: dict[Asked, Any] = field(default_factory=dict)  # answers that hold until the next news

    def advance(self, day: date) -> str | None:
        """Learn what became public up to `day`; the last release that brought something."""
        last = None
        while self.rows and self.rows[0][0] <= day:
            _, month, value, kind, last = self.rows.pop(0)
            if value is None:  # known no more
                self.values.pop(month, None)
                continue
            self.values[month] = value
            (self.inferred.add if kind == "inferred" else self.inferred.discard)(month)
        if last is not None:
            self.known.clear()
        return last

    def _held(self, work_out: Callable[[int, int, int], T], month: int, window: int, stale: int) -> T:
        """What `work_out` says, worked out once until the next news."""
        asked = (work_out.__name__, month, window, stale)
        if asked not in self.known:
            self.known[asked] = work_out(month, window, stale)
        return cast(T, self.known[asked])

    def newest(self, month: int, stale: int) -> int | None:
        return next((m for m in range(month, month - stale - 1, -1) if m in self.values), None)

    def measured(self, month: int, window: int, stale: int) -> tuple[float, list[float]] | None:
        """The value (form level) or change (form change) at `month` and the past ones it is held against.

        None where it is not known, or fewer past ones than PAST percent of the window are.
        """
        return self._held(self._measured, month, window, stale)

    def _measured(self, month: int, window: int, stale: int) -> tuple[float, list[float]] | None:
        at = self.newest(month, stale)
        if at is None:
            return None
        if self.form == "level":
            past = [self.values[m] for m in range(at - window + 1, at + 1) if m in self.values]
            return (self.values[at], past) if len(past) * 100 >= window * PAST else None
        if (lag := self._lag(at)) is None:
            return None
        changes = [self.values[m] - self.values[m - lag] for m in range(at - window + 1, at + 1)
                   if m in self.values and m - lag in self.values and self.compare(m - lag, m)]  # fmt: skip
        enough = len(changes) * 100 >= window * PAST
        return (self.values[at] - self.values[at - lag], changes) if enough else None

    def path(self, month: int, window: int, stale: int) -> dict[int, float]:
        """The component in standard deviations, with its sign, by month up to the newest; {} where it is not known."""
        at, known = self.newest(month, stale), self.measured(month, window, stale)
        if at is None or known is None or not (spread := statistics.stdev(known[1])):
            return {}
        usual = statistics.fmean(known[1]) if self.form == "level" else 0.0
        lag = 0 if self.form == "level" else self._lag(at)
        span = [m for m in range(at - window + 1, at + 1) if m in self.values]
        if lag:
            span = [m for m in span if m - lag in self.values and self.compare(m - lag, m)]
        moved = {m: self.values[m] - (self.values[m - lag] if lag else 0.0) for m in span}
        return {m: self.sign * (value - usual) / spread for m, value in moved.items()}

    def _lag(self, at: int) -> int | None:
        """Months between the value at `at` and the one its change is taken from: the nearest to a year."""
        lags = [lag for lag in range(SPAN[0], SPAN[1] + 1) if at - lag in self.values and self.compare(at - lag, at)]
        return min(lags, key=lambda lag: abs(lag - 12)) if lags else None

    def compare(self, start: int, end: int) -> bool:
        """Are both months on one basis?"""
        return not any(start < month <= end for month in self.breaks)

    def span(self, month: int, window: int, stale: int) -> int:
        """How many past values or changes `month` is held against."""
        known = self.measured(month, window, stale)
        return len(known[1]) if known else 0

    def standardised(self, month: int, window: int, stale: int) -> float | None:
        """The component at `month` in standard deviations; None where it is not known."""
        return self._held(self._standardised, month, window, stale)

    def _standardised(self, month: int, window: int, stale: int) -> float | None:
        known = self.measured(month, window, stale)
        if known is None or not (spread := statistics.stdev(known[1])):
            return None
        usual = statistics.fmean(known[1]) if self.form == "level" else 0.0
        return (known[0] - usual) / spread

    def rank(self, month: int, window: int, stale: int) -> float | None:
        """Where `month` stands among the past: 0 the weakest, 100 the strongest for what the composite measures."""
        known = self.measured(month, window, stale)
        if known is None:
            return None
        now, past = known
        lower = sum(value < now for value in past) + sum(value == now for value in past) / 2
        share = 100 * lower / len(past)
        return share if self.sign > 0 else 100 - share


def month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _breaks(frame: pl.DataFrame) -> frozenset[int]:
    """Months with which the definitions of a frame change their meaning."""
    found = breaks().filter(pl.col("definition").is_in(frame["definition"].unique().to_list()))
    return frozenset(month_number(day) for day in found["period_end"])


def _rows(frame: pl.DataFrame) -> list[Row]:
    frame = frame.sort("vintage_date", "first_seen", maintain_order=True)
    chosen = frame.select("vintage_date", "period_end", "value", "vintage_kind", "release_id").iter_rows()
    return [(seen, month_number(end), value, kind, release) for seen, end, value, kind, release in chosen]


def _prints(records: Mapping[str, pl.DataFrame], name: str) -> pl.DataFrame:
    """Figures as a calendar first showed them, public on the release day."""
    table = records.get("consensus_forecast")
    if table is None:
        return pl.DataFrame(schema=dict(CLAIM))
    table = table.filter((pl.col("indicator") == name) & pl.col("actual").is_not_null())
    day = pl.col("release_date").cast(pl.String).str.to_date()
    return table.select(
        value=pl.col("actual").cast(pl.Float64), vintage_date=day, first_seen=day.cast(pl.Datetime("us")),
        vintage_kind=pl.lit("observed"), release_id=pl.col("release_id"),
        period_end=pl.col("period").map_elements(period_end, return_dtype=pl.Date),
    )  # fmt: skip


INDICATORS = {one.id: one for one in (banking.overdue_ratio, policy.key_rate_mean, policy.real_key_rate)}
"""Indicators that a component of composite.yaml may be."""


def inputs() -> tuple[Input, ...]:
    """What the components of composite.yaml are read from."""
    found: list[Input] = []
    for spec in (spec for book in composites().values() for spec in book["components"].values()):
        if "print" in spec:
            found += [Record("consensus_forecast"), series(**spec["published"])]
        elif "indicator" in spec:
            found.append(INDICATORS[spec["indicator"]["id"]])
        else:
            found.append(series(**spec["select"]))
    return tuple(dict.fromkeys(found))


def _source(spec: Mapping[str, Any], build: Build) -> pl.DataFrame:
    if "print" in spec:
        printed = _prints(build.records, spec["print"])
        published = pick(build.vintages, **spec["published"])
        return pl.concat([printed, published.select(printed.columns)])
    if "indicator" in spec:
        return _indicator(spec["indicator"], build)
    rows = pick(build.vintages, **spec["select"])
    if spec["select"].get("basis") == ["month", "ytd"]:  # February: both months together; no single January
        month = pl.col("period_end").dt.month()
        rows = rows.filter(((pl.col("basis") == "month") & (month > 2)) | ((pl.col("basis") == "ytd") & (month == 2)))
    return rows


def _indicator(spec: Mapping[str, str], build: Build) -> pl.DataFrame:
    """Rows of an indicator for the whole country."""
    filters = {name: value for name, value in spec.items() if name != "id"}
    rows = INDICATORS[spec["id"]](build)
    return pick(rows, **({"ref_area": "RUS"} | filters)).filter(pl.col("currency").is_in(["ALL", NONE]))


def load(area: str, build: Build) -> list[Component]:
    components = []
    for name, spec in composites()[area]["components"].items():
        source = _source(spec, build)
        basis = frozenset() if spec["form"] == "level" else _breaks(source)
        components.append(Component(name, spec["weight"], spec["sign"], spec["form"], _rows(source), basis))
    return components
