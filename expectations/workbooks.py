"""What the Bank of Russia's loan workbooks have in common: areas, currencies of denomination, and their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from expectations.rules import (
    Expectation,
    adds_up,
    exactly_columns,
    filled,
    one_of,
    part_of,
    rows,
    rows_add_up,
    unique,
    within,
)
from expectations.suites import Suite
from transforms.banking.statistic import Book

KEYS = {"period_end": "date", "reporting_date": "date", "area_level": "str", "ref_area": "str", "area_name": "str",
        "currency": "str"}  # fmt: skip
LEVELS = ("country", "federal_district", "region", "part_of_region")
FIRST = date(2017, 12, 31)
"""No book starts earlier: the first column of 02_02 is as of 1 January 2018."""
ROUBLES = 200e12
"""Household debt was about 36 trillion in 2025; thousands read as millions pass this at once."""
CURRENCY_SUM, AREA_SUM = "RUB + FX = ALL", "districts = country"


def currency_sums(
    columns: Sequence[str], by: Sequence[str], why: str, precision: Mapping[str, str] | None = None
) -> list[Expectation]:
    """RUB + FX = ALL; `by` is what the three rows of a sum have in common. Amounts are precise to column `precision`,
    those that `precision` names to what it says."""
    sign = "CASE currency WHEN 'RUB' THEN 1 WHEN 'FX' THEN 1 WHEN 'ALL' THEN -1 END"
    return [
        rows_add_up(f"{column}: {CURRENCY_SUM}", column, why, sign=sign, by=by, terms=3,
                    precision=(precision or {}).get(column, "precision"))
        for column in columns
    ]  # fmt: skip


def district_sums(
    columns: Sequence[str], by: Sequence[str], why: str, precision: Mapping[str, str] | None = None
) -> list[Expectation]:
    """Eight federal districts = country; `by` is what the nine rows of a sum have in common."""
    sign = "CASE WHEN ref_area = 'RUS' THEN -1 WHEN starts_with(ref_area, 'RUS_FD_') THEN 1 END"
    return [
        rows_add_up(f"{column}: {AREA_SUM}", column, why, sign=sign, by=by, terms=9,
                    precision=(precision or {}).get(column, "precision"))
        for column in columns
    ]  # fmt: skip


def common(
    measures: Mapping[str, str], amounts: Sequence[str], precision: Mapping[str, str] | None = None, *,
    bounded: Sequence[str] | None = None, since: date = FIRST,
) -> list[Expectation]:  # fmt: skip
    """Expectations of a table with `measures` (column -> type), of which `amounts` (roubles or counts) add up.

    `bounded` are the amounts whose bounds are those of any amount in roubles: all of them by default.
    """
    explained = "The reader makes these columns; another one is a figure nobody has explained."
    keys = ("period_end", "ref_area", "area_level", "currency")
    negative = "Amounts are never negative, and far below this: more is a misread unit."
    covered = "Eight districts cover the country: a row lost or read twice shows here."
    both = "The third sheet is the sum of the two, to rounding."
    return [
        *exactly_columns({**KEYS, **measures, "precision": "float"}, explained),
        *filled(*keys, why="They say what a figure is; no row may lack one."),
        unique("period_end", "ref_area", "currency", why="Each sheet prints an area once a month."),
        one_of("currency", {"RUB", "FX", "ALL"}, "Sheets are in roubles, in foreign currency, and together."),
        one_of("area_level", LEVELS, "Country, districts, regions and their parts stay apart, or sums triple."),
        within("period_end", since, None, "No book starts earlier: an older date was mistyped or not converted."),
        *[within(column, 0, ROUBLES, negative) for column in (amounts if bounded is None else bounded)],
        *currency_sums(amounts, ["period_end", "ref_area"], both, precision),
        *district_sums(amounts, ["period_end", "currency"], covered, precision),
    ]


AREAS = {"banking.regional": 9, "banking.national": 1}
"""Rows that even one month has in each currency: the country and eight districts, or the country alone."""
BOUNDS = {  # unit, basis -> least, most, why; in base units
    ("RUB", "stock"): (0, ROUBLES, "Amounts are never negative, and far below this: more is a misread unit."),
    ("RUB", "month"): (0, 10e12, "The busiest month so far had 1.9 trillion roubles of all household loans."),
    ("count", "month"): (0, 1_000_000, "The busiest month so far had 238,197 mortgages in all of Russia."),
    ("months", "month"): (1, 600, "Mortgages run for up to 50 years; a term of 0 is the book's sign for no loans."),
    ("percent", "rate"): (0.01, 50, "No monthly average has come near; a rate of 0 is the book's sign for no loans."),
    ("percent", "month"): (0, 100, "A share in percent of a whole."),
}


def of(layout: Book) -> Suite:
    """The suite of a layout: keys, bounds by unit, RUB + FX = ALL, districts = country, its sums and parts.

    `precision` is that of money where there is any; counts are whole.
    """
    amounts = [name for name, m in layout.measures.items() if m.unit in ("RUB", "count")]
    money = any(m.unit == "RUB" for m in layout.measures.values())
    whole = {name: "0.5" for name in amounts if money and layout.measures[name].unit == "count"}
    currencies = {currency for m in layout.measures.values() for currency in (m.sheets or layout.sheets)}

    def expectations(context: Mapping[str, Any]) -> list[Expectation]:
        said = {name: BOUNDS[m.unit, m.basis] for name, m in layout.measures.items()}
        sums = [{s.total: -1} | dict.fromkeys(s.parts, 1) for s in layout.sums]
        return [
            *common(dict.fromkeys(layout.measures, "float"), amounts, whole, bounded=(), since=layout.since),
            one_of("currency", currencies, "The book has sheets of these currencies."),
            *([one_of("ref_area", {"RUS"}, "This book has the country alone.")] if AREAS[layout.reader] == 1 else []),
            rows(AREAS[layout.reader] * len(currencies), None, "Even one month has these rows in each currency."),
            *[within(name, *bounds) for name, bounds in said.items()],
            *[adds_up(terms, "The book prints the parts and their sum.",
                      precision={term: whole.get(term, "precision") for term in terms}) for terms in sums],
            *[part_of(part, of_what, "It is part of the debt of the same borrowers.")
              for part, of_what in layout.at_most.items()],
        ]  # fmt: skip

    return Suite(expectations)
