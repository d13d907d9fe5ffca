"""Bulletin table (3): sections and divisions of the SITC by their digits, primary and manufactured goods make the total."""

from __future__ import annotations

from tests.transforms.breakdown_tables import by_goods, readings, value
from transforms.layout import Declared
from transforms.products import all_products

product = all_products()["gacc.by_sitc_bulletin"]
assert isinstance(product, Declared)

ROWS = [("TOTAL", (300, 1500, 200, 1000)), ("I. Primary Goods", (100, 500, 90, 450)),
        ("0 Food and Live Animals", (100, 500, 90, 450)), ("01 Meat and Meat Preparations", (100, 500, 90, 450)),
        ("II. Manufactured Goods", (200, 1000, 110, 550)), ("7 Machinery", (200, 1000, 110, 550))]  # fmt: skip
ZH = [("总值", (300, 1500, 200, 1000)), ("一、初级产品", (100, 500, 90, 450)), ("0类 食品及活动物", (100, 500, 90, 450)),
      ("01章 肉及肉制品", (100, 500, 90, 450)), ("二、工业制品", (200, 1000, 110, 550)),
      ("7类 机械及运输设备", (200, 1000, 110, 550))]  # fmt: skip


def test_sections_and_divisions_have_one_code_in_both_languages() -> None:
    english, article = readings(
        product,
        by_goods("(3) Composition of Imports and Exports by Section and Division,5.2026", "Section and Division", ROWS),
        by_goods("（3）2026年5月进出口商品构成表（美元值）", "商品构成", ZH, "单位：千美元", zh=True),
    )
    assert english.observations.drop("native_title").equals(article.observations.drop("native_title"))
    assert english.table["product_code"].to_list() == [
        "TOTAL", "SITC_PRIMARY", "SITC_0", "SITC_01", "SITC_MANUFACTURED", "SITC_7"]  # fmt: skip
    assert value(english, dataset="trade_by_sitc", product_code="SITC_PRIMARY", flow="export") == 500_000
    assert not english.notes
