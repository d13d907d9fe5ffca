"""Bulletin table (1) A: years. Figures: 2025 as the bulletin of December 2025 prints it (thousand dollars)."""

from __future__ import annotations

from datetime import date

from tests.transforms.customs_case import Rows, page, refused, same, sheet
from tests.transforms.customs_products import total_bulletin_annual as product


def rows(*body: list[str]) -> Rows:
    title = "(1) Summary of Imports and Exports (In USD) A：Annual,12.2025"
    head = ["Year", "Total", "Exports", "Imports", "Balance"]
    return title, [[(title, 5, 1)], [("Unit:US$1,000", 5, 1)], [*head], *([*row] for row in body)]


YEAR = ["2025", "6,354,738,600\xa0", "3,771,842,400\xa0", "2,582,896,100\xa0", "1,188,946,300\xa0"]


def test_a_year_is_an_annual_observation() -> None:
    payload = page(rows(YEAR), ("6,354,738,600", "6,354,738,500"))
    assert product.recognise(payload)
    values = product.read(payload).observations
    exports = values.filter(flow="export").row(0, named=True)
    assert (exports["value"], exports["freq"], exports["basis"]) == (3_771_842_400_000.0, "A", "year")
    assert exports["period_end"] == date(2025, 12, 31)


def test_the_total_must_be_that_of_its_parts() -> None:
    assert refused(product, page(rows(YEAR))).code == "sum_mismatch"


def test_a_row_that_is_no_year_is_refused() -> None:
    assert refused(product, page(rows(["2025 H1", *YEAR[1:]]))).code == "unknown_period"


def test_the_table_comes_in_millions_too_and_its_size_tells() -> None:
    """The December 2025 issue prints 3,771,842.4 exports in US$ million; under another unit they are no nation's trade."""
    millions = ["2025", "6,354,738.5", "3,771,842.4", "2,582,896.1", "1,188,946.3"]
    payload = page(rows(millions), ("Unit:US$1,000", "Unit: US$ 1 Million"))
    exports = product.read(payload).observations.filter(flow="export")
    assert exports["value"].to_list() == [3_771_842_400_000.0]
    assert refused(product, page(rows(millions))).code == "odd_size"


def test_both_sites_give_identical_observations() -> None:
    title = "（1）2025年12月进出口商品总值表（美元值）A:年度表"
    figures = ["2025", "6,354,738.5", "3,771,842.4", "2,582,896.1", "1,188,946.3"]
    english = page(rows(figures), ("Unit:US$1,000", "Unit: US$ 1 Million"))
    head = [[(title, 5, 1)], [("单位：百万美元", 5, 1)], ["年份", "进出口", "出口", "进口", "贸易差额"]]
    same(product, english, sheet("M101USD", (title, [*head, figures])))
