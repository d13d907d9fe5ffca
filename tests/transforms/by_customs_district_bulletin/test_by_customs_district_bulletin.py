"""Bulletin table (10): customs districts are open names beside the nation's total."""

from __future__ import annotations

from tests.transforms.breakdown_tables import by_flows, readings, value
from transforms.layout import Declared
from transforms.products import all_products

product = all_products()["gacc.by_customs_district_bulletin"]
assert isinstance(product, Declared)


def test_customs_districts_are_series_of_their_own_beside_the_nation() -> None:
    english, article = readings(
        product,
        by_flows(
            "(10)Imports and Exports by Customs District,5.2026",
            "Customs District",
            [("TOTAL", (200, 1000, 120, 600)), ("Tianjin", (20, 100, 10, 50))],
        ),
        by_flows(
            "（10）2026年5月进出口商品关别总值表（人民币值）",
            "关别",
            [("总值", (200, 1000, 120, 600)), ("天津海关", (20, 100, 10, 50))],
            "单位：万元人民币",
            zh=True,
        ),
    )
    assert value(english, dataset="trade_total", flow="total") == 1_600_000
    where = {"dataset": "trade_by_customs_district", "flow": "export"}
    assert value(english, product_code="LABEL_TIANJIN", **where) == 100_000
    assert value(article, product_code="LABEL_天津海关", currency="CNY", **where) == 1_000_000
