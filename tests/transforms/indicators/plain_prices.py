"""Prices and volumes once more: index numbers added up good by good."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date

from tests.transforms.indicators.plain import Cell, Past, base_of
from tests.transforms.indicators.plain_rerouting import restated
from transforms.indicators.price_volume import apart

Good = tuple[str, date, float, float, float, float]  # code, end, value now and then, quantity now and then
World = dict[str, str]


def _goods(past: Past) -> Iterator[tuple[World, dict[date, list[Good]]]]:
    """Goods of each flow, basis and currency by period, those that do not overlap, three at least."""
    found: dict[tuple[tuple[str, str], ...], dict[date, list[Good]]] = {}
    for named, money in past.of(dataset="trade_by_commodity", measure="value", counterpart_area="WORLD", basis=("month", "ytd"),
                                flow=("export", "import"), unit=("USD", "CNY")):  # fmt: skip
        same = {n: named[n] for n in ("ref_area", "counterpart_area", "flow", "product_code", "basis", "definition")}
        for _, volume in past.of(dataset="trade_by_commodity", measure="quantity", **same):  # type: ignore[arg-type]
            for m in money.keys() & volume.keys():
                then, q_then = (base_of(money[m], months, m - 12) for months in (money, volume))
                if then is None or q_then is None:
                    continue
                day = restated(money[m], money[m - 12], volume[m - 12])
                q = [told["value"] for told in volume[m]["told"] if told["vintage_date"] < day][-1]
                good = (
                    named["product_code"],
                    money[m]["period_end"],
                    money[m]["value"],
                    then["value"],
                    q,
                    q_then["value"],
                )
                if min(good[2:]) > 0:
                    key = tuple((named | {"product_code": "TOTAL"}).items())
                    found.setdefault(key, {}).setdefault(good[1], []).append(good)
    for key, periods in found.items():
        kept = {}
        for end, goods in periods.items():
            codes = apart([good[0] for good in goods])
            if len(codes) >= 3:
                kept[end] = [good for good in goods if good[0] in codes]
        yield dict(key), kept


def _fisher(goods: list[Good]) -> float:
    old_basket = now_basket = old_cost = now_cost = 0.0
    for _, _, now, then, q, q_then in goods:
        old_basket += then
        now_cost += now
        old_cost += then / q_then * q
        now_basket += now / q * q_then
    return math.sqrt(now_basket / old_basket * now_cost / old_cost)


def trade_price_growth(past: Past) -> Iterator[Cell]:
    for named, periods in _goods(past):
        for end, goods in periods.items():
            yield named, end, 100 * (_fisher(goods) - 1)


def trade_price_growth_tornqvist(past: Past) -> Iterator[Cell]:
    for named, periods in _goods(past):
        for end, goods in periods.items():
            product = 1.0
            for _, _, now, then, q, q_then in goods:
                share = now / sum(g[2] for g in goods) + then / sum(g[3] for g in goods)
                product *= ((now / q) / (then / q_then)) ** (share / 2)
            yield named, end, 100 * (product - 1)


def trade_volume_growth_fisher(past: Past) -> Iterator[Cell]:
    for named, periods in _goods(past):
        for end, goods in periods.items():
            yield named, end, 100 * (sum(g[2] for g in goods) / sum(g[3] for g in goods) / _fisher(goods) - 1)


def trade_price_coverage(past: Past) -> Iterator[Cell]:
    for named, periods in _goods(past):
        world = past.one(named, dataset="trade_total")
        totals = {row["period_end"]: row["value"] for row in world.values()}
        for end, goods in periods.items():
            if end in totals:
                yield named, end, 100 * sum(g[2] for g in goods) / totals[end]


def trade_price_index_chained(past: Past) -> Iterator[Cell]:
    links: dict[tuple[tuple[str, str], ...], dict[date, float]] = {}
    for named, end, growth in trade_price_growth(past):
        links.setdefault(tuple(named.items()), {})[end] = growth
    for key, path in links.items():
        for end in path:
            level, year = 100.0, end.year
            while any((e.year, e.month) == (year, end.month) for e in path):
                level *= 1 + next(g for e, g in path.items() if (e.year, e.month) == (year, end.month)) / 100
                year -= 1
            yield dict(key), end, level


def terms_of_trade_growth(past: Past) -> Iterator[Cell]:
    growth = {(named["flow"], named["basis"], named["currency"], end): (named, value)
              for named, end, value in trade_price_growth(past)}  # fmt: skip
    for (flow, basis, currency, end), (named, sold) in growth.items():
        bought = growth.get(("import", basis, currency, end))
        if flow == "export" and bought:
            yield named, end, 100 * ((100 + sold) / (100 + bought[1]) - 1)


def mirror_unit_value_gap(past: Past) -> Iterator[Cell]:
    for named, money in past.of(dataset="mirror_trade", measure="value", flow="import", basis="month", freq="M"):
        if named["counterpart_area"] == "CHN":
            continue
        china = past.one(named, counterpart_area="CHN")
        for other, volume in past.of(dataset="mirror_trade", measure="quantity", flow="import", ref_area=named["ref_area"],
                                     counterpart_area=named["counterpart_area"], product_code=named["product_code"]):  # fmt: skip
            weights = past.one(other, counterpart_area="CHN")
            for m in money.keys() & china.keys() & volume.keys() & weights.keys():
                ratio = china[m]["value"] / weights[m]["value"] / (money[m]["value"] / volume[m]["value"])
                yield named, money[m]["period_end"], 100 * (ratio - 1)


ALL: dict[str, Callable[[Past], Iterator[Cell]]] = {
    function.__name__: function
    for function in (
        trade_price_growth, trade_price_growth_tornqvist, trade_volume_growth_fisher, trade_price_coverage,
        trade_price_index_chained, terms_of_trade_growth, mirror_unit_value_gap,
    )
}  # fmt: skip
