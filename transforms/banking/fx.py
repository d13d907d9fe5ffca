"""Official exchange rates of the rouble: what the daily page, the dynamics and the Excel export share.

A rate carries its effective date; it was set on the working day before, about 18:00 Moscow time. The Saturday rate
holds through Monday, so a gap in the dates is no gap in the series.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from xml.etree.ElementTree import Element

import polars as pl

from transforms.banking import xml
from transforms.model import Payload, ReadError, Reading, Release, observations

REDENOMINATION = date(1998, 1, 1)
"""A thousand old roubles (RUR) became one new rouble (RUB): earlier rates are series of their own."""

PLACES = 4  # decimals of a printed rate

FX_TABLE = {
    "period_end": pl.Date, "currency": pl.String, "nominal": pl.Int64, "rate": pl.Object, "decimals": pl.Int64,
    "name": pl.String,
}  # fmt: skip


@lru_cache(maxsize=4)
def _root(content: bytes) -> Element | None:
    if b"<ValCurs" not in content[:400]:
        return None
    try:
        return xml.root(Payload(content), "ValCurs")
    except ReadError:
        return None


def recognise_root(payload: Payload) -> str:
    """Tag of the first rate (Valute: daily, Record: dynamics); for a broken document, of the first that shows."""
    if b"<ValCurs" not in payload.content[:400]:
        return ""
    element = _root(payload.content)
    if element is not None and len(element):
        return element[0].tag
    head = payload.content[:4000]
    if b"<Valute" in head or (b" Date=" in head and b"DateRange1" not in head):
        return "Valute"
    return "Record" if b"DateRange1" in head else ""


def reading_of(product: str, table: pl.DataFrame, period: str, *, title: str, payload: Payload) -> Reading:
    """Table with `rate` (RUB for one unit), `printed` (RUB for the nominal) and half of the last place."""
    if table.is_empty():
        raise ReadError("empty", expected="at least one rate", got="none", where=payload.name,
                        hint="The range may lie before the first rate or in the future.")  # fmt: skip
    one = table["rate"].to_list()
    nominals, decimals = table["nominal"].to_list(), table["decimals"].to_list()
    half = [float(Decimal(5).scaleb(-d - 1) / n) for d, n in zip(decimals, nominals, strict=True)]
    tidy = table.drop("rate", "decimals").with_columns(
        rate=pl.Series([float(rate) for rate in one], dtype=pl.Float64),
        printed=pl.Series([float(rate * n) for rate, n in zip(one, nominals, strict=True)], dtype=pl.Float64),
        precision=pl.Series(half, dtype=pl.Float64),
    )
    rouble = pl.when(pl.col("period_end") < REDENOMINATION).then(pl.lit("RUR")).otherwise(pl.lit("RUB"))
    frame = tidy.select(
        "period_end", "precision", product_code="currency", value="rate", native_title="name", currency=rouble,
        unit=rouble,
    )  # fmt: skip
    made = observations(frame, dataset="fx_rate", ref_area="RUS", measure="official_rate", basis="rate", freq="D")
    release = Release(product, period, title=title, language="en" if title.isascii() else "ru", currency="RUB")
    return Reading(release, tidy.sort("period_end", "currency"), made)
