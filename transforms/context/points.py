"""From the points of a publisher's answer to a reading: what a series means comes from a layout.

Every product of this room makes the same table, one row a point: `series` (the publisher's own key), `period_end`,
`printed` (the number in the publisher's unit), `value` and `precision` (in base units), `unit`, `published` (the day
that the bytes themselves state, null where they state none).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from transforms import identities, yaml_file
from transforms.identities import Identity
from transforms.model import OBSERVATION, PUBLISHED, ReadError, Reading, Release, SetAside, observations
from transforms.units import Unit, half_last_place, to_base

TABLE: Mapping[str, pl.DataType] = {
    "series": pl.String(),
    "period_end": pl.Date(),
    "printed": pl.Float64(),
    "value": pl.Float64(),
    "precision": pl.Float64(),
    "unit": pl.String(),
    "published": pl.Date(),
}
MEANING = ("unit", "factor", "places")
"""Keys of a meaning that say how a number is printed; the others are dimensions of the series."""


@dataclass(frozen=True)
class Point:
    """One number of an answer, with the dimensions of its series."""

    series: str  # the publisher's key
    period_end: date
    number: Decimal
    means: Mapping[str, Any]  # dimensions; unit, factor (to the base unit), places (the decimals that are printed)
    title: str = ""  # the publisher's words for it
    status: str = "A"
    published: date | None = None


@dataclass
class Points:
    """What a reader collects on its way."""

    found: list[Point] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    terms: pl.DataFrame = field(default_factory=identities.none)  # of the sums that the publisher prints

    def leave(self, row: str, code: str, reason: str, where: str = "") -> None:
        """Set a row aside, once."""
        entry = SetAside(row, code, reason, where)
        if entry not in self.set_aside:
            self.set_aside.append(entry)

    def judge(self, rows: Sequence[Mapping[str, object]], sums: Sequence[Identity]) -> set[str]:
        """Set rows aside that contradict the sums which a layout states; their names. Gate 1 gets those of the others.

        A row has a name (`row`), its place (`where`) and figures by the names that the sums have for them.
        """
        names = {"row", "where", *(name for one in sums for name in (one.total, *one.terms))}
        told = [
            {name: float(said) if isinstance(said, Decimal) else said for name, said in row.items() if name in names}
            for row in rows
        ]
        wrong, terms = identities.apart(pl.DataFrame(told, infer_schema_length=None), sums)
        for row, error in wrong.items():
            self.leave(row, error.code, f"expected {error.expected}, got {error.got}", error.where)
        self.terms = pl.concat([self.terms, terms])
        return set(wrong)


def sums(name: str) -> list[Identity]:
    """The sums that a layout states of each row."""
    return [Identity.model_validate(stated) for stated in layout(name)["identities"]]


@cache
def layout(name: str) -> dict[str, Any]:
    """The layout that lies beside the readers, e.g. layout("fred")."""
    return dict(yaml_file.load(Path(__file__).parent / f"{name}.yaml"))


def reading_of(
    product: str,
    points: Points,
    *,
    title: str,
    language: str = "en",
    where: str,
    records: Mapping[str, Any] | None = None,
) -> Reading:
    """All points as a reading. Raises ReadError `no_value`, `duplicate_row` (two numbers for one point of a series).

    The period of the release is that of the newest point; its day if points are daily, else its month.
    """
    if not points.found:
        told = "; ".join(f"{row.row}: {row.reason}" for row in points.set_aside[:3]) or "none"
        raise ReadError(
            "no_value",
            expected="at least one value that can be read with certainty",
            got=told,
            where=where,
            hint="An answer without values often means a code the service does not know.",
        )
    rows: list[tuple[object, ...]] = []
    made: list[dict[str, object]] = []
    for point in points.found:
        unit = Unit(str(point.means["unit"]), Decimal(str(point.means.get("factor", 1))))
        number = with_places(point.number, point.means.get("places"))
        value, precision = to_base(number, unit), half_last_place(number, unit)
        rows.append((point.series, point.period_end, float(number), value, precision, unit.base, point.published))
        dimensions = {name: str(of) for name, of in point.means.items() if name not in MEANING}
        made.append(
            dimensions
            | {
                "unit": unit.base,
                "period_end": point.period_end,
                "value": value,
                "precision": precision,
                "native_title": point.title or point.series,
                "obs_status": point.status,
                PUBLISHED: point.published,
            }
        )
    table = pl.DataFrame(rows, schema=dict(TABLE), orient="row")
    _refuse_two(table, where)
    frame = pl.DataFrame(made, infer_schema_length=None, schema_overrides={PUBLISHED: pl.Date})
    dated = frame[PUBLISHED]
    full = observations(
        frame.drop(PUBLISHED).with_columns(
            pl.col(name).fill_null(default) for name, default in _defaults(frame).items()
        )
    )
    if dated.null_count() < len(dated):
        full = full.with_columns(dated)
    newest = max(points.found, key=lambda point: point.period_end)
    daily = newest.means.get("freq") == "D"
    period = f"{newest.period_end:%Y-%m-%d}" if daily else f"{newest.period_end:%Y-%m}"
    days = [day for day in dated.to_list() if day]
    stamp = max(days).isoformat() if days else ""
    release = Release(product, period, title=title, language=language, page_stamp=stamp)
    return Reading(release, table, full, dict(records or {}), tuple(points.notes), set_aside=tuple(points.set_aside),
                   identities=points.terms)  # fmt: skip


def _defaults(frame: pl.DataFrame) -> dict[str, str]:
    from transforms.model import DEFAULTS

    return {name: value for name, value in DEFAULTS.items() if name in frame.columns and name in OBSERVATION}


def with_places(number: Decimal, places: int | None) -> Decimal:
    """The number with the places that its source prints: 8 was published as 8.0 (`places: 1`).

    A number with more digits keeps them all, unless they are noise of binary floats (254949.6927949999 of 6 places).
    """
    if places is None:
        return number
    printed = number.quantize(Decimal(1).scaleb(-places))
    noise = abs(number) * Decimal("1e-14")
    return printed if abs(printed - number) <= noise else number


def _refuse_two(table: pl.DataFrame, where: str) -> None:
    key = ["series", "period_end", "published"]
    twice = table.filter(pl.struct(key).is_duplicated())
    if not twice.is_empty():
        raise ReadError(
            "duplicate_row",
            expected="one value a period of a series",
            got=str(twice.head(2).select("series", "period_end", "printed").rows()),
            where=where,
        )


def by_series(points: Iterable[Point]) -> dict[str, Sequence[Point]]:
    """The points of each series, in the order they came."""
    found: dict[str, list[Point]] = {}
    for point in points:
        found.setdefault(point.series, []).append(point)
    return dict(found)
