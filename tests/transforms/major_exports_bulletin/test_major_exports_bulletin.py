"""Bulletin table (13): whole units, growth of the month, an open catalogue. Official March 2025 rows in its layout."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest

from tests.transforms.customs_case import Rows, article, fault, page, same, sheet
from tests.transforms.customs_products import major_exports_bulletin as product
from tests.transforms.customs_products import major_exports_preliminary
from tests.transforms.customs_tables import commodities_of
from transforms.customs import commodities


def rows(*extra: list[str]) -> Rows:
    """Month and growth columns as the attachment has them; the growth of the month is not in the tidy table: none."""
    title = "（13）2025年3月出口主要商品量值表（人民币值）"
    head = [("商品名称", 1, 2), ("计量单位", 1, 2), ("3月", 2, 1), ("比去年同期±%", 2, 1)]
    body = []
    for row in commodities_of("export", "2025-03"):
        value = (Decimal(row["month_value"]) * 10_000).quantize(Decimal(1), ROUND_HALF_UP)
        quantity = Decimal(row["month_quantity"]).quantize(Decimal(1), ROUND_HALF_UP) if row["month_quantity"] else "-"
        body.append(
            [
                row["commodity_label"],
                row["quantity_unit"],
                f"{quantity:,}" if quantity != "-" else "-",
                f"{value:,}\xa0",
                "-",
                "-",
            ]
        )
    return title, [
        [(title, 6, 1)],
        [("单位：万元人民币", 6, 1)],
        head,
        ["数量", "金额"] * 2,
        *body,
        *([*row] for row in extra),
    ]


def test_bulletin_figures_are_another_vintage_of_the_same_series() -> None:
    payload = sheet("M113RMB", rows(), left=1, top=1)
    assert product.recognise(payload) and not major_exports_preliminary.recognise(payload)
    values = product.read(payload).observations
    steel = values.filter(product_code="COMMODITY_STEEL").sort("measure")
    assert steel.select("measure", "value", "precision", "obs_status").rows() == [
        ("quantity", 10_460_000_000.0, 5_000_000.0, "A"),  # 1,046 ten thousand tons
        ("value", 52_019_580_000.0, 5_000.0, "A"),
    ]


def test_both_sites_give_identical_observations() -> None:
    english = dict(commodities.names().select("code", "name_en").iter_rows())
    title, chinese = rows()
    body = [[english[commodities.resolve(str(row[0]))], *row[1:]] for row in chinese[4:]]
    head = [("Commodity", 1, 2), ("Quantity Unit", 1, 2), ("3", 2, 1), ("Percentage Change", 2, 1)]
    words = "(13) Major Export Commodities in Quantity and Value,3.2025"
    table: Rows = (words, [[(words, 6, 1)], [("Unit:RMB 10,000", 6, 1)], head, ["Quantity", "Value"] * 2, *body])
    same(product, page(table), article((title, chinese)), sheet("M113RMB", (title, chinese)))


def test_sub_lines_without_a_code_go_by_their_label() -> None:
    reading = product.read(sheet("M113RMB", rows(["  冻鱼", "万吨", "10", "20,000", "1.0", "2.0"])))
    assert [note for note in reading.notes if "冻鱼" in note]
    fish = reading.observations.filter(product_code="LABEL_冻鱼", measure="value")
    assert fish["value"].to_list() == [200e6] and reading.table["product_code"].null_count() == 0


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["大米", "吨", "10", "abc", "1.0", "2.0"], "not_a_number"),
        (["玩具", "-", "-", "10", "-", "2.0"], "duplicate_commodity"),
        (["大豆", "12", "13", "10", "-", "2.0"], "shifted_row"),
    ],
)
def test_faults_are_refused(row: list[str], code: str) -> None:
    assert fault(product, sheet("M113RMB", rows(row))).code == code
