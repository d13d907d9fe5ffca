"""Regime labels drift (2018-2026, two editions, two languages): one regime stays one series."""

from __future__ import annotations

import pytest

from transforms.customs import regimes
from transforms.model import ReadError


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Duty-free Goods", "REGIME_DUTY_FREE"),
        ("Duty-Free Goods", "REGIME_DUTY_FREE"),
        ("Duty-free Commodities on Payment of Foreign Currency", "REGIME_DUTY_FREE_FX"),
        ("Logistics goods by customs special control area", "REGIME_SPECIAL_AREA_LOGISTICS"),
        ("Logistic Goods by Customs Special Control Areas", "REGIME_SPECIAL_AREA_LOGISTICS"),
        ("海关特殊监管区域物流货物", "REGIME_SPECIAL_AREA_LOGISTICS"),
        ("Free Assistance and Donated Materials between Countries, International Organizations", "REGIME_AID"),
        ("TOTAL", "TOTAL"),
        ("总值", "TOTAL"),
    ],
)
def test_labels_of_one_regime_are_one_code(label: str, code: str) -> None:
    assert regimes.resolve(label) == code


def test_an_unknown_regime_is_refused_with_its_row() -> None:
    with pytest.raises(ReadError, match="unknown_regime at row 7"):
        regimes.resolve("Smuggling", "row 7")


def test_customs_codes_are_unique() -> None:
    codes = regimes.names()["customs_code"].drop_nulls()
    assert codes.is_unique().all() and len(codes) == 20
