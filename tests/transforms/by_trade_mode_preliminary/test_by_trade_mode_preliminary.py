"""Preliminary tables (2) and (3) by trade mode: official pages of 2019 and 2024, in the wording of each year."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.customs_case import article, fault, page, refused, same, sheet
from tests.transforms.customs_pages import figures
from tests.transforms.customs_products import by_regime_bulletin
from tests.transforms.customs_products import by_trade_mode_preliminary as product
from tests.transforms.customs_tables import trade_mode_rows, trade_mode_zh_rows
from transforms.customs import regimes
from transforms.units import parse_number

OFFICIAL = [
    ("2024-05", "month", "CNY"),
    ("2024-05", "ytd", "USD"),
    ("2019-08", "month", "CNY"),
    ("2019-08", "ytd", "USD"),
]


@pytest.mark.parametrize(("period", "basis", "currency"), OFFICIAL)
def test_every_figure_of_the_official_pages(period: str, basis: str, currency: str) -> None:
    payload = page(trade_mode_rows(period, basis, currency))
    assert product.recognise(payload) and not by_regime_bulletin.recognise(payload)
    reading = product.read(payload)
    assert (reading.release.period, reading.release.currency) == (period, currency)
    scale = 10**8 if currency == "CNY" else 10**6
    official = figures("by_trade_mode", period=period, basis=basis, currency=currency)
    for row, wanted in zip(reading.table.iter_rows(named=True), official, strict=True):
        for flow in ("total", "export", "import"):
            level, growth = parse_number(wanted[flow]), parse_number(wanted[f"{flow}_yoy"])
            assert row[f"{flow}_{basis}"] == (None if level is None else float(level * scale))
            assert row[f"{flow}_{basis}_yoy"] == (None if growth is None else float(growth))


def test_both_tables_of_a_month_are_one_set_of_series() -> None:
    """Labels of 2019 and 2024 differ; the regime is the same series."""
    old = product.read(page(trade_mode_rows("2019-08", "month", "CNY"))).observations
    new = product.read(page(trade_mode_rows("2024-05", "month", "CNY"))).observations
    assert set(old["product_code"]) == set(new["product_code"])
    logistics = new.filter(product_code="REGIME_SPECIAL_AREA_LOGISTICS", flow="export", measure="value")
    assert logistics.select("value", "basis", "period_end").row(0) == (146_410_000_000.0, "month", date(2024, 5, 31))
    assert set(new.filter(product_code="TOTAL")["dataset"]) == {"trade_total"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("Unit: CNY 100 Million", "Unit: USD1 Million"), "unit_mismatch"),
        (("Ordinary Trade", "Extraordinary Trade"), "unknown_regime"),
        (("Other Donated Materials", "Ordinary Trade"), "duplicate_regime"),
        (("24,225.6", "24,235.6"), "sum_mismatch"),
        (("<b>13.3</b>", "<b>31.3</b>"), "growth_mismatch"),
        (("<b>5</b>", "<b>6</b>"), "header_period"),
    ],
)
def test_each_fault_has_its_own_code(change: tuple[str, str], code: str) -> None:
    assert fault(product, page(trade_mode_rows("2024-05", "month", "CNY"), change)).code == code


def test_a_lost_regime_shows_in_the_total() -> None:
    title, rows = trade_mode_rows("2024-05", "month", "CNY")
    kept = [row for row in rows if "Frontier" not in str(row[0])]
    assert refused(product, page((title, kept))).code == "parts_mismatch"
    assert regimes.resolve("Frontier Petty Trade") == "REGIME_BORDER"


@pytest.mark.parametrize(("period", "basis", "currency"), OFFICIAL)
def test_both_sites_give_identical_observations(period: str, basis: str, currency: str) -> None:
    chinese = trade_mode_zh_rows(period, basis, currency)
    rows = same(
        product,
        page(trade_mode_rows(period, basis, currency)),
        article(chinese),
        sheet("M137RMBADD", chinese, left=1, top=1),
    )
    assert set(rows.filter(measure="value")["basis"]) == {basis}
    assert not by_regime_bulletin.recognise(article(chinese))


def test_a_total_that_nobody_can_name_is_missed() -> None:
    """The parts are held against it: without it the table is refused, not half read and no crash."""
    title, rows = trade_mode_rows("2024-05", "month", "CNY")
    misspelt = [["Totl", *row[1:]] if regimes.is_total(str(row[0])) else row for row in rows]
    assert misspelt != rows
    assert refused(product, page((title, misspelt))).code == "unknown_regime"
