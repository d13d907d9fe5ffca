"""Bulletin table (11): specific areas are open names; they overlap, so that nothing adds them up."""

from __future__ import annotations

from tests.transforms.breakdown_tables import by_flows, readings, value
from tests.transforms.customs_pages import chinese
from transforms.layout import Declared
from transforms.model import Payload
from transforms.products import all_products

product = all_products()["gacc.by_specific_area_bulletin"]
assert isinstance(product, Declared)

ROWS = [("Comprehensive Bonded Zones", (200, 1000, 120, 600)), ("Xuzhou CBZ", (20, 100, 10, 50))]
ZH = [("综合保税区", (200, 1000, 120, 600)), ("徐州综合保税区", (20, 100, 10, 50))]


def test_every_area_is_a_series_of_its_own() -> None:
    english, article = readings(
        product,
        by_flows("（11）Imports and Exports by Specific Areas, 5.2026", "Specific Areas", ROWS),
        by_flows("（11）2026年5月特定地区进出口总值表（人民币值）", "特定地区", ZH, "单位：万元人民币", zh=True),
    )
    where = {"dataset": "trade_by_specific_area", "flow": "export"}
    assert value(english, product_code="LABEL_XUZHOU_CBZ", **where) == 100_000
    assert value(article, product_code="LABEL_综合保税区", currency="CNY", **where) == 10_000_000


def test_the_total_of_the_areas_is_not_the_nations() -> None:
    rows = [("合计", (220, 1100, 130, 650)), *ZH]
    made = by_flows("（11）2026年5月特定地区进出口总值表（人民币值）", "特定地区", rows, "单位：万元人民币", zh=True)
    reading = product.read(Payload(chinese(*made), "article.html"))
    assert set(reading.observations["dataset"]) == {"trade_by_specific_area"}
