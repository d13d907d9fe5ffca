"""How a derived series is computed for every vintage of its inputs.

Two ways, both over a frame of vintages (columns of CLAIM, several rows per series and period):

* `align` matches the inputs of a formula cell by cell and, for each day on which one of them changed, puts the
  values known that day side by side. Vectorised: a growth rate of every series for all days is one call.
* `each_vintage` runs a function on the panel known on each such day, for what needs a whole path (records, filters).

The vintage of a result is the newest vintage among the inputs used, so `as of` a day never sees the future.

A value that was known and is not any more (its base was revised to nothing, a record can no longer be told) has a
vintage without a value from that day on: a row whose value is null, dropped where nothing was known before (`compact`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product

import polars as pl

from transforms import asof
from transforms.banking.definitions import comparable
from transforms.model import CLAIM, DEFAULTS, DIMENSIONS, NONE
from transforms.periods import shift_months

PROVENANCE = ("vintage_kind", "release_id", "first_seen", "obs_status")


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


def align(keys: Sequence[str], since: date = date.min, /, **parts: Part) -> pl.DataFrame:
    """The values of all parts known on each day one of them changed; cells where a part is missing are left out.

    A part that was known and is not any more is null. With `since` only the days from then on are told, for what needs
    no earlier ones (`Build.since`).

    Returns keys, period_end, vintage_date, PROVENANCE and, for each part, columns `name`, `name_precision`,
    `name_vintage`, `name_first` (the day its period became known) and `name_since` (the day from which on its value
    differs by no more than roundings). The status is U where one part is unreliable, P
    where one is preliminary, otherwise E.
    The first part must be matched by all keys. Raises DefinitionMix when rows of one part that differ in a
    dimension outside its keys (definition, currency, unit ...) would end in one derived series, or when a part is of
    another definition of loans than the first, neither the same nor its scope, and does not say `across` what.
    """
    _comparable(parts)
    prepared, cells = {}, None
    for name, part in parts.items():
        on = [*(keys if part.on is None else part.on), "period_end"]
        frame = part.frame.with_columns(finite())
        one_statistic(name, frame, [key for key in on if key != "period_end"])
        if part.lag:
            frame = frame.with_columns(pl.col("period_end").dt.offset_by(f"{part.lag}mo").dt.month_end())
        prepared[name] = (on, frame.select(*on, "vintage_date", "value", "precision", *PROVENANCE))
        known = frame.select(on).unique()
        cells = known if cells is None else cells.join(known, on=on)
    assert cells is not None
    if since > date.min:
        cells, prepared = _with_news(cells, prepared, since)
    for name, (on, frame) in prepared.items():
        frame = frame.sort("vintage_date", "first_seen", maintain_order=True)
        prepared[name] = (on, frame.unique([*on, "vintage_date"], keep="last", maintain_order=True))
    events = pl.concat(
        [
            cells.join(frame.select(*on, "vintage_date"), on=on).select(*keys, "period_end", "vintage_date")
            for on, frame in prepared.values()
        ]
    ).filter(pl.col("vintage_date") >= since)
    table = events.unique().sort("vintage_date")
    for name, (on, frame) in prepared.items():
        renamed = {"value": name, "precision": f"{name}_precision", **{c: f"{name}_{c}" for c in PROVENANCE}}
        seen, first = pl.col("vintage_date"), pl.when(pl.col("value").is_not_null()).then("vintage_date")
        frame = frame.with_columns(
            seen.alias(f"{name}_vintage"),
            first.min().over(on).alias(f"{name}_first"),
            _since(on).alias(f"{name}_since"),
        )
        frame = frame.rename(renamed)
        table = table.join_asof(frame, on="vintage_date", by=on, check_sortedness=False)
    return _summarise(table.drop_nulls([f"{name}_vintage" for name in prepared]), list(prepared))


Prepared = dict[str, tuple[list[str], pl.DataFrame]]
"""The parts of `align` by name: what each is matched by, and its rows."""


def _with_news(cells: pl.DataFrame, parts: Prepared, since: date) -> tuple[pl.DataFrame, Prepared]:
    """The cells of which a part has a row of the day `since` or later, and all rows of these cells."""
    changed = [
        cells.join(frame.filter(pl.col("vintage_date") >= since), on=on, how="semi") for on, frame in parts.values()
    ]
    cells = pl.concat(changed).unique()
    return cells, {
        name: (on, frame.join(cells, on=on, how="semi", maintain_order="left")) for name, (on, frame) in parts.items()
    }


def finite() -> pl.Expr:
    """The value, null where it is none."""
    return pl.when(pl.col("value").is_finite()).then(pl.col("value")).alias("value")


def _since(on: Sequence[str]) -> pl.Expr:
    """The vintage day with which the present value of each cell came, for rows in the order of days."""
    apart = (pl.col("value") - pl.col("value").shift(1)).abs()
    left, right = (pl.col("precision").fill_null(0.0).shift(n) for n in (0, 1))
    same = (apart <= 1e-12 * pl.col("value").abs()) | ((left != right) & (apart <= (left + right) * (1 + 1e-9)))
    came = pl.when(~same.fill_null(value=False)).then("vintage_date")
    return came.forward_fill().over(on)


def one_statistic(name: str, frame: pl.DataFrame, on: list[str]) -> None:
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
    doubtful, preliminary = (pl.any_horizontal(pl.col(f"{n}_obs_status") == s for n in names) for s in ("U", "P"))
    table = table.with_columns(
        vintage_date=newest,
        release_id=release,
        first_seen=pl.max_horizontal(f"{n}_first_seen" for n in names),
        vintage_kind=pl.when(inferred).then(pl.lit("inferred")).otherwise(pl.lit("observed")),
        obs_status=pl.when(doubtful).then(pl.lit("U")).when(preliminary).then(pl.lit("P")).otherwise(pl.lit("E")),
    )
    return table.drop(f"{n}_{c}" for n in names for c in PROVENANCE)


def one_footing(table: pl.DataFrame, *bases: str, of: str = "now") -> pl.DataFrame:
    """Rows of `align` whose bases are of the state of the figures in which the value `of` was published.

    A base revised since then is of another state: the row is left out, and the one with the base of that day stands
    until the value is published anew. A base that was not known at all that day may be of either: the row is kept and
    marked unreliable (obs_status U). Said again (`Build.words`), a value is of that day's state, a base no other one.
    """
    day = pl.col(f"{of}_vintage")
    later = [pl.col(f"{base}_since") > day for base in bases]
    unknown = [(pl.col(f"{base}_first") > day).fill_null(value=True) for base in bases]
    kept = table.filter(~pl.any_horizontal(late & ~new for late, new in zip(later, unknown, strict=True)))
    return kept.with_columns(obs_status=pl.when(pl.any_horizontal(unknown)).then(pl.lit("U")).otherwise("obs_status"))


def known_on(frame: pl.DataFrame, day: date, keys: Sequence[str]) -> pl.DataFrame:
    """The newest row of each cell (keys, period_end) that was public on `day`."""
    return asof.as_of(frame, day, [*keys, "period_end"])


def each_vintage(
    frame: pl.DataFrame,
    keys: Sequence[str],
    function: Callable[[pl.DataFrame], pl.DataFrame],
    *,
    of_newest: bool = False,
    since: date = date.min,
) -> pl.DataFrame:
    """`function` applied to the panel known on each day the panel changed; only changed values are kept.

    `function` takes the panel (one row per keys and period_end) and returns rows with the columns it was given,
    `value` replaced. The vintage of a result is the day of the panel. A cell that it made the day before and leaves out
    is not known any more, be it one of the panel or one made of several; with `of_newest` it speaks of the newest
    periods alone, and older ones stand. With `since` the days from then on are told, and the one before them, for what
    needs no earlier ones (`Build.since`). Raises DefinitionMix as `align` does.
    """
    one_statistic("panel", frame, list(keys))
    parts, cell, stood = [frame.clear()], [*keys, "period_end"], frame.clear()
    days = frame["vintage_date"].unique().sort()
    for day in days[max(int((days < since).sum()) - 1, 0) :]:
        panel = known_on(frame, day, keys)
        made = function(panel.drop_nulls("value")).with_columns(pl.lit(day).alias("vintage_date"))
        if len(parts) > 1 and not of_newest:
            parts.append(_ended(stood, made, panel, cell))
        stood = made
        parts.append(made)
    return compact(pl.concat(parts, how="diagonal"), keys)


def with_news(frame: pl.DataFrame, since: date, *months: int) -> pl.DataFrame:
    """Rows of the periods of which something became public on the day `since` or later, and of those so many `months`
    after (before, if negative) such a period."""
    if since == date.min:
        return frame
    ends = frame.filter(pl.col("vintage_date") >= since)["period_end"].unique()
    wanted = [shift_months(end, by) for end in ends for by in (0, *months)]
    return frame.filter(pl.col("period_end").is_in(wanted))


def _ended(stood: pl.DataFrame, made: pl.DataFrame, panel: pl.DataFrame, cell: Sequence[str]) -> pl.DataFrame:
    """The cells of `stood` that are not made any more, without a value: told by the newest word of the panel."""
    gone = stood.join(made, on=list(cell), how="anti")
    if gone.is_empty():
        return gone
    news = panel.sort("vintage_date", maintain_order=True).tail(1)
    told = [name for name in ("vintage_date", *PROVENANCE) if name in gone.columns and name in news.columns]
    said = {name: pl.lit(news[name][0], gone.schema[name]) for name in told}
    return gone.with_columns(value=pl.lit(None, pl.Float64), **said)


def unknown(panel: pl.DataFrame, made: pl.DataFrame, cell: Sequence[str], day: date) -> pl.DataFrame:
    """Rows without a value for the cells of a panel of which nothing was made on a day."""
    missing = panel.join(made, on=list(cell), how="anti")
    return missing.with_columns(pl.lit(None, pl.Float64).alias("value"), pl.lit(day).alias("vintage_date"))


def compact(frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Drop the vintages that repeat the value before them, and those without a value where there was none before.

    A value that is not finite is none: beside it every other one would seem the same.
    """
    return _changed(frame.with_columns(finite()), keys, pl.lit(value=False))


