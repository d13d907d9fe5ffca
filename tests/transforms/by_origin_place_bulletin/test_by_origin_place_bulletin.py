"""Bulletin table (9): domestic destination and origin, the same provinces under a definition of their own."""

from __future__ import annotations

from tests.transforms.breakdown_tables import by_flows, readings, value
from transforms.layout import Declared
from transforms.products import all_products

product = all_products()["gacc.by_origin_place_bulletin"]
assert isinstance(product, Declared)

ROWS = [("TOTAL", (300, 1500, 200, 1000)), ("Jiangsu", (200, 1000, 120, 600)), ("Guangdong", (100, 500, 80, 400))]
ZH = [("总值", (300, 1500, 200, 1000)), ("江苏省", (200, 1000, 120, 600)), ("广东省", (100, 500, 80, 400))]


def test_places_of_destination_and_origin_are_another_definition() -> None:
    english, article = readings(
        product,
        by_flows("(9) Imports and Exports by Place of Destination/Origin,5.2026", "Place of Destination/Origin", ROWS),
        by_flows(
            "（9）2026年5月进出口商品境内目的地/货源地总值表（美元值）",
            "境内目的地/货源地",
            ZH,
            "单位：千美元",
            zh=True,
        ),
    )
    assert english.observations.drop("native_title").equals(article.observations.drop("native_title"))
    assert value(english, ref_area="CN-JS", definition="ORIGIN_DESTINATION", flow="import") == 600_000
