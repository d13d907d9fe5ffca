"""Partners and goods in China's trade: shares, and contributions to growth on a year earlier."""

from __future__ import annotations

import polars as pl

from transforms.indicators.declaration import Build, indicator
from transforms.indicators.engine import Part, align, emit, one_footing
from transforms.indicators.trade import (
    ALL_VALUES,
    GOODLESS,
    GOODS,
    IMTS,
    KEYS,
    OECD,
    PARTNERLESS,
    TRADE,
    VALUES,
    levels,
    same_members,
)


def _partner_and_world(vintages: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    flows = ("export", "import", "total")
    partner = levels(vintages, dataset="trade_by_partner", flow=flows, basis=("month", "ytd"))
    world = levels(vintages, dataset="trade_total", flow=flows, basis=("month", "ytd"))
    return partner.filter(pl.col("counterpart_area") != "WORLD"), world.filter(pl.col("counterpart_area") == "WORLD")


@indicator(
    id="trade_partner_share",
    title="Share of a partner in China's trade",
    unit="percent",
    by=TRADE,
    inputs=(VALUES,),
    lookback=0,
    formula="100 * partner / world",
    reference=IMTS,
    caveat=(
        "World includes goods re-imported from China itself; groups overlap with their members. A total restated "
        "before its partners moves the share until they are restated too."
    ),
)
def partner_share(build: Build) -> pl.DataFrame:
    partner, world = _partner_and_world(build.vintages)
    table = align(KEYS, build.since, partner=Part(partner), world=Part(world, on=PARTNERLESS))
    return emit(table.with_columns(value=pl.col("partner") / pl.col("world") * 100), "trade_partner_share", "percent")


@indicator(
    id="trade_commodity_contribution",
    title="Contribution of a commodity to growth on a year earlier",
    unit="percentage_points",
    by=GOODS,
    inputs=(ALL_VALUES,),
    lookback=12,
    formula="100 * (commodity(t) - commodity(t - 12 months)) / world(t - 12 months)",
    reference=OECD,
    caveat="Starred commodities (mechanical and electrical, hi-tech, agricultural) overlap others: never add them up.",
)
def commodity_contribution(build: Build) -> pl.DataFrame:
    """Contribution of a commodity to the growth of exports or imports with the world."""
    goods = levels(build.words, dataset="trade_by_commodity", counterpart_area="WORLD", basis=("month", "ytd"))
    world = levels(build.words, dataset="trade_total", counterpart_area="WORLD", basis=("month", "ytd"))
    parts = {"now": Part(goods), "then": Part(goods, lag=12), "world": Part(world, lag=12, on=GOODLESS)}
    points = (pl.col("now") - pl.col("then")) / pl.col("world") * 100
    table = one_footing(align(KEYS, build.since, **parts), "then", "world")
    return emit(table.with_columns(value=points), "trade_commodity_contribution", "percentage_points")


@indicator(
    id="trade_partner_contribution",
    title="Contribution of a partner to growth on a year earlier",
    unit="percentage_points",
    by=TRADE,
    inputs=(VALUES,),
    lookback=12,
    formula="100 * (partner(t) - partner(t - 12 months)) / world(t - 12 months)",
    reference=OECD,
    caveat=(
        "Countries add up to the growth of the total; groups overlap with their members and are left out where "
        "these are not those of a year earlier."
    ),
)
def partner_contribution(build: Build) -> pl.DataFrame:
    partner, world = _partner_and_world(build.words)
    parts = {"now": Part(partner), "then": Part(partner, lag=12), "world": Part(world, lag=12, on=PARTNERLESS)}
    points = (pl.col("now") - pl.col("then")) / pl.col("world") * 100
    table = same_members(one_footing(align(KEYS, build.since, **parts), "then", "world"))
    return emit(table.with_columns(value=points), "trade_partner_contribution", "percentage_points")
