"""Preliminary table (1): totals in dollars and yuan, in English and Chinese, from real rows in the official layout."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.customs_pages import Cell, chinese, english, figures, workbook
from tests.transforms.customs_products import total_preliminary as product
from tests.transforms.customs_tables import total_rows
from transforms.model import Payload, ReadError
from transforms.units import parse_number

YTD_GROWTH = "1-to-12 Total Year-on-Year (±%)"
ZH_TITLE = "（1）2026年3月全国进出口总值表（人民币值）"


def chinese_rows() -> list[list[Cell]]:
    head = [
        "项目",
        "3月",
        "1至3月累计",
        "3月与上月环比增减±%",
        "3月与去年同期同比增减±%",
        "1至3月累计与去年同期同比增减±%",
    ]
    keys = ("item_zh", "month", "ytd", "mom_pct", "yoy_pct", "ytd_yoy_pct")
    return [head, *([row[k] for k in keys] for row in figures("total_preliminary_cny"))]


def page(period: str = "2025-12", currency: str = "USD", change: tuple[str, str] | None = None) -> Payload:
    text = english(*total_rows(period, currency)).decode()
    if change:
        assert change[0] in text, change
        text = text.replace(*change, 1)
    return Payload(text.encode(), "page.html")


@pytest.mark.parametrize(("period", "currency"), [("2024-11", "USD"), ("2025-12", "USD"), ("2026-03", "CNY")])
def test_rows_of_table_1_are_exact(period: str, currency: str) -> None:
    payload = page(period, currency)
    assert product.recognise(payload)
    table = product.read(payload).table
    official = figures(f"total_preliminary_{currency.lower()}", period=period)
    columns = {"month": "month", "ytd": "ytd", "mom_pct": "month_mom", "yoy_pct": "month_yoy", "ytd_yoy_pct": "ytd_yoy"}
    for row, wanted in zip(table.iter_rows(named=True), official, strict=True):
        for printed, name in columns.items():
            number = parse_number(wanted[printed])
            scale = 10**8 if name in ("month", "ytd") else 1
            assert row[name] == (None if number is None else float(number * scale)), (wanted["item"], name)


def test_december_2025_as_first_published() -> None:
    rows = product.read(page()).observations
    imports = rows.filter(flow="import", basis="month", measure="value").row(0, named=True)
    assert (imports["value"], imports["currency"], imports["precision"]) == (243_640_000_000.0, "USD", 5_000_000.0)
    assert imports["period_end"] == date(2025, 12, 31)
    balance = rows.filter(flow="balance")
    assert dict(balance.select("basis", "value").iter_rows()) == {"month": 114.14e9, "ytd": 1188.98e9}
    growth = rows.filter(flow="export", measure="growth_yoy")
    assert dict(growth.select("basis", "value").iter_rows()) == {"month": 6.6, "ytd": 5.5}
    assert rows.filter(flow="export", measure="growth_mom")["value"].to_list() == [8.4]
    assert set(rows["counterpart_area"]) == {"WORLD"} and set(rows["dataset"]) == {"trade_total"}


def test_both_sites_give_the_same_observations() -> None:
    """March 2026 in yuan from the English page, a Chinese article, and a Chinese attachment."""
    english_rows = product.read(page("2026-03", "CNY")).observations.drop("native_title")
    article = Payload(chinese(ZH_TITLE, chinese_rows(), unit="单位：亿元人民币"), "article.html")
    assert product.recognise(article)
    reading = product.read(article)
    assert (reading.release.language, reading.release.page_stamp) == ("zh", "2026-04-14")  # 发布时间
    assert reading.observations.drop("native_title").equals(english_rows)
    rows = [[(ZH_TITLE, 6, 1)], [("单位∶亿元人民币", 6, 1)], *chinese_rows()]
    sheet = Payload(workbook("M101RMB", rows, left=1, top=1), "2026041409284388537.xls")
    assert product.recognise(sheet)
    assert product.read(sheet).observations.drop("native_title").equals(english_rows)


@pytest.mark.parametrize("heading", ["YoY of year to date", "Year-on-Year of the Year to Date (%)", "1-12 YoY(%)"])
def test_growth_of_the_year_to_date_under_other_headings(heading: str) -> None:
    assert product.read(page(change=(YTD_GROWTH, heading))).table.equals(product.read(page()).table)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("Unit: USD 100 Million", "Unit: CNY 100 Million"), "unit_mismatch"),
        (("Unit: USD 100 Million", "Unit: USD1 Million"), "unexpected_unit"),
        (("2,436.4", "2,463.4"), "sum_mismatch"),
        (("1,141.4", "1,114.4"), "sum_mismatch"),
        (("<b>6.6</b>", "<b>9.6</b>"), "growth_mismatch"),
        (("Total Import<", "Total Imprt<"), "unknown_item"),
        (("Month-on-Month", "Season-on-Season"), "unknown_header"),
        (("1-to-12<", "1-to-11<"), "header_period"),
        (("Total Export<", "Total Import<"), "duplicate_row"),
    ],
)
def test_each_fault_has_its_own_code(change: tuple[str, str], code: str) -> None:
    with pytest.raises(ReadError) as caught:
        product.read(page(change=change))
    assert caught.value.code == code


def test_other_tables_are_not_table_1() -> None:
    title = "(2) China's Total Export & Import Values by Trade Mode, Mar 2026 (in CNY)"
    assert not product.recognise(Payload(english(title, total_rows("2026-03", "CNY")[1], head=title), "page.html"))


def test_page_without_a_month_needs_the_index_to_tell() -> None:
    """July 2018: the title has no date at all."""
    text = page().content.decode().replace(", Dec 2025 (in USD)", " (in USD)")
    with pytest.raises(ReadError) as caught:
        product.read(Payload(text.encode(), "page.html"))
    assert caught.value.code == "no_period"
    reading = product.read(Payload(text.encode(), "page.html", options={"period": "2025-12"}))
    assert reading.observations.equals(product.read(page()).observations)


def test_growth_on_the_month_before_adds_up_as_well() -> None:
    """A digit before the growth of imports on November: exports and imports of then would no longer make the total."""
    title, rows = total_rows("2025-12")
    content = english(title, rows).replace(b"<b>11.5</b>", b"<b>511.5</b>")
    with pytest.raises(ReadError, match="growth_mismatch"):
        product.read(Payload(content, "page.html"))
