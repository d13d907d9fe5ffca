"""Bulletin table (4): divisions by their two digits, sections by their numeral, both with one code in both languages."""

from __future__ import annotations

from tests.transforms.breakdown_tables import by_goods, readings, value
from tests.transforms.customs_case import page
from transforms.layout import Declared
from transforms.products import all_products

product = all_products()["gacc.by_hs_bulletin"]
assert isinstance(product, Declared)

ROWS = [("TOTAL", (300, 1500, 200, 1000)), ("I Live Animals; Animal Products", (100, 500, 90, 450)),
        ("01 Live animals", (100, 500, 90, 450)), ("XI Textiles and Textile Articles", (200, 1000, 110, 550)),
        ("50 Silk", (200, 1000, 110, 550))]  # fmt: skip
ZH = [("总值", (300, 1500, 200, 1000)), ("第一类 活动物；动物产品", (100, 500, 90, 450)), ("第01章 活动物", (100, 500, 90, 450)),
      ("第十一类 纺织原料及纺织制品", (200, 1000, 110, 550)), ("第50章 蚕丝", (200, 1000, 110, 550))]  # fmt: skip
TITLE, HEAD = "(4) Imports and Exports by HS Section and Division,5.2026", "HS Section and Division"


def test_sections_and_divisions_have_one_code_in_both_languages() -> None:
    english, article = readings(
        product,
        by_goods(TITLE, HEAD, ROWS),
        by_goods("（4）2026年5月进出口商品类章总值表（美元值）", "类章", ZH, "单位：千美元", zh=True),
    )
    assert english.observations.drop("native_title").equals(article.observations.drop("native_title"))
    codes = english.table["product_code"].to_list()
    assert codes == ["TOTAL", "HS_SECTION_01", "HS_01", "HS_SECTION_11", "HS_50"] and not english.notes
    assert value(english, dataset="trade_by_hs", product_code="HS_50", flow="import") == 550_000


def test_january_has_five_columns() -> None:
    title, rows = by_goods(TITLE.replace("5.2026", "1.2026"), HEAD, ROWS)
    rows = [rows[0], rows[1], [(HEAD, 1, 2), "Exports", "Imports", ("Percentage Change", 2, 1)],
            ["1", "1", "Exports", "Imports"], *[[row[0], row[1], row[3], row[5], row[6]] for row in rows[4:]]]  # fmt: skip
    rows[0], rows[1] = [(title, 5, 1)], [("Unit:US$1,000", 5, 1)]
    reading = product.read(page((title, rows)))
    assert value(reading, product_code="HS_50", flow="export", basis="month") == 200_000
