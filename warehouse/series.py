"""The table of series: what identifies each, what it is called, how far it reaches."""

from __future__ import annotations

import polars as pl

from transforms import asof
from transforms.areas import names
from transforms.model import DIMENSIONS, NONE

MEASURES = {
    "value": "value",
    "growth_yoy": "published growth on the same period of last year",
    "growth_mom": "published growth on the month before",
    "debt": "debt",
    "overdue": "overdue debt",
    "new_loans": "loans granted",
    "count": "number of loans granted",
    "count_outstanding": "number of loans with debt",
    "count_overdue": "number of loans with overdue debt",
    "borrowers": "borrowers with debt",
    "borrowers_overdue": "borrowers with overdue debt",
    "borrowers_granted": "borrowers who were granted loans",
}
BASES = {"month": "month", "ytd": "year to date", "year": "year", "stock": "end of period", "rate": "", "index": ""}


def series_table(vintages: pl.DataFrame) -> pl.DataFrame:
    """One row per series_id of `vintages` (columns of table series, without `source`), each series in the order of its
    periods and days."""
    frame = vintages.group_by("series_id", maintain_order=True).agg(
        pl.col(*DIMENSIONS).first(),
        pl.col("native_title").drop_nulls().last(),
        pl.col("release_id").last(),
        ever_first=pl.col("period_end").min(),
        ever_last=pl.col("period_end").max(),
    )
    newest = asof.newest(vintages.select(*asof.CELL, *asof.ORDER, "value")).drop_nulls("value")
    known = newest.group_by("series_id").agg(
        first_period=pl.col("period_end").min(),
        last_period=pl.col("period_end").max(),
        observations=pl.len().cast(pl.Int32),
    )
    frame = frame.join(known, on="series_id", how="left").with_columns(
        pl.coalesce("first_period", "ever_first").alias("first_period"),  # of a series with no value left: as it was
        pl.coalesce("last_period", "ever_last").alias("last_period"),
        pl.col("observations").fill_null(0),
    )
    return frame.drop("ever_first", "ever_last").with_columns(title=_title()).sort("series_id")


def _title() -> pl.Expr:
    """Plain English from the dimensions: `China: value, export, with United States, month, USD`."""
    areas = dict(names().select("code", "name_en").iter_rows())
    area = pl.col("ref_area").replace(areas)
    partner = pl.col("counterpart_area").replace(areas)
    measure = pl.col("measure").replace(MEASURES).str.replace_all("_", " ")
    words = [
        pl.when(pl.col("dataset") == "indicator").then(pl.col("native_title").fill_null(measure)).otherwise(measure),
        _known("flow", pl.col("flow")),
        pl.when(~pl.col("product_code").is_in([NONE, "TOTAL"])).then(
            pl.col("product_code").str.to_lowercase().str.replace_all("_", " ")
        ),
        pl.when(~pl.col("counterpart_area").is_in([NONE, "WORLD"])).then(partner),
        pl.col("basis").replace(BASES).replace({"": None}),
        _known("definition", pl.col("definition")),
        _known("currency", pl.col("currency")),
    ]
    return pl.concat_str([area, pl.concat_str(words, separator=", ", ignore_nulls=True)], separator=": ")


def _known(dimension: str, words: pl.Expr) -> pl.Expr:
    return pl.when(pl.col(dimension) != NONE).then(words)
