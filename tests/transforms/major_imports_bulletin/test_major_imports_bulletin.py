"""Bulletin table (14): the year to date beside the month, from official December 2025 rows in its layout."""

from __future__ import annotations

from decimal import Decimal

from tests.transforms.customs_case import Rows, article, fault, page, same, sheet
from tests.transforms.customs_pages import Cell, spaced
from tests.transforms.customs_products import major_exports_bulletin
from tests.transforms.customs_products import major_imports_bulletin as product
from tests.transforms.customs_tables import commodities_of
from transforms.customs import commodities


def rows() -> Rows:
    title = "(14) Major Import Commodities in Quantity and Value,12.2025"
    head = [
        ("Commodity", 1, 2),
        ("Quantity Unit", 1, 2),
        ("12", 2, 1),
        ("1to12", 2, 1),
        ("1to12 Year-on-Year(±%)", 2, 1),
    ]
    body = []
    names = {row["code"]: row["name_en"] for row in commodities.names().iter_rows(named=True)}
    for row in commodities_of("import", "2025-12"):
        cells = [row["month_quantity"] or "-"]
        for field in ("month_value", "ytd_quantity", "ytd_value"):
            value = row[field].replace(",", "")
            cells.append(f"{Decimal(value) * (10_000 if 'value' in field else 1):,.0f}" if value else "-")
        code = commodities.resolve(row["commodity_label"])
        growth = [row["ytd_quantity_yoy_pct"] or "-", row["ytd_value_yoy_pct"] or "-"]
        body.append([names[code], row["quantity_unit"], *map(spaced, cells), *growth])
    return title, [[(title, 8, 1)], [("Unit:RMB 10,000", 8, 1)], head, ["Quantity", "Value"] * 3, *body]


def test_month_and_year_to_date() -> None:
    payload = page(rows())
    assert product.recognise(payload) and not major_exports_bulletin.recognise(payload)
    chips = product.read(payload).observations.filter(product_code="COMMODITY_INTEGRATED_CIRCUITS", measure="value")
    assert dict(chips.select("basis", "value").iter_rows()) == {"month": 302_050_000_000.0, "ytd": 3_035_540_000_000.0}
    assert set(chips["obs_status"]) == {"A"} and set(chips["flow"]) == {"import"}


def chinese_rows() -> Rows:
    """The same table as the Chinese site prints it."""
    title = "（14）2025年12月进口主要商品量值表（人民币值）"
    head: list[Cell] = [("商品名称", 1, 2), ("计量单位", 1, 2), ("12月", 2, 1), ("1至12月累计", 2, 1)]
    chinese = dict(commodities.names().select("name_en", "name_zh").iter_rows())
    body = [[chinese[str(row[0])], *row[1:]] for row in rows()[1][4:]]
    growth: Cell = ("累计比去年同期±%", 2, 1)
    return title, [[(title, 8, 1)], [("单位：万元人民币", 8, 1)], [*head, growth], ["数量", "金额"] * 3, *body]


def test_both_sites_give_identical_observations() -> None:
    chinese = chinese_rows()
    same(product, page(rows()), article(chinese), sheet("M114RMB", chinese))


def test_a_month_above_its_year_to_date_is_refused() -> None:
    assert fault(product, page(rows(), ("30,205,000", "930,205,000"))).code == "month_exceeds_ytd"


def test_english_table_with_percentage_change() -> None:
    """Rows of July 2026 in the head of December 2024: title "1-7.2026", units 10000T, growth of the month."""
    title = "（14）Major Import Commodities in Quantity and Value,1-7.2026"
    head = [("Commodity", 1, 2), ("Quantity Unit", 1, 2), ("7", 2, 1), ("1to7", 2, 1), ("Percentage Change", 2, 1)]
    coal: list[Cell] = ["Coal and lignite", "10000T", "4,273", "4,354,503", "26,811", "22,473,996", "20.3", "83.9"]
    table: Rows = (title, [[(title, 8, 1)], [("Unit: US$1,000", 8, 1)], [*head], ["Quantity", "Value"] * 3, coal])
    payload = page(table)
    assert product.recognise(payload)
    values = product.read(payload).observations.sort("measure", "basis")
    assert values.select("measure", "basis", "value", "unit").rows() == [
        ("growth_yoy", "month", 83.9, "percent"),
        ("quantity", "month", 42_730_000_000.0, "kg"),
        ("quantity", "ytd", 268_110_000_000.0, "kg"),
        ("quantity_growth_yoy", "month", 20.3, "percent"),
        ("value", "month", 4_354_503_000.0, "USD"),
        ("value", "ytd", 22_473_996_000.0, "USD"),
    ]
