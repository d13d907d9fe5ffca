"""Prices and volumes: index numbers by hand on three commodities of the customs tables."""

from __future__ import annotations

import math

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators import price_volume as p

COLUMNS = "period vintage product_code measure value"
DAY = "2026-01-14"
# GACC, exports of 2024 and 2025, CNY bn and quantities, rounded: steel (million tons), chips (billion), cars (million).
GOODS = {
    "COMMODITY_STEEL": (594.0, 596.4, 110.72, 119.02),
    "COMMODITY_INTEGRATED_CIRCUITS": (1135.2, 1436.0, 298.1, 349.5),
    "COMMODITY_MOTOR_VEHICLES": (834.5, 994.2, 6.407, 8.324),
}  # then, now, quantity then, now


def table(trade, goods=GOODS, flow="export") -> pl.DataFrame:
    frames = []
    for code, (then, now, q_then, q) in goods.items():
        money = [("2024-12", DAY, code, "value", then), ("2025-12", DAY, code, "value", now)]
        volume = [("2024-12", DAY, code, "quantity", q_then), ("2025-12", DAY, code, "quantity", q)]
        fixed = {"dataset": "trade_by_commodity", "flow": flow, "basis": "ytd"}
        frames.append(trade(money, COLUMNS, currency="CNY", unit="CNY", **fixed))
        frames.append(trade(volume, COLUMNS, currency="_", unit="count", **fixed))
    return pl.concat(frames)


def test_prices_and_volumes_make_the_growth_of_value(trade, known) -> None:
    """Laspeyres: 554.81 of steel + 1224.81 of chips + 765.25 of cars over 2563.7; Paasche: 3026.6 over 638.53 + 1330.94
    + 1084.18."""
    build = Build(table(trade))
    laspeyres = (596.4 / 119.02 * 110.72 + 1436.0 / 349.5 * 298.1 + 994.2 / 8.324 * 6.407) / 2563.7
    paasche = 3026.6 / (594.0 / 110.72 * 119.02 + 1135.2 / 298.1 * 349.5 + 834.5 / 6.407 * 8.324)
    assert (laspeyres, paasche) == pytest.approx((2544.86 / 2563.7, 3026.6 / 3053.65), abs=1e-5)
    price = known(p.price_growth(build), "2025-12", DAY)
    assert price == pytest.approx((math.sqrt(laspeyres * paasche) - 1) * 100)
    volume = known(p.volume_growth(build), "2025-12", DAY)
    assert (1 + price / 100) * (1 + volume / 100) == pytest.approx(3026.6 / 2563.7)
    assert known(p.price_growth_tornqvist(build), "2025-12", DAY) == pytest.approx(price, abs=0.05)
    assert known(p.price_index(build), "2025-12", DAY) == pytest.approx(100 + price)


def test_coverage_is_of_the_total(trade, known) -> None:
    world = trade(
        [("2025-12", DAY, "TOTAL", "value", 26990.0)], COLUMNS, flow="export", basis="ytd", currency="CNY", unit="CNY"
    )
    build = Build(pl.concat([table(trade), world]))
    assert known(p.price_coverage(build), "2025-12", DAY) == pytest.approx(100 * 3026.6 / 26990.0)


def test_parts_of_rows_and_starred_rows_do_not_count_twice(trade, known) -> None:
    alone = known(p.price_growth(Build(table(trade))), "2025-12", DAY)
    more = GOODS | {"COMMODITY_PASSENGER_CARS": (400.0, 900.0, 5.0, 5.0), "COMMODITY_HI_TECH": (10.0, 90.0, 1.0, 1.0)}
    assert known(p.price_growth(Build(table(trade, more))), "2025-12", DAY) == pytest.approx(alone)
    two = {code: GOODS[code] for code in list(GOODS)[:2]}
    assert p.price_growth(Build(table(trade, two))).is_empty(), "two commodities are too few"


def test_a_chain_multiplies_the_years_of_one_month() -> None:
    goods = pl.DataFrame({"period_end": ["2024-12-31", "2025-12-31", "2025-11-30"], "value": [10.0, -10.0, 5.0]})
    keys = {key: pl.lit("x") for key in p.KEYS}
    rows = p.chained(goods.with_columns(pl.col("period_end").str.to_date(), **keys))
    assert dict(rows.select(pl.col("period_end").cast(pl.String), "value").iter_rows()) == pytest.approx(
        {"2024-12-31": 110.0, "2025-12-31": 99.0, "2025-11-30": 105.0}
    )


def test_terms_of_trade_compare_both_flows(trade, known) -> None:
    """Import prices a tenth down at unchanged quantities, export prices unchanged: 11.1 percent better."""
    bought = dict.fromkeys(GOODS, (100.0, 90.0, 1.0, 1.0))
    sold = dict.fromkeys(GOODS, (100.0, 100.0, 1.0, 1.0))
    build = Build(pl.concat([table(trade, bought, "import"), table(trade, sold, "export")]))
    assert known(p.terms_of_trade(build), "2025-12", DAY) == pytest.approx(100 / 0.9 - 100)


def test_unit_values_of_two_suppliers_of_one_importer(trade, known) -> None:
    """Eurostat counts euros and kilograms: 4 EUR/kg from China, 5 from Viet Nam: a fifth cheaper."""
    cells = {("CHN", "value"): 40.0, ("CHN", "quantity"): 10.0, ("VNM", "value"): 10.0, ("VNM", "quantity"): 2.0}
    frames = [
        trade([("2025-07", DAY, area, measure, value / (1e9 if measure == "value" else 1))],
              "period vintage counterpart_area measure value", dataset="mirror_trade", ref_area="EU", flow="import",
              basis="month", product_code="HS_640399", definition="COMEXT",
              currency="EUR" if measure == "value" else "_", unit="EUR" if measure == "value" else "kg")
        for (area, measure), value in cells.items()
    ]  # fmt: skip
    gap = p.unit_value_gap(Build(pl.concat(frames)))
    assert known(gap, "2025-07", DAY, counterpart_area="VNM") == pytest.approx(-20.0)
