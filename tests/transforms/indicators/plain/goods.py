"""Coverage of goods and membership of groups once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from tests.transforms.indicators.plain.rows import Cell, Past, at, same_group
from transforms.areas import names
from transforms.indicators.price_volume import apart

MONEY = {"measure": "value", "basis": ("month", "ytd"), "unit": ("USD", "CNY")}
Shares = dict[tuple[tuple[str, str], ...], dict[date, dict[str, float]]]


def _goods(past: Past, *, of_total: bool) -> Shares:
    """Values, or shares in the total in percent, of each commodity by world, period and code."""
    found: Shares = {}
    for named, months in past.of(
        dataset="trade_by_commodity", counterpart_area="WORLD", flow=("export", "import"), **MONEY
    ):  # type: ignore[arg-type]
        world = past.one(named, dataset="trade_total", product_code="TOTAL")
        for month, row in months.items():
            whole = at(world, month) if of_total else 100.0
            if whole is not None:
                cell = found.setdefault(tuple((named | {"product_code": "TOTAL"}).items()), {})
                cell.setdefault(row["period_end"], {})[named["product_code"]] = 100 * row["value"] / whole
    return found


def trade_commodity_coverage(past: Past) -> Iterator[Cell]:
    for key, periods in _goods(past, of_total=True).items():
        for end, goods in periods.items():
            if codes := apart(list(goods)):
                yield dict(key), end, sum(goods[code] for code in codes)


def trade_commodity_count(past: Past) -> Iterator[Cell]:
    for key, periods in _goods(past, of_total=False).items():
        for end, goods in periods.items():
            if codes := apart(list(goods)):
                yield dict(key), end, float(len(codes))


def trade_commodity_missing(past: Past) -> Iterator[Cell]:
    for key, periods in _goods(past, of_total=True).items():
        for end, goods in periods.items():
            then = next((old for e, old in periods.items() if (e.year + 1, e.month) == (end.year, end.month)), {})
            for code, share in then.items():
                if share >= 0.5 and code not in goods:
                    yield dict(key) | {"product_code": code}, end, share


def trade_group_changed(past: Past) -> Iterator[Cell]:
    groups = {row["code"] for row in names().iter_rows(named=True) if row["kind"] == "group"} - {"WORLD"}
    for named, months in past.of(dataset="trade_by_partner", **MONEY):  # type: ignore[arg-type]
        if named["counterpart_area"] in groups:
            for row in months.values():
                yield named, row["period_end"], float(not same_group(named["counterpart_area"], row["period_end"]))


ALL: dict[str, Callable[[Past], Iterator[Cell]]] = {
    function.__name__: function
    for function in (trade_commodity_coverage, trade_commodity_count, trade_commodity_missing, trade_group_changed)
}