def _changed(frame: pl.DataFrame, keys: Sequence[str], first: pl.Expr) -> pl.DataFrame:
    """Vintages that differ from those before them; of the first one of a cell without a value `first` decides."""
    cell = [*keys, "period_end"]
    frame = frame.sort(*cell, "vintage_date")
    before, place = pl.col("value").shift(1).over(cell), pl.int_range(pl.len()).over(cell)
    same = (pl.col("value") - before).abs() <= 1e-12 * pl.max_horizontal(pl.col("value").abs(), pl.lit(1.0))
    gone = pl.when(place == 0).then(first).otherwise(before.is_not_null())
    return frame.filter(pl.when(pl.col("value").is_null()).then(gone).otherwise(before.is_null() | ~same))


def emit(frame: pl.DataFrame, indicator: str, unit: str | None, **dimensions: str) -> pl.DataFrame:
    """Rows of a derived series with the columns of CLAIM: `frame` has keys, period_end, value and provenance.

    Without a `unit` its column of that name says it. A value that is null or not finite is not known (status O): it
    ends what was known before; `Build` drops it where nothing was, which a frame of the newest days cannot tell.
    """
    frame = frame.with_columns(finite())
    constants = {"dataset": "indicator", "measure": indicator} | dimensions
    constants |= {"unit": unit} if unit else {}
    doubtful = pl.col("obs_status") == "U" if "obs_status" in frame.columns else pl.lit(value=False)
    gone = pl.col("value").is_null()
    status = pl.when(gone).then(pl.lit("O")).when(doubtful).then(pl.lit("U")).otherwise(pl.lit("E"))
    frame = frame.with_columns(obs_status=status, **{name: pl.lit(value) for name, value in constants.items()})
    absent = {n: pl.lit(DEFAULTS.get(n)) for n in CLAIM if n not in frame.columns}
    frame = frame.with_columns(**absent).select(pl.col(n).cast(t) for n, t in CLAIM.items())
    return _changed(frame.with_columns(pl.col(list(DIMENSIONS)).fill_null(NONE)), DIMENSIONS, pl.lit(value=True))
