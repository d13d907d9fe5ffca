"""Rerouting once more: quarters added up month by month, changes compared one by one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from datetime import date

from tests.transforms.indicators.plain.rows import Cell, Past, Row
from transforms.indicators.event_study import events

Quarters = dict[int, tuple[date, float]]  # number of the last month -> its end, the sum of three
CONNECTORS = ("IDN", "IND", "MAR", "MEX", "MYS", "POL", "THA", "TWN", "VNM")
PRODUCTS = {"NAICS": r"NAICS_...", "HS6": r"HS_\d{6}"}
WIDE = re.compile(r"TOTAL|NAICS_..?.?|HS_(\d\d|\d{4}|\d{6})")


def _quarters(months: dict[int, Row]) -> Quarters:
    return {
        m: (row["period_end"], sum(months[n]["value"] for n in (m, m - 1, m - 2)))
        for m, row in months.items()
        if m % 3 == 2 and m - 1 in months and m - 2 in months
    }


def _market(past: Past) -> Iterator[tuple[dict[str, str], Quarters]]:
    for named, months in past.of(dataset="mirror_trade", ref_area=("USA", "EU"), flow="import", measure="value",
                                 basis="month", freq="M"):  # fmt: skip
        if WIDE.fullmatch(named["product_code"]):
            yield named, _quarters(months)


def _rise(quarters: Quarters, month: int) -> float | None:
    return quarters[month][1] - quarters[month - 12][1] if month in quarters and month - 12 in quarters else None


def rerouting_replaced(past: Past) -> Iterator[Cell]:
    everyone = list(_market(past))
    china = {tuple(n.values()): q for n, q in everyone if n["counterpart_area"] == "CHN"}
    for named, quarters in everyone:
        chinese = china.get(tuple((named | {"counterpart_area": "CHN"}).values()), {})
        for month, (end, _) in quarters.items():
            rise, change = _rise(quarters, month), _rise(chinese, month)
            if named["counterpart_area"] not in ("CHN", "WORLD", "EU", "EXTRA_EU") and None not in (rise, change):
                yield named, end, max(0.0, min(rise, -change))  # type: ignore[operator, type-var]


def _by_supplier(cells: Iterator[Cell]) -> dict[tuple[tuple[str, ...], date], dict[str, float]]:
    """Values by product, for each supplier of a market, classification and quarter."""
    found: dict[tuple[tuple[str, ...], date], dict[str, float]] = {}
    for named, end, value in cells:
        for name, pattern in PRODUCTS.items():
            if re.fullmatch(pattern, named["product_code"]):
                supplier = tuple((named | {"product_code": name}).items())
                found.setdefault((supplier, end), {})[named["product_code"]] = value  # type: ignore[arg-type]
    return found


def rerouting_replaced_share(past: Past) -> Iterator[Cell]:
    falls = ((n, q[m][0], max(0.0, -c)) for n, q in _market(past) if n["counterpart_area"] == "CHN"
             for m in q if (c := _rise(q, m)) is not None)  # fmt: skip
    lost = _by_supplier(falls)
    for (supplier, end), taken in _by_supplier(rerouting_replaced(past)).items():
        named = dict(supplier)  # type: ignore[arg-type]
        china = lost.get((tuple((named | {"counterpart_area": "CHN"}).items()), end), {})  # type: ignore[arg-type]
        if sum(china.values()) > 0:
            yield named, end, 100 * sum(taken.values()) / sum(china.values())


def rerouting_product_coverage(past: Past) -> Iterator[Cell]:
    everyone = list(_market(past))
    totals = {(tuple(n.items()), q[m][0]): q[m][1] for n, q in everyone for m in q}
    for (supplier, end), parts in _by_supplier((n, q[m][0], q[m][1]) for n, q in everyone for m in q).items():
        named = dict(supplier)  # type: ignore[arg-type]
        whole = totals.get((tuple((named | {"product_code": "TOTAL"}).items()), end), 0.0)
        if whole > 0:
            yield named, end, 100 * sum(parts.values()) / whole


def _queried(past: Past) -> Iterator[tuple[str, str, str, dict[int, float]]]:
    """Rises by connector and six digits from the newest download of each row of eight."""
    newest: dict[tuple[str, str, int], tuple[date, float]] = {}
    for row in past.tables.get("customs_microdata", []):
        cell = (row["partner"], row["hs8"], row["period_end"].year * 12 + row["period_end"].month - 1)
        if row["vintage_date"] <= past.day and row["vintage_date"] >= newest.get(cell, (date.min, 0.0))[0]:
            newest[cell] = (row["vintage_date"], row["value"])
    for partner, product in {(partner, code[:6]) for partner, code, _ in newest}:
        own = {(c, m): v for (p, c, m), (_, v) in newest.items() if (p, c[:6]) == (partner, product)}
        found: dict[int, float] = {}
        for month in {m for _, m in own if m % 3 == 2}:
            quarters = [{k: v for k, v in own.items() if last - 2 <= k[1] <= last} for last in (month, month - 12)]
            codes = [{c for c, _ in quarter} for quarter in quarters]
            if all(len({m for _, m in quarter}) == 3 for quarter in quarters) and codes[0] == codes[1]:
                found[month] = sum(quarters[0].values()) - sum(quarters[1].values())
        yield partner, f"HS_{product}", "CHINA_CUSTOMS_QUERY", found


def rerouting_bound(past: Past) -> Iterator[Cell]:
    inward = list(_queried(past))  # connector, product, whose count, rises
    for named, months in past.of(measure="value", basis="month", freq="M", currency="USD"):
        ways = {
            ("mirror_trade", "import"): ("counterpart_area", "ref_area", named["definition"]),
            ("mirror_trade", "export"): ("ref_area", "counterpart_area", named["definition"]),
            ("trade_by_partner", "export"): ("ref_area", "counterpart_area", "CHINA_CUSTOMS"),
        }
        way = ways.get((named["dataset"], named["flow"]))
        if way and named[way[0]] == "CHN" and named[way[1]] in CONNECTORS and WIDE.fullmatch(named["product_code"]):
            into = _quarters(months)
            rises = {month: rise for month in into if (rise := _rise(into, month)) is not None}
            inward.append((named[way[1]], named["product_code"], way[2], rises))
    for named, out in _market(past):
        for connector, product, counted, into in inward:
            if (named["counterpart_area"], named["product_code"], named["currency"]) != (connector, product, "USD"):
                continue
            for month, (end, _) in out.items():
                rise = _rise(out, month)
                if rise is not None and month in into:
                    label = f"{counted}_TO_{named['definition']}"
                    yield named | {"definition": label}, end, max(0.0, min(rise, into[month]))


def _studied(past: Past, ratio: bool) -> Iterator[Cell]:
    for named, own in past.of(dataset="mirror_trade", ref_area="USA", flow="import", measure="value", basis="month",
                              unit="USD", product_code="TOTAL"):  # fmt: skip
        if named["counterpart_area"] in ("WORLD", "CHN", "EXTRA_EU"):
            continue
        world, china = (past.one(named, counterpart_area=area) for area in ("WORLD", "CHN"))
        growth: dict[int, float] = {}
        for m in own:
            if all(n in months for months in (own, world, china) for n in (m, m - 12)):
                rest = [world[n]["value"] - china[n]["value"] - own[n]["value"] for n in (m, m - 12)]
                if min(*rest, own[m]["value"], own[m - 12]["value"]) <= 0:
                    continue
                growth[m] = 100 * (math.log(own[m]["value"] / own[m - 12]["value"]) - math.log(rest[0] / rest[1]))
        for event, day in events().items():
            start = day.year * 12 + day.month - 1 + (1 if day.day > 15 else 0)
            before = [growth.get(m) for m in range(start - 24, start)]
            if None in before:
                continue
            usual = sum(before) / 24  # type: ignore[arg-type]
            spread = math.sqrt(sum((x - usual) ** 2 for x in before) / 23)  # type: ignore[operator]
            for last in range(start + 2, start + 12):
                after = [growth.get(m) for m in range(start, last + 1)]
                if None in after:
                    break
                value = sum(after) / len(after) - usual  # type: ignore[arg-type]
                value = value / (spread * math.sqrt(1 / len(after) + 1 / 24)) if ratio else value
                yield named | {"definition": f"{event}_{named['definition']}"}, own[last]["period_end"], value


def diversion_event(past: Past) -> Iterator[Cell]:
    yield from _studied(past, ratio=False)


def diversion_event_ratio(past: Past) -> Iterator[Cell]:
    yield from _studied(past, ratio=True)


ALL: dict[str, Callable[[Past], Iterator[Cell]]] = {
    function.__name__: function
    for function in (
        rerouting_replaced, rerouting_replaced_share, rerouting_product_coverage, rerouting_bound,
        diversion_event, diversion_event_ratio,
    )
}  # fmt: skip
