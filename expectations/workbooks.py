"""What the Bank of Russia's loan workbooks have in common: areas, currencies of denomination, months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from expectations.rules import (
    Expectation,
    exactly_columns,
    filled,
    one_of,
    rows,
    unique,
    within,
)
from expectations.suites import Suite
from transforms.banking import titled_areas
from transforms.banking.statistic import Book

KEYS = {"period_end": "date", "reporting_date": "date", "area_level": "str", "ref_area": "str", "area_name": "str",
        "currency": "str"}  # fmt: skip
LEVELS = ("country", "federal_district", "region", "part_of_region")
FIRST = date(2017, 12, 31)
"""No book starts earlier: the first column of 02_02 is as of 1 January 2018."""
ROUBLES = 200e12
"""Household debt was about 36 trillion in 2025; thousands read as millions pass this at once."""
NEGATIVE = "Amounts are never negative, and far below this: more is a misread unit."
EXPLAINED = "The reader makes these columns and no others: another one is a figure nobody has explained."


def table(
    keys: Mapping[str, str], amounts: Sequence[str], *, since: tuple[date, str], most: tuple[float, str],
    least_rows: tuple[int, str], most_rows: int | None = None, averages: Sequence[str] = (),
) -> list[Expectation]:  # fmt: skip
    """What the table of any book must be: its columns, `keys` filled and unique, months and amounts within bounds.

    Sums are no matter of the table: `expectations.identities` judges those that the reading prints.
    """
    columns = {**keys, **dict.fromkeys((*amounts, *averages), "float"), "precision": "float"}
    currencies = "Sheets are in roubles, in foreign currency, and together."
    return [
        *exactly_columns(columns, EXPLAINED),
        *filled(*keys, why="They say what a figure is; no row may lack one."),
        unique(*keys, why="A sheet prints a row once a month."),
        *([one_of("currency", {"RUB", "FX", "ALL"}, currencies)] if "currency" in keys else []),
        within("period_end", since[0], None, since[1]),
        *[within(column, 0, *most) for column in amounts],
        rows(least_rows[0], most_rows, least_rows[1]),
    ]


def of_areas(
    amounts: Sequence[str], averages: Sequence[str], least_rows: int, since: date = FIRST
) -> list[Expectation]:
    """The same of a table by area of Russia: `amounts` are bounded as any in roubles are, `averages` are not."""
    before = "No book starts earlier: an older date was mistyped or not converted."
    levels = "Country, districts, regions and their parts stay apart, or sums triple."
    few = "Even one month has these rows in each currency."
    return [
        *table(KEYS, amounts, since=(since, before), most=(ROUBLES, NEGATIVE), least_rows=(least_rows, few),
               averages=averages),
        one_of("area_level", LEVELS, levels),
    ]  # fmt: skip


AREAS = {"banking.regional": 9, "banking.national": 1}
"""Rows that even one month has in each currency: the country and eight districts, or the country alone."""
BOUNDS = {  # unit, basis -> least, most, why; in base units
    ("RUB", "stock"): (0, ROUBLES, NEGATIVE),
    ("RUB", "month"): (0, 10e12, "The busiest month so far had 1.9 trillion roubles of all household loans."),
    ("count", "month"): (0, 1_000_000, "The busiest month so far had 238,197 mortgages in all of Russia."),
    ("months", "month"): (1, 600, "Mortgages run for up to 50 years; a term of 0 is the book's sign for no loans."),
    ("percent", "rate"): (0.01, 50, "No monthly average has come near; a rate of 0 is the book's sign for no loans."),
    ("percent", "month"): (0, 100, "A share in percent of a whole."),
}


AVERAGES = {
    "term": (480, "No loan is granted for more than forty years on average."),
    "rate": (100, "A lending rate in percent a year."),
}
FUNDS = date(2000, 12, 31)
"""Books of funds start later, each in its own year; an earlier date was mistyped."""


def of(layout: Book | titled_areas.Layout) -> Suite:
    """The suite of a layout: keys, and bounds by unit; of one whose books are told by titles, by measure."""
    if isinstance(layout, titled_areas.Layout):
        return _of_titled(layout)
    currencies = {currency for m in layout.measures.values() for currency in (m.sheets or layout.sheets)}

    def expectations(context: Mapping[str, Any]) -> list[Expectation]:
        return [
            *of_areas([], list(layout.measures), AREAS[layout.reader] * len(currencies), layout.since),
            one_of("currency", currencies, "The book has sheets of these currencies."),
            *([one_of("ref_area", {"RUS"}, "This book has the country alone.")] if AREAS[layout.reader] == 1 else []),
            *[within(name, *BOUNDS[m.unit.base, m.basis]) for name, m in layout.measures.items()],
        ]

    return Suite(expectations)


def _of_titled(layout: titled_areas.Layout) -> Suite:
    averages = [name for name in layout.measures if name in AVERAGES]
    amounts = [name for name in layout.measures if name not in AVERAGES]

    def expectations(context: Mapping[str, Any]) -> list[Expectation]:
        return [
            *of_areas(amounts, averages, 9 * 2, FUNDS if "funds" in amounts else FIRST),
            *[within(name, 0, *AVERAGES[name]) for name in averages],
        ]

    return Suite(expectations)
