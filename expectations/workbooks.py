"""What the Bank of Russia's loan workbooks have in common: areas, currencies of denomination, and their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import polars as pl

from expectations.rules import Rule, exactly_columns, filled, gap_allowed, group_identity, one_of, unique, within

KEYS = {"period_end": "date", "reporting_date": "date", "area_level": "str", "ref_area": "str", "area_name": "str",
        "currency": "str"}  # fmt: skip
LEVELS = ("country", "federal_district", "region", "part_of_region")
FIRST = date(2017, 12, 31)
"""No book starts earlier: the first column of 02_02 is as of 1 January 2018."""
ROUBLES = 200e12
"""Household debt was about 36 trillion in 2025; thousands read as millions pass this at once."""
CURRENCY_SUM, AREA_SUM = "RUB + FX = ALL", "districts = country"


def sums(frame: pl.DataFrame, amounts: Sequence[str], precision: str = "precision") -> pl.DataFrame:
    """Add gap and allowance of: RUB + FX = ALL for each area, federal districts = country for each currency."""
    level = _signs("area_level", {"federal_district": 1, "country": -1})
    frame = currency_sums(frame, amounts, ["period_end", "ref_area"], precision)
    for column in amounts:
        frame = group_identity(frame, f"{column}: {AREA_SUM}", column, by=["period_end", "currency"],
                               signs=level, terms=9, precision=precision)  # fmt: skip
    return frame


def currency_sums(
    frame: pl.DataFrame, amounts: Sequence[str], by: Sequence[str], precision: str = "precision"
) -> pl.DataFrame:
    """Add gap and allowance of RUB + FX = ALL; `by` is what the three rows of a sum have in common."""
    currency = _signs("currency", {"RUB": 1, "FX": 1, "ALL": -1})
    for column in amounts:
        frame = group_identity(frame, f"{column}: {CURRENCY_SUM}", column, by=by, signs=currency, terms=3,
                               precision=precision)  # fmt: skip
    return frame


def common(measures: Mapping[str, str], amounts: Sequence[str], identities: Sequence[str] = ()) -> list[Rule]:
    """Rules of a table with `measures` (column -> type), of which `amounts` (roubles or counts) add up.

    `identities` are further ones that the suite's `prepare` adds columns for.
    """
    added = [f"{column}: {kind}" for column in amounts for kind in (CURRENCY_SUM, AREA_SUM)] + list(identities)
    explained = "The reader makes these columns; another one is a figure nobody has explained."
    keys = ("period_end", "ref_area", "area_level", "currency")
    negative = "Amounts are never negative, and far below this: more is a misread unit."
    covered = "Eight districts cover the country: a row lost or read twice shows here."
    return [
        *exactly_columns({**KEYS, **measures, "precision": "float"}, explained, identities=added),
        *filled(*keys, why="They say what a figure is; no row may lack one."),
        unique("period_end", "ref_area", "currency", why="Each sheet prints an area once a month."),
        one_of("currency", {"RUB", "FX", "ALL"}, "Sheets are in roubles, in foreign currency, and together."),
        one_of("area_level", LEVELS, "Country, districts, regions and their parts stay apart, or sums triple."),
        within("period_end", FIRST, None, "No book starts earlier: an older date was mistyped or not converted."),
        *[within(column, 0, ROUBLES, negative) for column in amounts],
        *[gap_allowed(f"{c}: {CURRENCY_SUM}", "The third sheet is the sum of the two, to rounding.") for c in amounts],
        *[gap_allowed(f"{c}: {AREA_SUM}", covered) for c in amounts],
    ]


def _signs(column: str, signs: Mapping[str, int]) -> pl.Expr:
    return pl.col(column).replace_strict(signs, default=None, return_dtype=pl.Int64)
