"""Preliminary table (5): quantities and values exact in both languages; aggregates marked; known faults refused."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.transforms.customs_case import article, fault, page, refused, same, sheet
from tests.transforms.customs_pages import SHARED, Cell, english
from tests.transforms.customs_products import major_exports_preliminary as product
from tests.transforms.customs_tables import COMMODITY_FIELDS, commodities_of, commodity_rows, printed
from transforms.customs import commodities
from transforms.model import Payload, SetAside
from transforms.units import parse_number

ROLES = ["quantity_month", "value_month", "quantity_ytd", "value_ytd", "quantity_prior_ytd", "value_prior_ytd"]
ROLES += ["quantity_ytd_yoy", "value_ytd_yoy"]


@pytest.mark.parametrize(("period", "currency"), [("2025-03", "CNY"), ("2026-07", "CNY"), ("2026-05", "USD")])
def test_figures_of_the_tidy_table(period: str, currency: str) -> None:
    reading = product.read(page(commodity_rows("export", period, currency)))
    money = 10**8 if currency == "CNY" else 10**6
    for row, wanted in zip(reading.table.iter_rows(named=True), commodities_of("export", period), strict=True):
        code = commodities.resolve(wanted["commodity_label"])
        assert row["product_code"] == code
        assert row["aggregate"] == wanted["commodity_label"].endswith("*")
        for field, role in zip(COMMODITY_FIELDS, ROLES, strict=True):
            number = parse_number(printed(wanted[field]))
            if role.endswith("yoy"):
                scale = Decimal(1)
            elif role.startswith("value"):
                scale = Decimal(money)
            elif number is not None:
                scale = commodities.quantity_unit(wanted["quantity_unit"], code).factor
            assert row[role] == (None if number is None else float(number * scale)), (code, role)


def test_the_unit_column_goes_by_two_names_and_growth_is_that_of_the_year_to_date() -> None:
    """ "—" stands for no unit, "-" for no quantity."""
    rows = commodity_rows("export", "2026-05", "USD")
    assert [str(row[1]) for row in rows[1] if "Agriculture" in str(row[0])] == ["—"]
    reading = product.read(page(rows))
    assert product.read(page(rows, ("Quantity Unit", "QTY Unit"))).table.equals(reading.table)
    growth = reading.observations.filter(reading.observations["measure"].str.contains("growth"))
    assert set(growth["basis"]) == {"ytd"}


@pytest.mark.parametrize("period", ["2025-03", "2026-07"])
def test_both_sites_give_identical_observations(period: str) -> None:
    """Footwear included: its unit is 亿双, misprinted "10,000 Pairs" on the English page."""
    rows = same(
        product,
        page(commodity_rows("export", period)),
        article(commodity_rows("export", period, labels="zh")),
        sheet("M140RMBADD", commodity_rows("export", period, labels="zh"), left=1, top=1),
    )
    shoes = rows.filter(product_code="COMMODITY_FOOTWEAR", measure="quantity", basis="month")
    assert shoes["unit"].to_list() == ["pair"]
    assert 5e8 < shoes["value"][0] < 1e9


def test_unrounded_attachment_is_the_same_release_in_finer_figures() -> None:
    """Numbers below 1,000 numeric and larger ones text, in one column, each cell read by its own type."""
    title, rows = commodity_rows("export", "2025-03", labels="zh")
    for row, official in zip(rows[4:-1], commodities_of("export", "2025-03"), strict=True):
        for j, field in enumerate(COMMODITY_FIELDS[:6]):
            if official[field]:
                value = float(official[field].replace(",", ""))
                row[2 + j] = value if value < 1000 else f"{official[field]} "
    fine = product.read(sheet("M140RMBADD", (title, rows))).observations
    coarse = product.read(page(commodity_rows("export", "2025-03"))).observations
    assert fine.drop("value", "precision", "native_title").equals(coarse.drop("value", "precision", "native_title"))
    gap = (fine["value"] - coarse["value"]).abs()
    assert (gap <= coarse["precision"] * (1 + 1e-9)).all()
    assert (
        max(fine.filter(measure="value", basis="month")["precision"]) < 1000
    )  # six to eight decimals of a hundred million


def test_combined_january_and_february_have_no_month() -> None:
    """Steel of January-February 2025, as it stood in one column."""
    title = "(5) China's Major Exports by Quantity and Value, January-February 2025 (in CNY)"
    groups: list[Cell] = [("1-2", 2, 1), ("1-2,2024", 2, 1), ("1-2 Year-on-Year(%)", 2, 1)]
    head: list[list[Cell]] = [[(title, 8, 1)], [("Unit: CNY 100 Million", 8, 1)]]
    head += [[("Commodity", 1, 2), ("Quantity Unit", 1, 2), *groups], ["Quantity", "Value"] * 3]
    row: list[Cell] = ["Steel products", "10,000 Tons", "1,697.3", "870.3", *["-"] * 4]
    observed = product.read(page((title, [*head, row]))).observations
    assert observed.select("measure", "basis", "period_end", "value").rows() == [
        ("quantity", "ytd", date(2025, 2, 28), 16_973_000_000.0), ("value", "ytd", date(2025, 2, 28), 87_030_000_000.0),
    ]  # fmt: skip


def test_prior_year_column_restates_last_year() -> None:
    rows = product.read(page(commodity_rows("export", "2025-03"))).observations
    steel = rows.filter(product_code="COMMODITY_STEEL", measure="quantity", basis="ytd")
    assert dict(steel.select("period_end", "value").iter_rows()) == {
        date(2025, 3, 31): 27_429_000_000.0,  # 2,742.9 ten thousand tons, in kg
        date(2024, 3, 31): 25_800_000_000.0,
    }


def test_real_heads_of_2019_and_2026() -> None:
    """Fragments of official pages: title, unit row, header rows and first body row."""
    path = SHARED / "gacc/raw/hoyla_meridian/section5_section6_head_fragments.html"
    if not path.exists():
        pytest.skip("the official fragments are not here")
    parts = path.read_text("utf-8").split('<div class="atcl-ttl">')
    usd = product.read(Payload(f'<html><div class="atcl-ttl">{parts[1]}'.encode(), "may2026.html"))
    farm = usd.observations.filter(measure="value")
    assert dict(farm.select("basis", "value").head(2).iter_rows()) == {"month": 8_838.9e6, "ytd": 43_243.2e6}
    assert usd.release.page_stamp == "2026-06-10"
    old = product.read(Payload(f'<html><div class="atcl-ttl">{parts[2]}'.encode(), "may2019.html"))
    assert (old.release.period, old.release.page_stamp) == ("2019-05", "2019-06-10")
    earths = old.observations.filter(measure="quantity", basis="month")
    assert earths.select("product_code", "value", "unit").row(0) == ("COMMODITY_RARE_EARTHS", 3_639_500.0, "kg")


def test_shifted_rows_of_april_2025_are_refused() -> None:
    """The page leaves out the unit cell in every row and pads the end: ten cells, all one place to the left."""
    title, rows = commodity_rows("export", "2025-03")
    shifted: list[list[Cell]] = [[row[0], *row[2:], ""] if 3 < i < len(rows) - 1 else row for i, row in enumerate(rows)]
    error = refused(product, Payload(english(title, shifted), "page.html"))
    assert error.code in ("shifted_row", "empty_cell")
    assert "row 5" in error.where


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("Unit: CNY 100 Million", "Unit: USD1 Million"), "unit_mismatch"),
        (("<b>10,000 Tons</b>", "<b>bushels</b>"), "unknown_unit"),
        (("Toys", "Ships"), "duplicate_commodity"),
        (("15.6&nbsp;", "16.5&nbsp;"), "growth_mismatch"),
        (("<b>Quantity</b>", "<b>Value</b>"), "duplicate_header"),
        (("1-3 Total,2024", "1-3 Total,2023"), "header_period"),
        (("Aquatic products", "Aquatic products*"), "star_mismatch"),
    ],
)
def test_each_fault_has_its_own_code(change: tuple[str, str], code: str) -> None:
    assert fault(product, page(commodity_rows("export", "2025-03"), change)).code == code


@pytest.mark.parametrize("other", ["Major Imports by Quantity and Value", "Total Export & Import Values"])
def test_a_heading_over_another_table_is_refused(other: str) -> None:
    """Imports have the same columns and many of the same goods: which of the two titles is right nobody can tell."""
    named = ("Major Exports by Quantity and Value, Mar 2025 (in CNY)</b>", f"{other}, Mar 2025 (in CNY)</b>")
    assert refused(product, page(commodity_rows("export", "2025-03"), named)).code == "title_conflict"


@pytest.mark.parametrize("printed", ["Ton", "Kilogram", "10,000 Sets"])
def test_a_misprinted_quantity_unit_shows_by_the_price(printed: str) -> None:
    """Steel by the ton would cost 50,000 yuan a kilogram; nor does it come by the set."""
    title, rows = commodity_rows("export", "2025-03")
    steel = next(row for row in rows if "steel" in str(row[0]))
    steel[1] = printed
    error = fault(product, page((title, rows)))
    assert error.code == "odd_unit" and isinstance(error, SetAside) and printed in error.reason
    steel_rows = product.read(page((title, rows))).observations.filter(product_code="COMMODITY_STEEL")
    assert set(steel_rows["measure"]) == {"value", "growth_yoy"}  # the values are confirmed by their growth


def test_quantities_and_values_under_swapped_headings_are_refused() -> None:
    title, rows = commodity_rows("export", "2025-03")
    for row in rows[4:-1]:
        row[2], row[3] = row[3], row[2]
    assert refused(product, page((title, rows))).code == "quantity_without_unit"


def test_aggregates_are_marked() -> None:
    table = product.read(page(commodity_rows("export", "2026-07"))).table
    assert table.filter(aggregate=True)["product_code"].to_list() == [
        "COMMODITY_MECHANICAL_ELECTRICAL",
        "COMMODITY_HI_TECH",
    ]


def test_a_label_that_nobody_knows_is_a_series_of_its_own_with_a_note() -> None:
    rows = commodity_rows("export", "2025-03")
    right = product.read(page(rows)).observations
    reading = product.read(page(rows, ("Toys", "Robots, humanoid")))
    own = reading.observations.filter(product_code="LABEL_ROBOTS_HUMANOID")
    same_row = right.filter(product_code="COMMODITY_TOYS")
    assert own.drop("product_code", "native_title").equals(same_row.drop("product_code", "native_title"))
    assert any("LABEL_ROBOTS_HUMANOID" in note for note in reading.notes) and not reading.set_aside
    assert any("possibly cut" in note for note in reading.notes), "the rows at hand end before hi-tech products"


def test_a_row_in_an_unknown_unit_keeps_its_values() -> None:
    reading = product.read(page(commodity_rows("export", "2025-03"), ("<b>100 Million PCS</b>", "<b>Bushels</b>")))
    chips = reading.observations.filter(product_code="COMMODITY_INTEGRATED_CIRCUITS")
    assert set(chips["measure"]) == {"value", "growth_yoy"}
    assert [(row.code, "quantities" in row.row) for row in reading.set_aside] == [("unknown_unit", True)]


@pytest.mark.parametrize("kept", [14, 29, 30, 31])
def test_a_page_that_was_cut_between_two_rows_says_so(shared: Path, kept: int) -> None:
    whole = (shared / "gacc/raw/english_site_2025_2026/gacc_2026-06_exports_usd.html").read_text("utf-8")
    rows = [match.start() for match in re.finditer("<tr", whole)]
    cut = f"{whole[: rows[4 + kept]]}</table></div></body></html>"
    reading = product.read(Payload(cut.encode(), "page.html"))
    assert len(reading.table) == kept
    assert [row.code for row in reading.set_aside] == (["possibly_cut"] if kept < 30 else [])
    assert any("possibly cut" in note for note in reading.notes) == (kept == 30)
