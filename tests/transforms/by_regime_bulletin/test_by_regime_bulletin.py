"""Bulletin table (5) by customs regime: two-row pattern, official tables of October 2019 and February 2026."""

from __future__ import annotations

import pytest

from tests.transforms.customs_case import article, fault, page, refused, sheet
from tests.transforms.customs_pages import figures
from tests.transforms.customs_products import by_regime_bulletin as product
from tests.transforms.customs_products import by_trade_mode_preliminary
from tests.transforms.customs_tables import regime_rows, regime_zh_rows
from transforms.units import parse_number

LEVELS = ["export_month", "export_ytd", "import_month", "import_ytd"]


@pytest.mark.parametrize("period", ["2019-10", "2023-04", "2026-02"])
def test_every_figure_of_the_official_tables(period: str) -> None:
    payload = page(regime_rows(period))
    assert product.recognise(payload) and not by_trade_mode_preliminary.recognise(payload)
    table = product.read(payload).table
    for row, wanted in zip(table.iter_rows(named=True), figures("by_regime_bulletin_usd", period=period), strict=True):
        for role in LEVELS:
            level, growth = parse_number(wanted[role]), parse_number(wanted[f"{role}_yoy_pct"])
            assert row[role] == (None if level is None else float(level * 1000)), (row["label"], role)
            assert row[f"{role}_yoy"] == (None if growth is None else float(growth)), (row["label"], role)


def test_observations_of_the_bulletin_are_final() -> None:
    rows = product.read(page(regime_rows("2026-02"))).observations
    assert set(rows["obs_status"]) == {"A"}
    ordinary = rows.filter(product_code="REGIME_ORDINARY", flow="export", basis="month").sort("measure")
    assert ordinary.select("measure", "value", "precision").rows() == [
        ("growth_yoy", 45.5, 0.05),
        ("value", 196_882_017_000.0, 500.0),
    ]
    assert rows.filter(product_code="TOTAL")["dataset"].unique().to_list() == ["trade_total"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("Unit:US$1,000", "Unit:US$10,000"), "unexpected_unit"),
        (("Unit:US$1,000", " "), "no_unit"),
        (("Border Trade", "Boarder Trade"), "unknown_regime"),
        (("196,882,017", "196,882,071"), "parts_mismatch"),
        (("<b>1to2</b>", "<b>1to3</b>"), "header_period"),
    ],
)
def test_each_fault_has_its_own_code(change: tuple[str, str], code: str) -> None:
    assert fault(product, page(regime_rows("2026-02"), change)).code == code


def test_a_lost_row_of_percents_is_noticed() -> None:
    title, rows = regime_rows("2026-02")
    assert refused(product, page((title, rows[:5] + rows[6:]))).code == "unpaired_row"
    reading = product.read(page((title, rows[:6] + rows[7:])))  # percents that are nobody's cost themselves alone
    assert "unpaired_row" in {row.code for row in reading.set_aside}


@pytest.mark.parametrize("period", ["2019-10", "2026-02"])
def test_chinese_table_gives_the_same_exports_and_imports(period: str) -> None:
    """It has the title of the preliminary table; its unit (千美元) tells them apart."""
    english = product.read(page(regime_rows(period))).observations.drop("native_title")
    for payload in (article(regime_zh_rows(period)), sheet("M105USD", regime_zh_rows(period))):
        assert product.recognise(payload) and not by_trade_mode_preliminary.recognise(payload)
        chinese = product.read(payload).observations.drop("native_title")
        assert chinese.filter(chinese["flow"] != "total").equals(english)
        assert set(chinese["flow"]) == {"total", "export", "import"}


def test_percents_of_four_digits_have_no_comma() -> None:
    title, rows = regime_rows("2026-02")
    table = product.read(page((title, rows), ("<b>45.5</b>", "<b>2595.1</b>"))).table
    assert table.filter(product_code="REGIME_ORDINARY")["export_month_yoy"].to_list() == [2595.1]
