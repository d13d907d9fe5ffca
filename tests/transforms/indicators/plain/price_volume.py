"""Prices and volumes once more: index numbers added up good by good."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from tests.transforms.indicators.plain.past import Cell, Past, month_end, of_one_state
from tests.transforms.indicators.plain.past import now as newest
from transforms.indicators.price_volume import apart

Good = tuple[str, date, float, float, float, float]  # code, end, value now and then, quantity now and then
World = dict[str, str]


@cache
def _goods(past: Past) -> list[tuple[World, dict[date, list[Good]]]]:
    """Goods of each flow, basis and currency by period, those that do not overlap, three at least."""
    found: dict[tuple[tuple[str, str], ...], dict[date, list[Good]]] = {}
    for named, money in past.of(dataset="trade_by_commodity", measure="value", counterpart_area="WORLD",
                                basis=("month", "ytd"), flow=("export", "import"), unit=("USD", "CNY")):  # fmt: skip
        same = {n: named[n] for n in ("ref_area", "counterpart_area", "flow", "product_code", "basis", "definition")}
        for _, volume in past.of(dataset="trade_by_commodity", measure="quantity", **same):
            for m in money.keys() & volume.keys():
                if m - 12 not in money or m - 12 not in volume:
                    continue
                figures: list[tuple[float, ...]] = []

                def keep(
                    now: float, then: float, q_then: float, q: float, kept: list[tuple[float, ...]] = figures
                ) -> float:
                    kept.append((now, then, q, q_then))
                    return now

                of_one_state(keep, money[m], [money[m - 12], volume[m - 12]], [volume[m]])
                if figures and min(figures[-1]) > 0:
                    key = tuple((named | {"product_code": "TOTAL"}).items())
                    good = (named["product_code"], month_end(m), *figures[-1])
                    found.setdefault(key, {}).setdefault(month_end(m), []).append(good)  # type: ignore[arg-type]
    world = []
    for key, periods in found.items():
        kept = {}
        for end, goods in periods.items():
            codes = apart([good[0] for good in goods])
            if len(codes) >= 3:
                kept[end] = [good for good in goods if good[0] in codes]
        world.append((dict(key), kept))
    return world


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
        totals = {month_end(m): newest(world, m) for m in world}
        for end, goods in periods.items():
            if end in totals:
                yield named, end, 100 * sum(g[2] for g in goods) / totals[end]  # type: ignore[operator]


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
                ours, theirs = newest(china, m) / newest(weights, m), newest(money, m) / newest(volume, m)  # type: ignore[operator]
                yield named, month_end(m), 100 * (ours / theirs - 1)


ALL: dict[str, Callable[[Past], Iterator[Cell]]] = {
    function.__name__: function
    for function in (
        trade_price_growth, trade_price_growth_tornqvist, trade_volume_growth_fisher, trade_price_coverage,
        trade_price_index_chained, terms_of_trade_growth, mirror_unit_value_gap,
    )
}  # fmt: skip
