"""How a derived series is computed for every vintage of its inputs.

Two ways, both over a frame of vintages (columns of CLAIM, several rows per series and period):

* `align` matches the inputs of a formula cell by cell and, for each day on which one of them changed, puts the
  values known that day side by side. Vectorised: a growth rate of every series for all days is one call.
* `each_vintage` runs a function on the panel known on each such day, for what needs a whole path (records, filters).

The vintage of a result is the newest vintage among the inputs used, so `as of` a day never sees the future.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import polars as pl

from transforms.banking.definitions import comparable
from transforms.model import CLAIM, DEFAULTS, DIMENSIONS, NONE

PROVENANCE = ("vintage_kind", "release_id", "first_seen")


class DefinitionMix(ValueError):
    """A derived series would join two definitions, currencies or units."""


@dataclass(frozen=True)
class Part:
    """One input of a formula: its vintages, moved `lag` months forward, matched by `on` (default: all keys).

    `across` says how the result tells that this input is of another definition than the first.
    """

    frame: pl.DataFrame
    lag: int = 0
    on: tuple[str, ...] | None = None
    across: str = ""


def pick(vintages: pl.DataFrame, **filters: str | Collection[str]) -> pl.DataFrame:
    """Rows whose dimensions have the given value, or one of the given values."""
    tests = [
        pl.col(name) == value if isinstance(value, str) else pl.col(name).is_in(list(value))
        for name, value in filters.items()
    ]
    return vintages.filter(*tests)


def align(keys: Sequence[str], **parts: Part) -> pl.DataFrame:
    """The values of all parts known on each day one of them changed; cells where a part is missing are left out.

    Returns keys, period_end, vintage_date, PROVENANCE and, for each part, columns `name` and `name_precision`.
    The first part must be matched by all keys. Raises DefinitionMix when rows of one part that differ in a
    dimension outside its keys (definition, currency, unit ...) would end in one derived series, or when a part is of
    another definition of loans than the first, neither the same nor its scope, and does not say `across` what.
    """
    _comparable(parts)
    prepared, cells = {}, None
    for name, part in parts.items():
        on = [*(keys if part.on is None else part.on), "period_end"]
        frame = part.frame.filter(pl.col("value").is_finite())
        _one_statistic(name, frame, [key for key in on if key != "period_end"])
        if part.lag:
            frame = frame.with_columns(pl.col("period_end").dt.offset_by(f"{part.lag}mo").dt.month_end())
        frame = frame.sort("vintage_date", "first_seen", maintain_order=True).unique(
            [*on, "vintage_date"], keep="last", maintain_order=True
        )
        prepared[name] = (on, frame.select(*on, "vintage_date", "value", "precision", *PROVENANCE))
        known = frame.select(on).unique()
        cells = known if cells is None else cells.join(known, on=on)
    assert cells is not None
    events = pl.concat(
        [
            cells.join(frame.select(*on, "vintage_date"), on=on).select(*keys, "period_end", "vintage_date")
            for on, frame in prepared.values()
        ]
    )
    table = events.unique().sort("vintage_date")
    for name, (on, frame) in prepared.items():
        renamed = {"value": name, "precision": f"{name}_precision", **{c: f"{name}_{c}" for c in PROVENANCE}}
        frame = frame.with_columns(pl.col("vintage_date").alias(f"{name}_vintage")).rename(renamed)
        table = table.join_asof(frame, on="vintage_date", by=on, check_sortedness=False)
    return _summarise(table.drop_nulls(list(prepared)), list(prepared))


def _one_statistic(name: str, frame: pl.DataFrame, on: list[str]) -> None:
    """Refuse a part that has, for one key, rows of more than one definition, currency, unit or other dimension."""
    others = [d for d in DIMENSIONS if d not in on and d in frame.columns]
    counts = frame.group_by(on).agg(pl.col(others).n_unique()) if on else frame.select(pl.col(others).n_unique())
    for dimension in others:
        if counts.filter(pl.col(dimension) > 1).height:
            seen = frame[dimension].unique().sort().to_list()
            raise DefinitionMix(f"input {name} would join rows of different {dimension}: {seen}")


def _comparable(parts: Mapping[str, Part]) -> None:
    """Refuse parts of which one is no part of the other: 90+ over the loans of another table."""
    (first, lead), *others = parts.items()
    for name, part in others:
        if part.across or "definition" not in lead.frame.columns or "definition" not in part.frame.columns:
            continue
        if part.on is None or "definition" in part.on:
            continue  # matched by it
        for one, other in product(lead.frame["definition"].unique(), part.frame["definition"].unique()):
            if not comparable(one, other):
                raise DefinitionMix(f"{first} of {one} and {name} of {other} would meet in one series")


def _summarise(table: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    """Vintage, kind and release of a row from those of the values used in it."""
    newest = pl.max_horizontal(f"{n}_vintage" for n in names)
    release = pl.coalesce(pl.when(pl.col(f"{n}_vintage") == newest).then(f"{n}_release_id") for n in names)
    inferred = pl.any_horizontal(pl.col(f"{n}_vintage_kind") == "inferred" for n in names)
    table = table.with_columns(
        vintage_date=newest,
        release_id=release,
        first_seen=pl.max_horizontal(f"{n}_first_seen" for n in names),
        vintage_kind=pl.when(inferred).then(pl.lit("inferred")).otherwise(pl.lit("observed")),
    )
    return table.drop(f"{n}_{c}" for n in names for c in ("vintage", *PROVENANCE))


def known_on(frame: pl.DataFrame, day: date, keys: Sequence[str]) -> pl.DataFrame:
    """The newest row of each cell (keys, period_end) that was public on `day`."""
    return (
        frame.filter(pl.col("vintage_date") <= day)
        .sort("vintage_date", "first_seen", maintain_order=True)
        .unique([*keys, "period_end"], keep="last", maintain_order=True)
        .sort(*keys, "period_end")
    )


def each_vintage(
    frame: pl.DataFrame, keys: Sequence[str], function: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """`function` applied to the panel known on each day the panel changed; only changed values are kept.

    `function` takes the panel (one row per keys and period_end) and returns rows with the columns it was given,
    `value` replaced. The vintage of a result is the day of the panel. Raises DefinitionMix as `align` does.
    """
    _one_statistic("panel", frame, list(keys))
    parts = [frame.clear()]
    for day in frame["vintage_date"].unique().sort():
        panel = function(known_on(frame, day, keys))
        parts.append(panel.with_columns(pl.lit(day).alias("vintage_date")))
    return compact(pl.concat(parts, how="diagonal"), keys)


def newest_of(keys: Sequence[str], *frames: pl.DataFrame) -> pl.DataFrame:
    """Several accounts of the same statistic as one: the newest wins, on the same day the earlier frame.

    Frames hold CLAIM columns. For a balance that is printed, computed from its parts, or summed over months. Raises
    DefinitionMix where accounts of one key differ in definition, currency or unit: they are not of one statistic.
    """
    said = [name for name in ("definition", "currency", "unit") if all(name in frame.columns for frame in frames)]
    _one_statistic("account", pl.concat([frame.select(*keys, *set(said) - set(keys)) for frame in frames]), list(keys))
    columns = [*keys, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    cell = [*keys, "period_end", "vintage_date"]
    ranked = [
        frame.select(columns).unique(cell, keep="last", maintain_order=True).with_columns(rank=pl.lit(i))
        for i, frame in enumerate(frames)
    ]
    merged = pl.concat(ranked).sort(*cell, "rank").unique(cell, keep="first", maintain_order=True)
    return compact(merged.drop("rank"), keys)


def compact(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Drop the vintages that repeat the value before them."""
    cell = [*keys, "period_end"]
    frame = frame.sort(*cell, "vintage_date")
    before = pl.col("value").shift(1).over(cell)
    same = (pl.col("value") - before).abs() <= 1e-12 * pl.max_horizontal(pl.col("value").abs(), pl.lit(1.0))
    return frame.filter(before.is_null() | ~same)


def emit(frame: pl.DataFrame, indicator: str, unit: str | None, **dimensions: str) -> pl.DataFrame:
    """Rows of a derived series with the columns of CLAIM: `frame` has keys, period_end, value and provenance.

    Without a `unit` its column of that name says it.
    """
    frame = frame.filter(pl.col("value").is_finite())
    constants = {"dataset": "indicator", "measure": indicator, "obs_status": "E"} | dimensions
    constants |= {"unit": unit} if unit else {}
    frame = frame.with_columns(**{name: pl.lit(value) for name, value in constants.items()})
    absent = {n: pl.lit(DEFAULTS.get(n)) for n in CLAIM if n not in frame.columns}
    frame = frame.with_columns(**absent).select(pl.col(n).cast(t) for n, t in CLAIM.items())
    return compact(frame.with_columns(pl.col(list(DIMENSIONS)).fill_null(NONE)), DIMENSIONS)
