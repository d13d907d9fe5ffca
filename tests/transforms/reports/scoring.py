"""Scores of a reader of prose: which of the certain figures it loads, with what wrong, which loads are none, what is silent."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from transforms.indicators.stated import base_unit, last_day
from transforms.model import Reading


@dataclass
class Score:
    certain: int = 0
    found: int = 0
    right: int = 0
    loads: int = 0
    wrong: list[str] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    """What the wrong loads are: the kind of trap that was loaded, or the part that is wrong of a certain figure."""
    misses: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    recall: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def line(self) -> str:
        return (f"found {self.found}/{self.certain}, right in all parts {self.right}, wrong loads {len(self.wrong)}/{self.loads}, "
                f"silent {len(self.silent)}; wrong by kind: {dict(self.kinds.most_common()) or 'none'}")  # fmt: skip

    @property
    def faulty(self) -> int:
        """Loads with a value that is none, or with a part that is another than what the text says."""
        return self.kinds.total()


def near(one: object, other: object) -> bool:
    """Are two values the same but for rounding of thirds?"""
    try:
        a, b = float(str(one)), float(str(other))
    except ValueError:
        return False
    return abs(a - b) <= 1e-4 * max(abs(a), abs(b), 1e-12)


def month(stated: str | None) -> str | None:
    """The last month that a date or period speaks of; the first of a month stands for the end of the month before."""
    if not stated:
        return None
    last = stated.rpartition("/")[2]
    if re.fullmatch(r"\d{4}", last):
        return f"{last}-12"
    if re.fullmatch(r"\d{4}-\d\d-01", last):
        day = last_day(last)
        return f"{day:%Y-%m}" if day else None
    return last[:7]


def loads(reading: Reading) -> list[dict[str, Any]]:
    """The figures of a reading with their value in the base unit."""
    rows = []
    for row in reading.table.iter_rows(named=True):
        unit = base_unit(row["unit"])
        rows.append(row | {"base": float(row["value"]) * (unit[1] if unit else 1.0)})
    return rows


def add(
    score: Score,
    name: str,
    reading: Reading,
    wanted: Iterable[Mapping[str, Any]],
    language: str,
    either: Iterable[float] = (),
    traps: Mapping[float, str] | None = None,
) -> None:
    """Hold a reading against `wanted`: value, measure, segment, as_of, originator; None for what is not judged.

    `either`: values that may be loaded or not; `traps`: values that must not be, with what they are.
    """
    rows = loads(reading)
    wanted = list(wanted)
    for want in wanted:
        score.certain += 1
        same = [row for row in rows if near(row["base"], want["value"])]
        kind = f"{language} {want['measure']}"
        score.recall[kind]["certain"] += 1
        if not same:
            missing = next(
                (u.missing for u in reading.unread if u.value is not None and near(u.value, want["value"])), "silent"
            )
            score.misses.append(f"{name}: {want['value']:g} {want['measure']} {want['segment']}: {missing}")
            continue
        score.found += 1
        score.recall[kind]["found"] += 1
        errors = min((_errors(row, want) for row in same), key=len)
        score.right += not errors
        score.kinds.update(error.split()[0] for error in errors if error.split()[1] != "None")
        if errors:
            score.misses.append(f"{name}: {want['value']:g} {want['measure']} {want['segment']}: {errors}")
    for row in rows:
        score.loads += 1
        known = [*(want["value"] for want in wanted), *either]
        if not any(near(row["base"], value) for value in known):
            trap = next((kind for value, kind in (traps or {}).items() if near(row["base"], value)), "no figure")
            score.kinds[trap] += 1
            score.wrong.append(f"{name}: {row['base']:g} {row['indicator']} {row['segment']} {row['as_of']}")


def _errors(row: Mapping[str, Any], want: Mapping[str, Any]) -> list[str]:
    errors = [f"{key} {row[column]} for {want[key]}" for key, column in (("measure", "indicator"), ("segment", "segment"))
              if want[key] is not None and row[column] != want[key]]  # fmt: skip
    if want["as_of"] is not None and month(row["as_of"]) != month(want["as_of"]):
        errors.append(f"date {row['as_of']} for {want['as_of']}")
    if want["originator"] is not None and not str(row["originator"] or "").endswith(want["originator"]):
        errors.append(f"originator {row['originator']} for {want['originator']}")
    return errors
