"""What the ids of FRED mean: a layout names each series or family with its unit; an id that it lacks has no unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from transforms.context import census, iso
from transforms.context.points import Point, Points, layout
from transforms.model import Payload, ReadError
from transforms.periods import month_end, shift_months

STEPS = {1: "M", 3: "Q", 12: "A"}
"""Months from one observation to the next, and the frequency that has them."""


def meaning(identity: str) -> dict[str, Any] | None:
    """Dimensions, unit and title of a series, or None for one that fred.yaml lacks."""
    book = layout("fred")
    if known := book["series"].get(identity):
        return {"freq": "M", **known}
    for family in book["patterns"]:
        if match := re.fullmatch(family["id"], identity):
            parts, means = match.groupdict(), {"freq": "M", **family["means"]}
            if "basket" in parts:
                parts["basket"] = book["baskets"][parts["basket"]]
            means |= {name: of.format(**parts) for name, of in means.items() if name == "product_code"}
            for part, dimension, of in (("area", "ref_area", iso.area), ("partner", "counterpart_area", _partner)):
                if part in parts:
                    means[dimension] = of(parts[part])
            return means if None not in means.values() else None
    return None


def _partner(code: str) -> str | None:
    return layout("fred")["partners"].get(code) or census.area(code)


def add_series(
    points: Points,
    identity: str,
    cells: Sequence[tuple[date, Decimal, str]],
    payload: Payload,
    published: date | None = None,
) -> None:
    """Add (first day of the period, number, where) of a series; set aside what has no unit or was aggregated."""
    if not cells:
        return
    means = meaning(identity)
    if means is None:
        points.leave(
            identity,
            "unknown_series",
            "expected a series that fred.yaml names with its unit, got one it lacks",
            payload.name,
        )
        return
    title = means.pop("title")
    freq = _frequency([day for day, _, _ in cells], means["freq"], cells[0][2])
    if freq != means["freq"]:
        points.leave(
            identity,
            "aggregated",
            f"expected a series of frequency {means['freq']}, got one of frequency {freq}"
            " that FRED made of it; average, sum and end of period are different figures and the file does not"
            " say which it is",
            payload.name,
        )
        return
    for day, number, _ in cells:
        end = shift_months(day, {"M": 0, "Q": 2, "A": 11}[freq])
        points.found.append(Point(identity, end, number, means, title, published=published))


def _frequency(days: Sequence[date], declared: str, where: str) -> str:
    """Frequency that the days show; as declared where there are too few. Raises ReadError `bad_period`."""
    months = [day.year * 12 + day.month for day in days]
    steps = {after - before for before, after in pairwise(months)}
    if any(day.day != 1 for day in days) or any(step <= 0 for step in steps):
        raise ReadError(
            "bad_period", expected="first days of months, quarters or years in order", got=str(days[:3]), where=where
        )
    return STEPS.get(min(steps), declared) if steps else declared


def last_of_month(day: date) -> date:
    """The month end of a first day."""
    return month_end(day.year, day.month)
