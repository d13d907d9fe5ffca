"""Rerouting: does growth elsewhere make up for the loss of one market, and who takes it up.

World, partner and rest of the world are always of one flow, currency and period, and as known on one day.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from transforms import yaml_file
from transforms.indicators.accounts import newest_of
from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import Part, align, emit, one_footing, pick
from transforms.indicators.sums import beyond_rounding, total_of, year_to_date
from transforms.indicators.trade import KEYS, OECD, PARTNERLESS, TRADE, VALUES, levels, same_members

LOST_MARKET_SHARE = 5.0
"""A market counts as lost trade worth offsetting if it took at least this percentage of the flow a year earlier."""

_PUBLISHED = series(
    dataset=("trade_by_partner", "trade_total"), measure="growth_yoy", product_code="TOTAL", flow="export"
)
_AMITI = "Freund, Mattoo, Mulabdic and Ruta (2024), Is US trade policy reshaping global supply chains?, Journal of " \
         "International Economics 152"  # fmt: skip
_GROUPS = "Groups overlap with their members; none across a change of members."


@cache
def connector_sets() -> dict[str, list[str]]:
    return dict(_connectors()["sets"])


def _connectors() -> dict[str, dict[str, list[str]]]:
    made: dict[str, dict[str, list[str]]] = yaml_file.load(Path(__file__).parent / "connectors.yaml")
    return made


@step(VALUES)
def partners_and_world(build: Build, flow: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Values by partner and for the world, months and year to date; the latter summed where it is not printed."""
    both = []
    for dataset in ("trade_by_partner", "trade_total"):
        frame = levels(build.words, dataset=dataset, flow=flow)
        month, ytd = pick(frame, basis="month"), pick(frame, basis="ytd")
        both.append(pl.concat([newest_of(KEYS, month), newest_of(KEYS, ytd, year_to_date(month, KEYS, ytd))]))
    return both[0].filter(pl.col("counterpart_area") != "WORLD"), both[1]


@step(partners_and_world)
def changes(build: Build, flow: str) -> pl.DataFrame:
    """Partner and world this year and a year earlier: now, then, world, world_then."""
    partner, world = partners_and_world(build, flow)
    parts = {
        "now": Part(partner), "then": Part(partner, lag=12),
        "world": Part(world, on=PARTNERLESS), "world_then": Part(world, lag=12, on=PARTNERLESS),
    }  # fmt: skip
    table = one_footing(align(KEYS, build.since, **parts), "then", "world_then")
    return same_members(table)


_BIG = (pl.col("world_then") > 0) & (pl.col("then") / pl.col("world_then") * 100 >= LOST_MARKET_SHARE)


@indicator(
    id="export_offset_ratio",
    title="How far growth elsewhere offsets the loss in one market",
    unit="ratio",
    by=TRADE,
    inputs=(changes,),
    lookback=12,
    formula=(
        "-(change of exports to all other markets) / (change of exports to the market), on a year earlier; only where "
        f"exports to the market fell by more than roundings and it took at least {LOST_MARKET_SHARE:.0f} % of exports"
    ),
    reference=_AMITI,
    caveat=(
        "1 is a full offset, above 1 more than that; an accounting identity, not proof that the same goods moved; "
        "large where the loss is small. " + _GROUPS
    ),
)
def offset_ratio(build: Build) -> pl.DataFrame:
    table = changes(build, "export")
    change = pl.col("now") - pl.col("then")
    elsewhere = pl.col("world") - pl.col("world_then") - change
    fell = beyond_rounding(-change, "now", "then")
    ratio = pl.when(_BIG & fell).then(-elsewhere / change)
    return emit(table.with_columns(value=ratio), "export_offset_ratio", "ratio")


@indicator(
    id="export_offset_contribution",
    title="What exports to all other markets added to the growth of exports, beside one market",
    unit="percentage_points",
    by=TRADE,
    inputs=(changes,),
    lookback=12,
    formula=(
        "100 * (change of exports to all other markets) / (world a year earlier); markets that took at least "
        f"{LOST_MARKET_SHARE:.0f} % of exports"
    ),
    reference=OECD,
    caveat=(
        "The ratio's numerator in points of growth: with trade_partner_contribution of the market it adds up to the "
        "growth of exports, and it stays small where the loss is small. " + _GROUPS
    ),
)
def offset_contribution(build: Build) -> pl.DataFrame:
    table = changes(build, "export")
    elsewhere = pl.col("world") - pl.col("world_then") - (pl.col("now") - pl.col("then"))
    points = elsewhere / pl.col("world_then") * 100
    table = table.with_columns(value=pl.when(_BIG).then(points))
    return emit(table, "export_offset_contribution", "percentage_points")


