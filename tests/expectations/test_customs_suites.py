"""Suites of the customs products: official tables pass whole; shifted figures and wrong currencies are caught."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

import polars as pl
import pytest

from expectations.gate import CheckResult, check, passed
from flows.run import judging
from tests.transforms.customs_case import Rows, page
from tests.transforms.customs_products import (
    by_partner_bulletin,
    by_partner_preliminary,
    by_regime_bulletin,
    by_trade_mode_preliminary,
    imports_by_regime_bulletin,
    major_exports_preliminary,
    total_bulletin_monthly,
    total_preliminary,
)
from tests.transforms.customs_tables import (
    by_partner_rows,
    commodity_rows,
    partner_bulletin_rows,
    regime_rows,
    selected_imports_rows,
    summary_rows,
    total_rows,
    trade_mode_rows,
)
from tests.transforms.online_query.test_online_query import sample
from transforms import identities
from transforms.customs import checks, online_query
from transforms.customs.row import Row
from transforms.model import Reading
from transforms.products import Product

OFFICIAL: list[tuple[Product, Rows]] = [
    (total_preliminary, total_rows("2025-12")),
    (by_partner_preliminary, by_partner_rows("2025-02")),
    (by_trade_mode_preliminary, trade_mode_rows("2024-05", "month", "CNY")),
    (major_exports_preliminary, commodity_rows("export", "2025-03")),
    (by_regime_bulletin, regime_rows("2026-02")),
    (by_partner_bulletin, partner_bulletin_rows("2024-09", "USD")),
    (total_bulletin_monthly, summary_rows()),
    (imports_by_regime_bulletin, selected_imports_rows()),
]


def gate(product: Product, reading: Reading, table: pl.DataFrame | None = None) -> list[CheckResult]:
    frame = reading.table if table is None else table
    return check(product.PRODUCT, frame, where="page.html", context=asdict(reading.release))


def failed(results: list[CheckResult]) -> list[str]:
    return [result.sentence() for result in results if not result.success and result.severity == "fail"]


@pytest.mark.slow
@pytest.mark.parametrize(("gone", "whole"), [("Sweden", "Europe"), ("Country (region) unknown", "Total")])
def test_a_partner_that_is_missing_breaks_a_sum(gone: str, whole: str) -> None:
    title, rows = partner_bulletin_rows("2024-09", "USD")
    fewer = [row for row in rows if str(row[0]).strip() != gone]
    assert len(fewer) == len(rows) - 1, [str(row[0]) for row in rows[-30:]]
    _, refusal = judging.gate("gacc.by_partner_bulletin", by_partner_bulletin.read(page((title, fewer))), "page.html")
    assert refusal is not None
    assert (refusal.code, repr(whole) in refusal.expected) == ("parts_mismatch", True), refusal.expected


def test_printed_members_are_no_more_than_their_group() -> None:
    reading = by_partner_preliminary.read(page(by_partner_rows("2026-03"), ("10,344.0", "3,248.9")))
    assert identities.broken(reading.identities).is_empty(), "the row contradicts itself, and is set aside"
    title, rows = by_partner_rows("2026-03")
    union = next(row for row in rows if "European Union" in str(row[0]))
    union[4], union[6] = "3,248.9", "11,613.2"  # exports and imports of the year to date, with the same sum
    union[7:] = ["-", "-", "-"]
    found = identities.broken(by_partner_preliminary.read(page((title, rows))).identities)
    assert set(found["code"]) == {"part_exceeds_whole"} and found["where"].str.contains("export_ytd").all()


@pytest.mark.slow
@pytest.mark.parametrize(("product", "rows"), OFFICIAL, ids=lambda value: getattr(value, "PRODUCT", ""))
def test_official_tables_pass(product: Product, rows: Rows) -> None:
    results = gate(product, product.read(page(rows)))
    assert failed(results) == [] and passed(results)


def test_a_download_of_the_query_passes() -> None:
    results = gate(online_query, online_query.read(sample("soybeans_imports_2024.csv")))
    assert failed(results) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("product", "rows", "column", "key", "value"),
    [
        (major_exports_preliminary, commodity_rows("export", "2025-03"), "value_month", "COMMODITY_STEEL", 4e12),
        (by_regime_bulletin, regime_rows("2026-02"), "export_month_yoy", "REGIME_ORDINARY", -145.5),
        (by_trade_mode_preliminary, trade_mode_rows("2024-05", "month", "CNY"), "total_month", "TOTAL", 5e11),
    ],
)
def test_a_figure_out_of_place_is_caught(product: Product, rows: Rows, column: str, key: str, value: float) -> None:
    reading = product.read(page(rows))
    row = pl.col("product_code") == key
    spoiled = reading.table.with_columns(pl.when(row).then(pl.lit(value)).otherwise(column).alias(column))
    assert not passed(gate(product, reading, spoiled))


def test_rounding_of_all_terms_is_allowed_and_not_more() -> None:
    """41,046.4 against 22,297.1 + 18,749.3; each is rounded to 0.1, so the sum may be off by 0.1 but not by 0.2."""
    figures = {"total_month": "41046.5", "export_month": "22297.1", "import_month": "18749.3"}
    for total, off in (("41046.5", []), ("41046.6", ["sum_mismatch"])):
        row = Row("Total", 0, False, "row 5", {k: Decimal(v) for k, v in (figures | {"total_month": total}).items()})
        _, wrong = checks.sums([row], ["exports_and_imports_make_total"])
        assert [error.code for error in wrong.values()] == off
