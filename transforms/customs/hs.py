"""Names and units of HS codes by version: China's tariff changes every January, its first six digits with the HS.

Of 2015 to 2023 they are those of the customs' own lists (hs_codes.parquet, made by scripts/hs_codes.py), of other years
and of shorter codes those that downloads of the online query print beside the codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl

from transforms.customs.query_numbers import units_served

EDITIONS = (2007, 2012, 2017, 2022)  # of the Harmonized System; China applies each from 1 January of its year
NAMED: Mapping[str, pl.DataType] = {"code": pl.String(), "version": pl.Int32(), "name": pl.String()}
NOTHING = pl.DataFrame(schema={"code": pl.String, "version": pl.Int32, "name_en": pl.String, "name_zh": pl.String})
PREFIX = "HS_"
FILE = Path(__file__).with_name("hs_codes.parquet")
SPANS: Mapping[str, pl.DataType] = {
    "code": pl.String(), "since": pl.Int32(), "until": pl.Int32(),
    **dict.fromkeys(("name_en", "name_zh", "unit_zh", "unit2_zh"), pl.String()),
}  # fmt: skip
"""Columns of FILE: eight digits, first and last year, names as listed, first and second unit in Chinese."""


class Named:
    """Each code with its year and name as served, from rows that pass: one of thousands that a long file repeats."""

    def __init__(self) -> None:
        self._met: dict[int, pl.DataFrame] = {}  # by year: hs8, hs_name, and the two as one number

    def add(self, rows: pl.DataFrame) -> None:
        """Rows with hs8 and hs_name, as categories, and period_end."""
        code, name = (pl.col(column).to_physical().cast(pl.UInt64) for column in ("hs8", "hs_name"))
        pairs = rows.select("hs8", "hs_name", pair=code * 2**32 + name)
        years = rows["period_end"].dt.year()
        for year in years.unique():
            own = pairs.filter(years == year)
            known = self._met.setdefault(year, own.clear())
            new = own.filter(~pl.col("pair").is_in(known["pair"].implode())).drop_nulls().unique("pair")
            self._met[year] = pl.concat([known, new])

    def frame(self) -> pl.DataFrame:
        """Columns of NAMED."""
        code, name = pl.format(PREFIX + "{}", pl.col("hs8").cast(pl.String)), pl.col("hs_name").cast(pl.String)
        made = [met.select(code.alias("code"), pl.lit(year, pl.Int32).alias("version"), name.alias("name"))
                for year, met in self._met.items()]  # fmt: skip
        return pl.concat([pl.DataFrame(schema=NAMED), *made])


def _edition() -> pl.Expr:
    """The edition of the Harmonized System that a version follows."""
    edition = pl.lit(None, pl.Int32)
    for year in EDITIONS:
        edition = pl.when(pl.col("version") >= year).then(pl.lit(year, pl.Int32)).otherwise(edition)
    return edition


def as_commodities(names: pl.DataFrame) -> pl.DataFrame:
    """Rows of table commodity from frames of NAMED: one a code and year, with both languages where both are known.

    Where downloads of one year differ, the first in the order of text is shown; customs_microdata keeps each.
    """
    chinese = pl.col("name").str.contains("[\u4e00-\u9fff]")
    return (
        names.group_by("code", "version")
        .agg(
            name_en=pl.col("name").filter(~chinese).min(),
            name_zh=pl.col("name").filter(chinese).min(),
        )
        .with_columns(hs_edition=_edition(), aggregate=pl.lit(False))
        .sort("code", "version")
    )


def of_series(vintages: pl.DataFrame) -> pl.DataFrame:
    """NAMED frame of the HS codes that vintages carry as product_code, by the label of their source."""
    return (
        vintages.filter(pl.col("product_code").str.starts_with(PREFIX))
        .select(code="product_code", version=pl.col("period_end").dt.year(), name="native_title")
        .drop_nulls()
        .unique()
    )


def merged(tables: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """One table commodity from the official lists, those of several downloads and the names of series.

    What the lists say of a code and year goes before what a download prints, which may be shortened.
    """
    melted = [tables.select("code", "version", name=pl.col(column)).drop_nulls() for column in ("name_en", "name_zh")]
    printed = as_commodities(pl.concat([*melted, names]).cast(dict(NAMED)))  # type: ignore[arg-type]
    known = listed()
    return pl.concat([known, printed.join(known, on=["code", "version"], how="anti")], how="diagonal").sort(
        "code", "version"
    )


@cache
def listed() -> pl.DataFrame:
    """Every eight-digit code of 2015 to 2023, one row a year: columns of table commodity."""
    base = {served: unit for served, (unit, _) in units_served().items()}
    years = pl.int_ranges("since", pl.col("until") + 1, dtype=pl.Int32).alias("version")
    units = [pl.col(f"{unit}_zh").replace_strict(base, default=None).alias(unit) for unit in ("unit", "unit2")]
    spans = pl.read_parquet(FILE).with_columns(years, *units).drop("since", "until").explode("version")
    return spans.with_columns(
        pl.format(PREFIX + "{}", "code").alias("code"), hs_edition=_edition(), aggregate=pl.lit(False)
    )
