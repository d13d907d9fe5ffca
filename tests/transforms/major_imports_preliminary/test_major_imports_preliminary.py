"""Preliminary table (6): imports of December 2025 and May 2026, both languages; the wrong year in a real heading."""

from __future__ import annotations

import pytest

from tests.transforms.customs_case import article, page, refused, same, sheet
from tests.transforms.customs_pages import SHARED
from tests.transforms.customs_products import major_exports_preliminary
from tests.transforms.customs_products import major_imports_preliminary as product
from tests.transforms.customs_tables import commodity_rows
from transforms.model import Payload


def test_both_sites_give_identical_observations() -> None:
    rows = same(
        product,
        page(commodity_rows("import", "2025-12")),
        article(commodity_rows("import", "2025-12", labels="zh")),
        sheet("M141RMBADD", commodity_rows("import", "2025-12", labels="zh")),
    )
    crude = rows.filter(product_code="COMMODITY_CRUDE_OIL", basis="month").sort("measure")
    assert crude.select("measure", "value", "unit").rows() == [
        ("quantity", 55_973_000_000.0, "kg"),
        ("value", 188_830_000_000.0, "CNY"),
    ]
    assert set(rows["flow"]) == {"import"}


def test_imports_are_not_taken_for_exports() -> None:
    payload = page(commodity_rows("import", "2025-12"))
    assert product.recognise(payload) and not major_exports_preliminary.recognise(payload)


def test_prior_year_heading_of_may_2026_names_the_wrong_year() -> None:
    """The page heads January-May 2025 with "2024": refused until a guarded correction mends it."""
    wrong = page(commodity_rows("import", "2026-05"), ("1-5 Total,2025", "1-5 Total, 2024"))
    error = refused(product, wrong)
    assert (error.code, error.got) == ("header_period", "'1-5total,2024'")


def test_the_real_head_of_may_2026_is_refused_for_its_year() -> None:
    path = SHARED / "gacc/raw/hoyla_meridian/section5_section6_head_fragments.html"
    if not path.exists():
        pytest.skip("the official fragments are not here")
    part = path.read_text("utf-8").split('<div class="atcl-ttl">')[3]
    assert (
        refused(product, Payload(f'<html><div class="atcl-ttl">{part}'.encode(), "may2026.html")).code
        == "header_period"
    )
