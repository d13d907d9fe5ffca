"""One release as a page and as a workbook: they must agree, figure by figure."""

from __future__ import annotations

import polars as pl

from transforms.model import DIMENSIONS, Payload, ReadError
from transforms.products import all_products

KEY = [*DIMENSIONS, "period_end"]


def difference(product: str, page: bytes, workbook: bytes, period: str) -> ReadError | None:
    """Why the workbook contradicts the page; None if it does not, or if one cannot be read (its reader tells that).

    `period` is that of the list, for titles without a date.
    """
    reader, options = all_products()[product], {"period": period}
    try:
        left, right = (reader.read(Payload(content, options=options)).observations for content in (page, workbook))
    except ReadError:
        return None
    both = left.join(right, on=KEY, how="full", suffix="_xls", coalesce=True)
    tolerance = pl.max_horizontal("precision", "precision_xls").fill_null(0.0)
    apart = both.filter(
        pl.col("value").is_null()
        | pl.col("value_xls").is_null()
        | ((pl.col("value") - pl.col("value_xls")).abs() > tolerance)
    )
    if apart.is_empty():
        return None
    row = apart.row(0, named=True)
    where = ", ".join(
        str(row[name]) for name in ("counterpart_area", "flow", "product_code", "measure", "basis", "unit")
    )
    return ReadError(
        "twins_disagree",
        expected=f"the page's figure {row['value']}",
        got=f"{row['value_xls']} in the workbook; {len(apart)} of {len(both)} figures differ",
        where=f"{where}, {row['period_end']}",
        hint="Look at both; the page is loaded, the workbook is not.",
    )
