"""Bulletin table (8): provinces of registration are areas of ISO 3166-2; their cities are series of their own."""

from __future__ import annotations

from tests.transforms.breakdown_tables import by_flows, readings, value
from tests.transforms.customs_case import page, refused
from transforms.layout import Declared
from transforms.products import all_products

product = all_products()["gacc.by_registration_bulletin"]
assert isinstance(product, Declared)

TITLE, HEAD = "(8) Imports and Exports by Location of Importers/Exporters,5.2026", "Location of Importers/Exporters"
ROWS = [("TOTAL", (300, 1500, 200, 1000)), ("Jiangsu", (200, 1000, 120, 600)), ("  Xuzhou", (20, 100, 10, 50)),
        ("Guangdong", (100, 500, 80, 400)), ("  Other", (7, 35, 5, 25))]  # fmt: skip
ZH = [("总值", (300, 1500, 200, 1000)), ("江苏省", (200, 1000, 120, 600)), ("  徐州市", (20, 100, 10, 50)),
      ("广东省", (100, 500, 80, 400)), ("  其他地区", (7, 35, 5, 25))]  # fmt: skip


def test_provinces_and_their_cities_in_both_languages() -> None:
    title = "（8）2026年5月进出口商品收发货人所在地总值表（美元值）"
    english, article = readings(
        product, by_flows(TITLE, HEAD, ROWS), by_flows(title, "收发货人所在地", ZH, "单位：千美元", zh=True)
    )
    for reading in (english, article):
        assert not reading.set_aside and not reading.notes
        assert value(reading, dataset="trade_total", flow="total") == 2_500_000
        where = {"dataset": "trade_by_place", "definition": "REGISTRATION", "product_code": "TOTAL"}
        assert value(reading, ref_area="CN-JS", flow="export", **where) == 1_000_000
        assert value(reading, ref_area="CN-GD", flow="import", **where) == 400_000
    cities = english.table.filter(product_code="LABEL_XUZHOU")
    assert cities["ref_area"].to_list() == ["CN-JS"] and cities["export_ytd"].to_list() == [100_000]
    assert english.table.filter(product_code="LABEL_OTHER")["ref_area"].to_list() == ["CN-GD"]


def test_provinces_that_exceed_the_nation_are_refused_and_missing_ones_told() -> None:
    more = [ROWS[0], ("Jiangsu", (290, 1450, 120, 600)), *ROWS[3:]]
    assert refused(product, page(by_flows(TITLE, HEAD, more))).code == "parts_mismatch"
    fewer = product.read(page(by_flows(TITLE, HEAD, ROWS[:3])))
    assert [row.code for row in fewer.set_aside] == ["possibly_cut"]


def test_a_row_whose_flows_do_not_make_its_total_is_set_aside() -> None:
    reading = product.read(page(by_flows(TITLE, HEAD, ROWS), ("320", "330")))
    assert [(row.row, row.code) for row in reading.set_aside] == [("Jiangsu", "sum_mismatch")]