@indicator(
    id="export_growth_elsewhere",
    title="Growth of exports to all markets but one",
    unit="percent",
    by=TRADE,
    inputs=(changes,),
    lookback=12,
    formula=("100 * ((world - partner)(t) / (world - partner)(t - 12 months) - 1)"),
    reference=_AMITI,
    caveat="The partner named is the one left out; none where it was all but the roundings of the total. " + _GROUPS,
)
def rest_of_world_growth(build: Build) -> pl.DataFrame:
    table = changes(build, "export")
    rest, rest_then = pl.col("world") - pl.col("now"), pl.col("world_then") - pl.col("then")
    others = (pl.col("then") > 0) & beyond_rounding(rest_then, "world_then", "then")
    value = pl.when(others).then((rest / rest_then - 1) * 100)
    return emit(table.with_columns(value=value), "export_growth_elsewhere", "percent")


@indicator(
    id="export_excess_growth",
    title="Growth of exports to a partner over that to the rest of the world",
    unit="percentage_points",
    by=TRADE,
    inputs=(changes,),
    lookback=12,
    formula="growth of the partner - growth of world without the partner",
    reference=_AMITI,
    caveat="A small base makes a large excess: read it with the contribution. " + _GROUPS,
)
def excess_growth(build: Build) -> pl.DataFrame:
    table = changes(build, "export")
    rest, rest_then = pl.col("world") - pl.col("now"), pl.col("world_then") - pl.col("then")
    points = (pl.col("now") / pl.col("then") - rest / rest_then) * 100
    others = (pl.col("then") > 0) & beyond_rounding(rest_then, "world_then", "then")
    table = table.with_columns(value=pl.when(others).then(points))
    return emit(table, "export_excess_growth", "percentage_points")


@indicator(
    id="export_excess_growth_published",
    title="Published growth of exports to a partner over that of all exports",
    unit="percentage_points",
    by=TRADE,
    inputs=(_PUBLISHED,),
    lookback=12,
    formula="growth_yoy of the partner as printed - growth_yoy of the total as printed",
    reference=_AMITI,
    caveat="For days on which levels of the partner are not known; the total includes the partner.",
)
def excess_growth_published(build: Build) -> pl.DataFrame:
    growth = pick(build.vintages, measure="growth_yoy", product_code="TOTAL", flow="export", currency=("USD", "CNY"))
    partner = pick(growth, dataset="trade_by_partner").filter(pl.col("counterpart_area") != "WORLD")
    table = align(
        KEYS, build.since, partner=Part(partner), world=Part(pick(growth, dataset="trade_total"), on=PARTNERLESS)
    )
    points = pl.col("partner") - pl.col("world")
    return emit(table.with_columns(value=points), "export_excess_growth_published", "percentage_points")


@indicator(
    id="export_diversion_index",
    title="Diversion of exports to connector economies",
    unit="index",
    by=(*TRADE, "definition"),
    inputs=(partners_and_world,),
    lookback=12,
    formula=(
        "100 * (connectors(t) / connectors(t - 12 months)) / (others(t) / others(t - 12 months)); others: all "
        "markets but the connectors and the United States"
    ),
    reference="Alfaro and Chor (2023), NBER Working Paper 31661; sets: connectors.yaml",
    caveat=(
        "Above 100: exports to the connectors outpaced those to other markets. The set is named by the definition "
        "(connectors.yaml); no value if a member is missing."
    ),
)
def diversion_index(build: Build) -> pl.DataFrame:
    """Growth factor of exports to a connector set over that of exports to all others but the United States."""
    partner, world = partners_and_world(build, "export")
    usa = pick(partner, counterpart_area="USA")
    parts: dict[str, Part] = {}
    for name, frame in (("world", world), ("usa", usa)):
        parts |= {name: Part(frame, on=PARTNERLESS), f"{name}_then": Part(frame, lag=12, on=PARTNERLESS)}
    results = []
    for label, codes in connector_sets().items():
        members = {code: pick(partner, counterpart_area=code) for code in codes}
        for code, frame in members.items():
            parts |= {code: Part(frame, on=PARTNERLESS), f"{code}_then": Part(frame, lag=12, on=PARTNERLESS)}
        used = ["world", "usa", *codes]
        chosen = {key: part for key, part in parts.items() if key.removesuffix("_then") in used}
        table = align(PARTNERLESS, build.since, **chosen).with_columns(counterpart_area=pl.lit(codes[0]))
        table = (same_members(table) if len(codes) == 1 else table).with_columns(counterpart_area=pl.lit("WORLD"))
        now, then = total_of(codes), total_of([f"{code}_then" for code in codes])
        rest = pl.col("world") - pl.col("usa") - now
        rest_then = pl.col("world_then") - pl.col("usa_then") - then
        others = beyond_rounding(rest, *used) & beyond_rounding(rest_then, *(f"{name}_then" for name in used))
        index = pl.when(others & (then > 0)).then(100 * (now / then) / (rest / rest_then))
        table = table.with_columns(value=index, definition=pl.lit(label))
        results.append(emit(table, "export_diversion_index", "index"))
    return pl.concat(results)
