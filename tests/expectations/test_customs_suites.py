"""Suites of the customs products: official tables pass whole; shifted figures and wrong currencies are caught."""

from __future__ import annotations

from dataclasses import asdict

import polars as pl
import pytest

from expectations.gate import CheckResult, check, passed
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
from transforms.customs import online_query
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
@pytest.mark.parametrize("gone", ["DEU", "UNKNOWN", "AFRICA"])
def test_a_partner_that_is_missing_breaks_a_sum(gone: str) -> None:
    reading = by_partner_bulletin.read(page(partner_bulletin_rows("2024-09", "USD")))
    found = gate(by_partner_bulletin, reading, reading.table.filter(pl.col("counterpart_area") != gone))
    sums = {r.column.partition(": ")[2] for r in found if not r.success and ": " in r.column}
    assert sums == {"DEU": {"countries = continent"}}.get(gone, {"continents = world"})


@pytest.mark.slow
@pytest.mark.parametrize(("product", "rows"), OFFICIAL, ids=lambda value: getattr(value, "PRODUCT", ""))
def test_official_tables_pass(product: Product, rows: Rows) -> None:
    results = gate(product, product.read(page(rows)))
    assert failed(results) == [] and passed(results)


def test_a_download_of_the_query_passes() -> None:
    results = gate(online_query, online_query.read(sample("soybeans_imports_2024.csv")))
    assert failed(results) == []


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


@pytest.mark.slow
def test_a_continent_that_lost_its_sum_is_caught() -> None:
    reading = by_partner_bulletin.read(page(partner_bulletin_rows("2024-09", "USD")))
    asia = pl.col("counterpart_area") == "ASIA"
    levels = [column for column in reading.table.columns if column.endswith(("_month", "_ytd"))]
    spoiled = reading.table.with_columns(pl.when(asia).then(pl.col(c) * 1.001).otherwise(c).alias(c) for c in levels)
    assert any("continents = world" in sentence for sentence in failed(gate(by_partner_bulletin, reading, spoiled)))
