"""The other end of the trade: what importers count against what China says it exported to them.

General imports and imports for consumption are two measures and never spliced. The gap has innocent parts (freight
and insurance, goods through third countries, timing, low-value parcels), so its change says more than its level.
"""

from __future__ import annotations

import polars as pl

from transforms.indicators.engine import Indicator, Part, Records, align, emit, newest_of, pick, remember
from transforms.indicators.sums import year_to_date
from transforms.indicators.trade import KEYS, PARTNERLESS, levels

SCOPE = ("definition",)


@remember
def mirror_imports(vintages: pl.DataFrame) -> pl.DataFrame:
    """Imports as partners count them, USD, months and year to date, by reporter, partner and definition."""
    months = pick(vintages, dataset="mirror_trade", measure="value", basis="month", unit="USD")
    return pl.concat([newest_of(KEYS, months), year_to_date(months, KEYS)])


def gap(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    """Imports of each reporter from China minus China's exports to it, percent of the latter."""
    months = levels(vintages, dataset="trade_by_partner", flow="export", basis="month", currency="USD")
    reporters = pick(vintages, dataset="mirror_trade", counterpart_area="CHN")["ref_area"].unique().to_list()
    months = months.filter(pl.col("counterpart_area").is_in(reporters))
    china = pl.concat([newest_of(KEYS, months), year_to_date(months, KEYS)])
    theirs = pick(mirror_imports(vintages), counterpart_area="CHN").with_columns(
        counterpart_area=pl.col("ref_area"), ref_area=pl.lit("CHN"), flow=pl.lit("export")
    )
    market = ("counterpart_area", "basis", "currency")
    table = align(["ref_area", "flow", *market, *SCOPE], theirs=Part(theirs), ours=Part(china, on=market))
    value = (pl.col("theirs") / pl.col("ours") - 1) * 100
    return emit(table.with_columns(value=value), "mirror_gap", "percent", product_code="TOTAL")


def import_growth(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    frame = mirror_imports(vintages)
    table = align(KEYS, now=Part(frame), then=Part(frame, lag=12)).filter(pl.col("then") > 0)
    value = (pl.col("now") / pl.col("then") - 1) * 100
    return emit(table.with_columns(value=value), "mirror_import_growth", "percent")


def import_share(vintages: pl.DataFrame, _records: Records) -> pl.DataFrame:
    frame = mirror_imports(vintages)
    partner = frame.filter(pl.col("counterpart_area") != "WORLD")
    world = pick(frame, counterpart_area="WORLD")
    table = align(KEYS, partner=Part(partner), world=Part(world, on=PARTNERLESS))
    value = pl.col("partner") / pl.col("world") * 100
    return emit(table.with_columns(value=value), "mirror_import_share", "percent")


_MIRROR = {"dataset": "mirror_trade", "measure": "value"}
_REFERENCE = (
    "United Nations, International Merchandise Trade Statistics: Compilers Manual, Revision 1 (2013), "
    "chapter 9 on reconciliation of mirror data"
)

CATALOG = [
    Indicator(
        "mirror_gap", "Gap between an importer's count and China's own export count",
        "100 * (imports from China as the importer counts them / China's exports to it - 1)", "percent",
        (_MIRROR, {"dataset": "trade_by_partner", "measure": "value", "flow": "export"}),
        "Imports exclude freight and insurance (customs value); goods through third countries, timing and parcels "
        "differ. The measure of imports is the definition.", _REFERENCE, gap,
    ),
    Indicator(
        "mirror_import_growth", "Growth of imports on a year earlier, as the importer counts them",
        "100 * (imports(t) / imports(t - 12 months) - 1), months and sums since January", "percent", (_MIRROR,),
        "General imports and imports for consumption are separate series (definition).", _REFERENCE, import_growth,
    ),
    Indicator(
        "mirror_import_share", "Share of a partner in imports, as the importer counts them", "100 * partner / world",
        "percent", (_MIRROR,), "Groups overlap with their members.", _REFERENCE, import_share,
    ),
]  # fmt: skip
