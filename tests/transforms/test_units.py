"""Unit rows as customs print them: money in base units, or nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from transforms.model import ReadError
from transforms.units import parse_unit


@pytest.mark.parametrize(
    ("printed", "currency", "factor"),
    [
        ("Unit: CNY 100 Million", "CNY", 100_000_000),
        ("Unit: USD1 Million", "USD", 1_000_000),
        ("Unit: USD 100 Million", "USD", 100_000_000),
        ("Value Unit: CNY 100 Million", "CNY", 100_000_000),  # 2019
        ("Unit:US$1,000", "USD", 1000),
        ("Unit:RMB 10,000", "CNY", 10_000),
        ("单位：亿元人民币", "CNY", 100_000_000),
        ("单位：百万美元", "USD", 1_000_000),
        ("单位：亿美元", "USD", 100_000_000),
        ("单位：万元人民币", "CNY", 10_000),
        ("单位∶千美元", "USD", 1000),  # U+2236
    ],
)
def test_units_of_money(printed: str, currency: str, factor: int) -> None:
    unit = parse_unit(printed, "row 2")
    assert (unit.base, unit.currency, unit.factor) == (currency, currency, Decimal(factor))


@pytest.mark.parametrize("printed", ["Unit: bushels", "单位：斗", "Unit: 100 Million"])
def test_an_unknown_unit_is_refused_with_its_place(printed: str) -> None:
    with pytest.raises(ReadError, match="unknown_unit at row 2"):
        parse_unit(printed, "row 2")
