"""What contributions and rankings of goods rest on, and which groups of partners are left out for their membership."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from transforms.areas import membership_changed, names
from transforms.indicators.coverage import NOTABLE
from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, Part, align, each_vintage, emit, with_news
from transforms.indicators.price_volume import apart
from transforms.indicators.trade import (
    ALL_VALUES,
    GOODLESS,
    GOODS,
    IMTS,
    KEYS,
    TRADE,
    UNDOCUMENTED_GROUPS,
    levels,
)
from transforms.periods import shift_months

BASES = ("month", "ytd")
FLOWS = ("export", "import")
_CAVEAT = (
    "Rows of the table of major commodities that do not overlap: starred rows, parts of rows that are there, and rows "
    "without a code of their own are left out. "
)
_COMMODITIES = series(dataset="trade_by_commodity", measure="value", counterpart_area="WORLD")
_GROUPS = series(dataset="trade_by_partner", measure="value")


@step(ALL_VALUES)
def good_shares(build: Build) -> pl.DataFrame:
    """Each commodity's share in the total of its flow, percent, as known each day: columns of align."""
    goods = levels(build.vintages, dataset="trade_by_commodity", counterpart_area="WORLD", basis=BASES, flow=FLOWS)
    world = levels(build.vintages, dataset="trade_total", counterpart_area="WORLD", basis=BASES, flow=FLOWS)
    table = align(KEYS, good=Part(goods), world=Part(world, on=GOODLESS))
    share = pl.when(pl.col("world") > 0).then(pl.col("good") / pl.col("world") * 100)
    return table.with_columns(value=share, precision=pl.lit(None, pl.Float64))


def _over(goods: pl.DataFrame, since: date, value: Callable[[list[float]], float]) -> pl.DataFrame:
    """`value` of the figures of the commodities that do not overlap, on each day from `since` on; product TOTAL."""
    columns = [*KEYS, "period_end", "value", "precision", "vintage_date", *PROVENANCE]

    def judged(panel: pl.DataFrame) -> pl.DataFrame:
        made = [panel.clear()]
        for own in panel.partition_by(GOODLESS):
            chosen = own.filter(pl.col("product_code").is_in(apart(own["product_code"].to_list())))
            if chosen.is_empty():
                continue
            last = chosen.sort("vintage_date", "product_code").tail(1)
            made.append(last.with_columns(value=pl.lit(value(chosen["value"].to_list())), product_code=pl.lit("TOTAL")))
        return pl.concat(made)

    cells = with_news(goods.select(columns), since).with_columns(precision=pl.lit(None, pl.Float64))
    return pl.concat(
        [cells.clear(), *(each_vintage(part, KEYS, judged, since=since) for part in cells.partition_by("period_end"))]
    )


@indicator(
    id="trade_commodity_coverage",
    title="Share of the total that the known commodities make",
    unit="percent",
    by=TRADE,
    inputs=(good_shares,),
    lookback=0,
    formula="100 * sum of commodities / total of the flow",
    reference=IMTS,
    caveat=_CAVEAT + "Where a table of all commodities is not known, a ranking speaks of the ones that are.",
)
def commodity_coverage(build: Build) -> pl.DataFrame:
    return emit(_over(good_shares(build), build.since, sum), "trade_commodity_coverage", "percent")


@indicator(
    id="trade_commodity_count",
    title="Number of commodities that are known",
    unit="count",
    by=TRADE,
    inputs=(_COMMODITIES,),
    lookback=0,
    formula="number of commodities with a value for the period",
    reference=IMTS,
    caveat=_CAVEAT + "A rank is one among these, no more.",
)
def commodity_count(build: Build) -> pl.DataFrame:
    goods = levels(build.vintages, dataset="trade_by_commodity", counterpart_area="WORLD", basis=BASES, flow=FLOWS)
    return emit(_over(goods, build.since, lambda values: float(len(values))), "trade_commodity_count", "count")


@indicator(
    id="trade_commodity_missing",
    title="Commodity that is not known, by its share of a year earlier",
    unit="percent",
    by=GOODS,
    inputs=(good_shares,),
    lookback=12,
    formula=f"share of a commodity a year earlier, from {NOTABLE} % on, if it has no value and others do; 0 from the "
    "day on which it has one",
    reference=IMTS,
    caveat="Tables of different years print different rows. Only where the year before is known.",
)
def commodity_missing(build: Build) -> pl.DataFrame:
    columns = [*KEYS, "period_end", "value", "precision", "vintage_date", *PROVENANCE]
    now = with_news(good_shares(build).select(columns), build.since, 12, -12)
    then = now.with_columns(pl.col("period_end").dt.offset_by("12mo").dt.month_end())
    both = pl.concat([now.with_columns(measure=pl.lit("now")), then.with_columns(measure=pl.lit("then"))])
    both = with_news(both, build.since)

    def missing(panel: pl.DataFrame) -> pl.DataFrame:
        here, before = panel.filter(measure="now"), panel.filter(measure="then")
        world = [*(k for k in KEYS if k != "product_code"), "period_end"]
        notable = before.filter(pl.col("value") >= NOTABLE).join(here.select(world).unique(), on=world, how="semi")
        there = notable.join(here.select(*KEYS, "period_end"), on=[*KEYS, "period_end"], how="semi")
        absent = notable.join(here.select(*KEYS, "period_end"), on=[*KEYS, "period_end"], how="anti")
        return pl.concat([absent, there.with_columns(value=pl.lit(0.0))])

    parts = [each_vintage(part, [*KEYS, "measure"], missing) for part in both.partition_by("period_end")]
    table = pl.concat([both.clear(), *parts]).drop("measure")
    first = pl.col("vintage_date") == pl.col("vintage_date").min().over([*KEYS, "period_end"])
    return emit(table.filter((pl.col("value") > 0) | ~first), "trade_commodity_missing", "percent")


@indicator(
    id="trade_group_changed",
    title="Group of partners whose members are not those of a year earlier",
    unit="flag",
    by=TRADE,
    inputs=(_GROUPS,),
    lookback=12,
    formula="1 where the members of the group changed in the twelve months before, or are not documented; 0 where not",
    reference=IMTS,
    caveat="Where it is 1 there is no growth, contribution or excess of that group: last year's figure is of another "
    "group (Timor-Leste counts in ASEAN from 2025-10 on; members of the Belt and Road are not printed).",
)
def group_changed(build: Build) -> pl.DataFrame:
    groups = names().filter(pl.col("kind") == "group")["code"].to_list()
    rows = levels(build.vintages, dataset="trade_by_partner", counterpart_area=tuple(set(groups) - {"WORLD"}))
    cells = rows.select("counterpart_area", "period_end").unique()
    said = [_changed(area, end) for area, end in cells.iter_rows()]
    table = rows.drop("value").join(cells.with_columns(value=pl.Series(said, dtype=pl.Float64)), on=cells.columns)
    first = table.sort("vintage_date", "first_seen").unique([*KEYS, "period_end"], keep="first", maintain_order=True)
    return emit(
        first.with_columns(precision=pl.lit(None, pl.Float64)).drop("native_title"), "trade_group_changed", "flag"
    )


def _changed(area: str, end: date) -> float:
    return float(area in UNDOCUMENTED_GROUPS or membership_changed(area, shift_months(end, -12), end))
