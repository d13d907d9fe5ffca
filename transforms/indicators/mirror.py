"""The other end of the trade: what importers count against what China says it exported to them.

General imports and imports for consumption are two measures and never spliced. The gap has innocent parts (freight
and insurance, goods through third countries, timing, low-value parcels), so its change says more than its level.
"""

from __future__ import annotations

import polars as pl

from transforms.indicators.accounts import newest_of
from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import Part, align, emit, pick
from transforms.indicators.sums import year_to_date
from transforms.indicators.trade import KEYS, PARTNERLESS, levels

SCOPE = ("definition",)
_CIF = r"CIF|COMEXT"
"""Definitions of imports that hold freight and insurance up to the border of the importer."""

MIRROR = ("ref_area", "counterpart_area", "flow", "basis", "currency", "definition")
_EXPORTS = series(dataset="trade_by_partner", measure="value", flow="export", basis=("month", "ytd"), currency="USD")
_REFERENCE = (
    "United Nations, International Merchandise Trade Statistics: Compilers Manual, Revision 1 (2013), "
    "chapter 9 on reconciliation of mirror data"
)


REPORTERS = ("USA", "EU", "JPN", "KOR", "TWN", "BRA", "RUS", "VNM", "MEX", "IND", "THA", "MYS", "IDN")
"""Whose imports are compared: large markets, and those through which goods may be rerouted. Not Hong Kong: most of what
China sends there goes on to others, who count it as Chinese."""
CIF_MARGIN = 6.0
"""Freight and insurance in percent of the value at the border of the exporter: the margin of the IMF's Direction of
Trade Statistics since 2018."""
MIRRORED = ("WORLD", "EXTRA_EU", "EU", "BRA", "CAN", "CHN", "DEU", "IDN", "IND", "JPN", "KOR",
            "MEX", "MYS", "RUS", "SGP", "THA", "TWN", "VNM")  # fmt: skip
"""Their partners of which indicators are made: the main ones of US imports; a reporter's other partners are for SQL."""
IMPORTS: dict[str, str | tuple[str, ...]] = {
    "dataset": "mirror_trade", "ref_area": REPORTERS, "counterpart_area": MIRRORED, "flow": "import",
    "product_code": "TOTAL", "measure": "value", "basis": "month", "unit": ("USD", "EUR", "JPY"),
}  # fmt: skip


@step(series(**IMPORTS))
def mirror_imports(build: Build) -> pl.DataFrame:
    """Imports as partners count them, in their currency, months and year to date, by reporter, partner, definition."""
    months = pick(build.vintages, **IMPORTS)
    return pl.concat([newest_of(KEYS, months), year_to_date(months, KEYS)])


@indicator(
    id="mirror_gap",
    title="Gap between an importer's count and China's own export count",
    unit="percent",
    by=MIRROR,
    inputs=(mirror_imports, _EXPORTS),
    lookback=0,
    formula="100 * (imports from China as the importer counts them / China's exports to it - 1)",
    reference=_REFERENCE,
    caveat=(
        "Imports exclude freight and insurance (customs value); goods through third countries, timing and parcels "
        "differ. The measure of imports is the definition."
    ),
)
def gap(build: Build) -> pl.DataFrame:
    """Imports of each reporter from China minus China's exports to it, percent of the latter."""
    return emit(_both_ends(build), "mirror_gap", "percent", product_code="TOTAL")


def _both_ends(build: Build) -> pl.DataFrame:
    """Imports from China as each reporter counts them and China's exports to it, USD, and the gap in percent."""
    exports = levels(build.words, dataset="trade_by_partner", flow="export", currency="USD")
    reporters = pick(mirror_imports(build), counterpart_area="CHN")["ref_area"].unique().to_list()
    exports = exports.filter(pl.col("counterpart_area").is_in(reporters))
    months, ytd = pick(exports, basis="month"), pick(exports, basis="ytd")
    china = pl.concat([newest_of(KEYS, months), newest_of(KEYS, ytd, year_to_date(months, KEYS, ytd))])
    theirs = pick(mirror_imports(build), counterpart_area="CHN").with_columns(
        counterpart_area=pl.col("ref_area"), ref_area=pl.lit("CHN"), flow=pl.lit("export")
    )
    market = ("counterpart_area", "basis", "currency")
    table = align(["ref_area", "flow", *market, *SCOPE], theirs=Part(theirs), ours=Part(china, on=market))
    return table.with_columns(value=(pl.col("theirs") / pl.col("ours") - 1) * 100)


@indicator(
    id="mirror_gap_without_freight",
    title="Gap between an importer's count and China's own export count, freight and insurance taken out",
    unit="percent",
    by=MIRROR,
    inputs=(mirror_imports, _EXPORTS),
    lookback=0,
    formula=(
        f"100 * (imports / {1 + CIF_MARGIN / 100:.2f} / China's exports - 1) for reporters who count c.i.f., "
        "without the division for those who count customs value or f.o.b."
    ),
    reference=(
        "Marini, Dippelsman and Stanger (2018), New Estimates for Direction of Trade Statistics, IMF Working Paper "
        f"18/16: a margin of {CIF_MARGIN:.0f} %"
    ),
    caveat=(
        "One margin for all goods and routes: by sea to a neighbour it is less. Goods that went through Hong Kong "
        "are in the importer's count and not in China's exports to it. The measure of imports is the definition."
    ),
)
def gap_without_freight(build: Build) -> pl.DataFrame:
    table = _both_ends(build)
    cif = pl.col("definition").str.contains(_CIF)
    theirs = pl.when(cif).then(pl.col("theirs") / (1 + CIF_MARGIN / 100)).otherwise("theirs")
    value = (theirs / pl.col("ours") - 1) * 100
    return emit(table.with_columns(value=value), "mirror_gap_without_freight", "percent", product_code="TOTAL")


@indicator(
    id="mirror_import_growth",
    title="Growth of imports on a year earlier, as the importer counts them",
    unit="percent",
    by=MIRROR,
    inputs=(mirror_imports,),
    lookback=12,
    formula="100 * (imports(t) / imports(t - 12 months) - 1), months and sums since January",
    reference=_REFERENCE,
    caveat="General imports and imports for consumption are separate series (definition).",
)
def import_growth(build: Build) -> pl.DataFrame:
    frame = mirror_imports(build)
    table = align(KEYS, now=Part(frame), then=Part(frame, lag=12))
    value = pl.when(pl.col("then") > 0).then((pl.col("now") / pl.col("then") - 1) * 100)
    return emit(table.with_columns(value=value), "mirror_import_growth", "percent")


@indicator(
    id="mirror_import_share",
    title="Share of a partner in imports, as the importer counts them",
    unit="percent",
    by=MIRROR,
    inputs=(mirror_imports,),
    lookback=0,
    formula="100 * partner / world; of the European Union: / all trade with others than its members",
    reference=_REFERENCE,
    caveat="Groups overlap with their members. With China as partner: what part of its imports a reporter has from it.",
)
def import_share(build: Build) -> pl.DataFrame:
    frame = mirror_imports(build)
    partner = frame.filter(~pl.col("counterpart_area").is_in(["WORLD", "EXTRA_EU"]))
    everyone = pl.when(ref_area="EU").then(pl.lit("EXTRA_EU")).otherwise(pl.lit("WORLD"))
    world = frame.filter(pl.col("counterpart_area") == everyone)
    table = align(KEYS, partner=Part(partner), world=Part(world, on=PARTNERLESS))
    value = pl.col("partner") / pl.col("world") * 100
    return emit(table.with_columns(value=value), "mirror_import_share", "percent")
