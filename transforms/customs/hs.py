"""Names of HS codes by version: China's eight-digit tariff changes every January, its first six digits with the HS.

The names are those that downloads of the online query print beside the codes; nothing else is known of a code.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

EDITIONS = (2007, 2012, 2017, 2022)  # of the Harmonized System; China applies each from 1 January of its year
NAMED: Mapping[str, pl.DataType] = {"code": pl.String(), "version": pl.Int32(), "name": pl.String()}
NOTHING = pl.DataFrame(schema={"code": pl.String, "version": pl.Int32, "name_en": pl.String, "name_zh": pl.String})
PREFIX = "HS_"


def named(rows: pl.DataFrame) -> pl.DataFrame:
    """Each code with its year and name as served, from rows with hs8, hs_name and period_end. Columns of NAMED."""
    year = pl.col("period_end").dt.year().alias("version")
    code = pl.format(PREFIX + "{}", "hs8").alias("code")
    return rows.select(code, year, pl.col("hs_name").alias("name")).drop_nulls().unique()


def as_commodities(names: pl.DataFrame) -> pl.DataFrame:
    """Rows of table commodity from frames of NAMED: one a code and year, with both languages where both are known.

    Where downloads of one year differ, the first in the order of text is shown; customs_microdata keeps each.
    """
    chinese = pl.col("name").str.contains("[\u4e00-\u9fff]")
    edition = pl.lit(None, pl.Int32)
    for year in EDITIONS:
        edition = pl.when(pl.col("version") >= year).then(pl.lit(year, pl.Int32)).otherwise(edition)
    return (
        names.group_by("code", "version")
        .agg(
            name_en=pl.col("name").filter(~chinese).min(),
            name_zh=pl.col("name").filter(chinese).min(),
        )
        .with_columns(hs_edition=edition, aggregate=pl.lit(False))
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
    """One table commodity from those of several downloads and the names of series."""
    melted = [tables.select("code", "version", name=pl.col(column)).drop_nulls() for column in ("name_en", "name_zh")]
    return as_commodities(pl.concat([*melted, names]).cast(dict(NAMED)))  # type: ignore[arg-type]
