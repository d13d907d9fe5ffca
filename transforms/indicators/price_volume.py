"""Growth of trade split into prices and volumes, over the commodities that are printed with a quantity.

Index of Fisher over unit values, on a year earlier, and its chain over years. What the commodities make of all trade is
an indicator of its own: a split of a third of exports says nothing certain of the rest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from transforms.indicators.declaration import Build, indicator, series, step
from transforms.indicators.engine import PROVENANCE, Part, align, each_vintage, emit, one_footing, pick, with_news
from transforms.indicators.prices import MONEYLESS, MONTHS, each_unit, one_a_day, quantities
from transforms.indicators.tariffs import BROAD
from transforms.indicators.trade import GOODLESS, KEYS, PARTNERLESS, TRADE, levels
from transforms.model import NONE

FLOWS = ("export", "import")
LEAST = 3
"""Fewest commodities of which an index is made: of two, one decides it."""
_GOODS = series(dataset="trade_by_commodity", measure=("value", "quantity"), counterpart_area="WORLD", basis=MONTHS)
_WORLD = series(dataset="trade_total", measure="value", counterpart_area="WORLD", basis=MONTHS, flow=FLOWS)
_MIRROR = series(dataset="mirror_trade", measure=("value", "quantity"), flow="import", basis="month", freq="M")
_MANUAL = (
    "IMF, Export and Import Price Index Manual (2009), chapters 16 to 18: Fisher and Tornqvist indices, chaining; "
    "chapter 2 on unit values"
)
_CAVEAT = (
    "Unit values, not prices: a change of the mix within a commodity counts as price. Commodities with value and "
    "quantity in both periods; starred rows and parts of rows that are there are left out. Read it with "
    "trade_price_coverage. "
)
Quad = tuple[float, float, float, float]  # value now and then, quantity now and then


@cache
def _book() -> Mapping[str, Any]:
    return dict(yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8")))


def apart(codes: Sequence[str]) -> list[str]:
    """The commodities that do not overlap: without starred rows, and without parts of rows that are there."""
    named = [code for code in codes if code.startswith("COMMODITY_") and code not in _book()["left_out"]]
    return [code for code in named if not set(_book()["parts"].get(code, [])) & set(named)]


def fisher(goods: Sequence[Quad]) -> float:
    """Price index now over then: the geometric mean of those of Laspeyres and Paasche, over unit values."""
    laspeyres = sum(now / q * q_then for now, _, q, q_then in goods) / sum(then for _, then, _, _ in goods)
    paasche = sum(now for now, _, _, _ in goods) / sum(then / q_then * q for _, then, q, q_then in goods)
    return math.sqrt(laspeyres * paasche)


def tornqvist(goods: Sequence[Quad]) -> float:
    """Price index now over then: geometric mean of the price relatives, weighed by mean shares."""
    now_all, then_all = (sum(good[i] for good in goods) for i in (0, 1))
    logs = (
        (now / now_all + then / then_all) / 2 * math.log(now / q / (then / q_then)) for now, then, q, q_then in goods
    )
    return math.exp(sum(logs))


def _growth(index: Callable[[Sequence[Quad]], float]) -> Callable[[Sequence[Quad]], float]:
    return lambda goods: (index(goods) - 1) * 100


def _volume(goods: Sequence[Quad]) -> float:
    now, then = (sum(good[i] for good in goods) for i in (0, 1))
    return (now / then / fisher(goods) - 1) * 100


@step(_GOODS)
def pairs(build: Build) -> pl.DataFrame:
    """Value and quantity of each commodity now and a year earlier: now, then, q, q_then; both of one state."""
    value = levels(build.words, dataset="trade_by_commodity", counterpart_area="WORLD", basis=MONTHS, flow=FLOWS)
    volume = pick(quantities(build.words), counterpart_area="WORLD", flow=FLOWS)

    def of_unit(own: pl.DataFrame) -> pl.DataFrame:
        parts = {"now": Part(value), "then": Part(value, lag=12)}
        parts |= {"q": Part(own, on=MONEYLESS), "q_then": Part(own, lag=12, on=MONEYLESS)}
        return one_footing(align(KEYS, **parts), "then", "q_then")

    table = one_a_day(each_unit(volume, of_unit))
    each = pl.all_horizontal(pl.col("now", "then", "q", "q_then") > 0)  # a pair revised to nothing is none any more
    return table.with_columns(value=pl.when(each).then("now"), precision=pl.lit(None, pl.Float64))


def over_goods(build: Build, value: Callable[[Sequence[Quad]], float], since: date = date.min) -> pl.DataFrame:
    """`value` of the commodities known on each day from `since` on, by flow, basis and currency; product TOTAL."""
    columns = [*KEYS, "period_end", "value", "now", "then", "q", "q_then", "vintage_date", *PROVENANCE]

    def judged(panel: pl.DataFrame) -> pl.DataFrame:
        made = [panel.clear()]
        for own in panel.partition_by(GOODLESS):
            chosen = own.filter(pl.col("product_code").is_in(apart(own["product_code"].to_list())))
            if chosen.height >= LEAST:
                goods = list(chosen.select("now", "then", "q", "q_then").iter_rows())
                last = chosen.sort("vintage_date", "product_code").tail(1)
                made.append(last.with_columns(value=pl.lit(value(goods)), product_code=pl.lit("TOTAL")))
        return pl.concat(made)

    cells = with_news(pairs(build).select(columns), since)
    months = cells.partition_by("period_end")
    return pl.concat([cells.clear(), *(each_vintage(month, KEYS, judged, since=since) for month in months)])


def _emit(table: pl.DataFrame, name: str, unit: str) -> pl.DataFrame:
    return emit(table.with_columns(precision=pl.lit(None, pl.Float64)), name, unit)


@indicator(
    id="trade_price_growth",
    title="Growth of trade prices on a year earlier (Fisher, unit values)",
    unit="percent",
    by=TRADE,
    inputs=(pairs,),
    lookback=12,
    formula="100 * (sqrt(Laspeyres * Paasche) - 1) of unit values over the commodities with quantities",
    reference=_MANUAL,
    caveat=_CAVEAT,
)
def price_growth(build: Build) -> pl.DataFrame:
    return _emit(over_goods(build, _growth(fisher), build.since), "trade_price_growth", "percent")


@indicator(
    id="trade_price_growth_tornqvist",
    title="Growth of trade prices on a year earlier (Tornqvist, unit values)",
    unit="percent",
    by=TRADE,
    inputs=(pairs,),
    lookback=12,
    formula="100 * (exp(sum of mean shares * ln(unit value(t) / unit value(t - 12 months))) - 1)",
    reference=_MANUAL,
    caveat=_CAVEAT + "Apart from that of Fisher it says how much the formula matters.",
)
def price_growth_tornqvist(build: Build) -> pl.DataFrame:
    return _emit(over_goods(build, _growth(tornqvist), build.since), "trade_price_growth_tornqvist", "percent")


@indicator(
    id="trade_volume_growth_fisher",
    title="Growth of trade volumes on a year earlier (Fisher)",
    unit="percent",
    by=TRADE,
    inputs=(pairs,),
    lookback=12,
    formula="100 * (value of the commodities with quantities(t) / that a year earlier / price index of Fisher - 1)",
    reference=_MANUAL,
    caveat=_CAVEAT + "With trade_price_growth it makes the growth of these commodities, not of all trade.",
)
def volume_growth(build: Build) -> pl.DataFrame:
    return _emit(over_goods(build, _volume, build.since), "trade_volume_growth_fisher", "percent")


@indicator(
    id="trade_price_coverage",
    title="Share of trade that the commodities of the price index make",
    unit="percent",
    by=TRADE,
    inputs=(pairs, _WORLD),
    lookback=12,
    formula="100 * value of the commodities with quantities in both periods / total of the flow",
    reference=_MANUAL,
    caveat="Where the split stands on little, it stands for little. The total is that known on the day.",
)
def price_coverage(build: Build) -> pl.DataFrame:
    covered = over_goods(build, lambda goods: sum(good[0] for good in goods))
    world = levels(build.vintages, dataset="trade_total", counterpart_area="WORLD", basis=MONTHS, flow=FLOWS)
    table = align(KEYS, covered=Part(covered.with_columns(precision=pl.lit(None, pl.Float64))), world=Part(world))
    return _emit(table.with_columns(value=pl.col("covered") / pl.col("world") * 100), "trade_price_coverage", "percent")


def chained(panel: pl.DataFrame) -> pl.DataFrame:
    """Links on a year earlier multiplied up from the first of an unbroken run of years, which starts at 100."""
    made = [panel.clear()]
    for own in panel.partition_by(KEYS):
        links = {row["period_end"]: row for row in own.sort("period_end").iter_rows(named=True)}
        rows: list[dict[str, Any]] = []
        level: dict[Any, float] = {}
        for end, row in links.items():
            base = next((level[e] for e in level if (e.year + 1, e.month) == (end.year, end.month)), 100.0)
            level[end] = base * (1 + row["value"] / 100)
            rows.append(row | {"value": level[end]})
        made.append(pl.DataFrame(rows, schema=panel.schema))
    return pl.concat(made)


@indicator(
    id="trade_price_index_chained",
    title="Trade prices, chained from year to year (Fisher, unit values)",
    unit="index",
    by=TRADE,
    inputs=(price_growth,),
    formula="100 * product of (1 + trade_price_growth / 100) over the unbroken run of years of the same month",
    reference=_MANUAL,
    caveat=_CAVEAT + "100 is the same month of the year before the run; months are comparable with their own alone.",
)
def price_index(build: Build) -> pl.DataFrame:
    return _emit(
        each_vintage(price_growth(build), KEYS, chained, since=build.since), "trade_price_index_chained", "index"
    )


@indicator(
    id="terms_of_trade_growth",
    title="Growth of the terms of trade on a year earlier",
    unit="percent",
    by=("basis", "currency"),
    inputs=(price_growth,),
    lookback=12,
    formula="100 * ((1 + export price growth / 100) / (1 + import price growth / 100) - 1)",
    reference=_MANUAL,
    caveat=_CAVEAT + "Up: exports buy more imports.",
)
def terms_of_trade(build: Build) -> pl.DataFrame:
    rows = price_growth(build)
    flowless = tuple(k for k in KEYS if k != "flow")
    table = align(flowless, sold=Part(pick(rows, flow="export")), bought=Part(pick(rows, flow="import")))
    value = ((1 + pl.col("sold") / 100) / (1 + pl.col("bought") / 100) - 1) * 100
    return _emit(table.with_columns(value=value), "terms_of_trade_growth", "percent")


@indicator(
    id="mirror_unit_value_gap",
    title="Unit value of imports from China against those from another supplier, as the importer counts them",
    unit="percent",
    by=("ref_area", "counterpart_area", "product_code", "currency", "definition"),
    inputs=(_MIRROR,),
    lookback=0,
    formula="100 * (value / quantity of imports from China / that from the supplier named - 1), product by product",
    reference=_MANUAL,
    caveat="Only where an importer's values and quantities by product are loaded (Comext). Below zero: China is "
    "cheaper, or delivers a plainer mix.",
)
def unit_value_gap(build: Build) -> pl.DataFrame:
    rows = build.vintages.filter(pl.col("product_code").str.contains(BROAD))
    value = pick(rows, measure="value")
    volume = pick(rows, measure="quantity").with_columns(currency=pl.lit(NONE))

    def of_unit(own: pl.DataFrame) -> pl.DataFrame:
        each = align(KEYS, money=Part(value), q=Part(own, on=MONEYLESS)).with_columns(
            value=pl.when(pl.col("q") > 0).then(pl.col("money") / pl.col("q")), precision=pl.lit(None, pl.Float64)
        )
        ours, others = pick(each, counterpart_area="CHN"), each.filter(pl.col("counterpart_area") != "CHN")
        table = align(KEYS, other=Part(others), china=Part(ours, on=PARTNERLESS))
        points = pl.when(pl.col("other") > 0).then((pl.col("china") / pl.col("other") - 1) * 100)
        return table.with_columns(value=points)

    return _emit(one_a_day(each_unit(volume, of_unit)), "mirror_unit_value_gap", "percent")
