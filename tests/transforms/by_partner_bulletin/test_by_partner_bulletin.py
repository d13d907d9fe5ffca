"""Bulletin table (2) by country: 263 official rows in two languages, re-imports, and identities to the last unit."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.customs_case import fault, page, same, sheet
from tests.transforms.customs_pages import figures
from tests.transforms.customs_products import by_partner_bulletin as product
from tests.transforms.customs_products import by_partner_preliminary
from tests.transforms.customs_tables import PARTNER_FIELDS, partner_bulletin_rows
from transforms.customs.by_partner_bulletin import CONTINENTS
from transforms.units import parse_number


@pytest.mark.slow
def test_every_figure_of_september_2024() -> None:
    payload = page(partner_bulletin_rows("2024-09", "USD"))
    assert product.recognise(payload) and not by_partner_preliminary.recognise(payload)
    table = product.read(payload).table
    official = figures("by_partner_bulletin", period="2024-09")
    assert len(table) == len(official) == 263
    for row, wanted in zip(table.iter_rows(named=True), official, strict=True):
        for field in PARTNER_FIELDS:
            number = parse_number(wanted[field])
            assert row[field] == (None if number is None else float(number * 1000)), (row["label"], field)


@pytest.mark.slow
def test_chinese_attachment_and_english_page_are_one() -> None:
    rows = same(
        product,
        page(partner_bulletin_rows("2024-09", "USD")),
        sheet("M102USD", partner_bulletin_rows("2024-09", "USD", "zh"), left=1, top=1),
    )
    exports = rows.filter(counterpart_area="USA", flow="export", basis="month", measure="value")
    assert exports.select("value", "period_end").row(0) == (47_015_103_000.0, date(2024, 9, 30))
    assert set(rows["obs_status"]) == {"A"}


@pytest.mark.slow
def test_continents_may_stand_in_capitals_or_with_a_colon() -> None:
    rows = partner_bulletin_rows("2024-09", "USD")
    drifted = page(rows, (">Asia<", ">ASIA<"), (">Africa<", ">AFRICA:<"), (">Europe<", ">Europe：<"), (">Total<", ">TOTAL<"),
                   (">Country (region) unknown<", ">Countries(reg.)unknown<"))  # fmt: skip
    same(product, page(rows), drifted)


def test_january_has_no_cumulation_in_chinese() -> None:
    rows = product.read(sheet("M102RMB", partner_bulletin_rows("2024-01", "CNY", "zh"))).observations
    assert set(rows.filter(measure="value")["basis"]) == {"month"}
    both = product.read(page(partner_bulletin_rows("2024-01", "CNY"))).observations
    month = pl.col("basis") == "month"
    assert rows.filter(month, measure="value").drop("native_title").equals(both.filter(month).drop("native_title"))


@pytest.mark.slow
def test_china_as_a_partner_is_re_imports() -> None:
    """Goods that come back: 10,648,359 thousand dollars in September 2024, part of the import total."""
    reading = product.read(page(partner_bulletin_rows("2024-09", "USD")))
    rows, table = reading.observations.filter(counterpart_area="CHN"), reading.table
    assert set(rows["flow"]) == {"import"}
    assert rows.filter(basis="month")["value"].to_list() == [10_648_359_000.0]
    asia = table.filter(continent="ASIA")["import_month"].sum()
    assert abs(asia - table.filter(counterpart_area="ASIA")["import_month"].item()) < 50 * 500


@pytest.mark.slow
def test_exports_to_china_itself_are_refused() -> None:
    title, rows = partner_bulletin_rows("2024-09", "USD")
    again = next(row for row in rows if "re-imports" in str(row[0]))
    again[1:5] = ["10,648,364", "86,561,853", "5", "5"]  # 5 more in both totals: the row adds up
    assert fault(product, page((title, rows))).code == "re_exports"


def test_the_table_may_end_with_rcep_and_belt_and_road() -> None:
    """Since 2025, below the groups; they are groups too, and part of no sum. Figures of December 2025 in yuan."""
    title, rows = partner_bulletin_rows("2024-09", "USD")
    values = ["130,912,829", "1,385,026,746", "71,021,113", "751,915,851", "59,891,716", "633,110,895", "-", "-", "-"]
    names = ["Regional Comprehensive Economic Partnership", "Jointly build the countries along Belt and Road Routes"]
    table = product.read(page((title, [*rows, *([name, *values] for name in names)]))).table
    assert table["counterpart_area"].to_list()[-2:] == ["RCEP", "BRI"]
    assert table["continent"].to_list()[-2:] == [None, None]
    assert len(table) == 265


def test_countries_stand_in_the_block_of_their_continent() -> None:
    table = product.read(page(partner_bulletin_rows("2024-09", "USD"))).table
    blocks = dict(table.select("counterpart_area", "continent").iter_rows())
    assert (blocks["GEO"], blocks["RUS"], blocks["MEX"]) == ("ASIA", "EUROPE", "LATIN_AMERICA")
    assert blocks["WORLD"] is blocks["ASEAN"] is blocks["UNKNOWN"] is blocks["ASIA"] is None
    for flow in ("export_month", "import_ytd"):
        world = table.filter(counterpart_area="WORLD")[flow][0]
        parts = table.filter(pl.col("counterpart_area").is_in([*CONTINENTS, "UNKNOWN"]))[flow].sum()
        assert abs(world - parts) <= 8 * 500


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("Afghanistan", "Affghanistan"), "unknown_partner"),
        (("Afghanistan", "Bahrain"), "duplicate_partner"),
        (("117,221", "117,321"), "sum_mismatch"),
        (("Unit:US$1,000", "Unit:US$ 1 Million"), "unexpected_unit"),
        (("1to9 Year-on-Year", "1to8 Year-on-Year"), "header_period"),
    ],
)
def test_each_fault_has_its_own_code(change: tuple[str, str], code: str) -> None:
    assert fault(product, page(partner_bulletin_rows("2024-09", "USD"), change)).code == code


def test_country_heading_with_a_colon_is_no_row() -> None:
    title, rows = partner_bulletin_rows("2024-09", "USD")
    rows.insert(5, [("Members:", 10, 1)])
    assert len(product.read(page((title, rows))).table) == 263
