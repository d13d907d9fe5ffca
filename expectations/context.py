"""What the suites of the context have in common: one table of points, and the bounds of each unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from expectations.rules import Expectation, filled, has_columns, of_type, one_of, rows, unique, where, within

COLUMNS = {
    "series": "str",
    "period_end": "date",
    "printed": "float",
    "value": "float",
    "precision": "float",
    "unit": "str",
}
EXPLAINED = "The reader makes these columns of every point."
FORECASTS = (
    "indicator",
    "currency",
    "period",
    "covers",
    "surveyor",
    "forecast",
    "unit",
    "forecast_seen_at",
    "release_date",
)
Bounds = Mapping[str, tuple[float, float, str]]
"""Least and most value by base unit, and why."""


def points(bounds: Bounds, first: date, why_first: str) -> list[Expectation]:
    """Rules of a table of points: complete, one value a period and vintage of a series, each in its unit's bounds."""
    within_unit = [
        where(within("value", least, most, why), "unit", unit, f"value in {unit}")
        for unit, (least, most, why) in bounds.items()
    ]
    return [
        *has_columns(COLUMNS, EXPLAINED),
        *filled(*COLUMNS, why="A figure without series, period, unit or rounding cannot be joined to another."),
        rows(1, None, "An answer without a value is no data."),
        unique("series", "period_end", "published", why="A series has one value a period, as of one day."),
        one_of("unit", bounds, "The layout knows these units; another one has not been explained."),
        within("period_end", first, None, why_first),
        *within_unit,
    ]


def forecasts() -> list[Expectation]:
    """Rules of rows of consensus_forecast that a calendar's copy gives."""
    return [
        *[
            of_type(name, "str", "Records are kept as text until they are loaded.")
            for name in FORECASTS
            if name != "currency"
        ],
        *filled(
            *(name for name in FORECASTS if name != "currency"),
            why="A forecast counts only with its figure, surveyor and the moment it was seen.",
        ),
        one_of("covers", ("month", "ytd"), "Releases are of a month, or of January and February together."),
        one_of("unit", ("percent", "USD", "CNY"), "Growth is in percent, a balance in its currency."),
    ]


def events() -> list[Expectation]:
    """Rules of rows of policy_event."""
    return [
        *filled("date", "title", "kind", why="An event without a day or a name cannot stand on a time axis."),
        rows(1, None, "A list of no events is no list."),
    ]
