"""What the Bank of Russia's loan workbooks have in common: areas, currencies of denomination, and their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from expectations.rules import Expectation, exactly_columns, filled, one_of, rows_add_up, unique, within

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
    measures: Mapping[str, str], amounts: Sequence[str], precision: Mapping[str, str] | None = None
) -> list[Expectation]:
    """Expectations of a table with `measures` (column -> type), of which `amounts` (roubles or counts) add up."""
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
        within("period_end", FIRST, None, "No book starts earlier: an older date was mistyped or not converted."),
        *[within(column, 0, ROUBLES, negative) for column in amounts],
        *currency_sums(amounts, ["period_end", "ref_area"], both, precision),
        *district_sums(amounts, ["period_end", "currency"], covered, precision),
    ]
