"""Every month of the bulletin of 2024 at hand, in the official layout: the reader gives the tidy figures, to the unit,
and they pass their gate."""

from __future__ import annotations

import csv
from dataclasses import asdict

import pytest

from expectations.gate import check, passed
from tests.transforms import customs_tables
from tests.transforms.customs_case import sheet
from tests.transforms.customs_pages import SHARED
from tests.transforms.customs_products import by_partner_bulletin as product
from tests.transforms.customs_tables import PARTNER_FIELDS, partner_bulletin_rows
from transforms.units import parse_number

TIDY = SHARED / "gacc/by_partner_bulletin_cny_2024.csv"
MONTHS = ["2024-02", "2024-04", "2024-05", "2024-06", "2024-07", "2024-08", "2024-10", "2024-11", "2024-12"]


@pytest.mark.slow
@pytest.mark.parametrize("period", MONTHS)
def test_month(period: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if not TIDY.exists():
        pytest.skip("the tidy tables are not here")
    with TIDY.open(encoding="utf-8") as file:
        official = [row for row in csv.DictReader(file) if row["period"] == period]
    monkeypatch.setattr(customs_tables, "figures", lambda name, **where: official)
    reading = product.read(sheet("M102RMB", partner_bulletin_rows(period, "CNY", "zh")))
    table = reading.table
    assert len(table) == len(official) > 200
    for row, wanted in zip(table.iter_rows(named=True), official, strict=True):
        for field in PARTNER_FIELDS:
            number = parse_number(wanted[field])
            assert row[field] == (None if number is None else float(number * 10_000)), (row["label"], field)
    assert passed(check(product.PRODUCT, table, where=period, context=asdict(reading.release)))
