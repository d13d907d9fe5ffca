"""Regime labels drift in case and disappear; each leads to one code or is refused."""

from __future__ import annotations

import pytest

from transforms.customs import regimes
from transforms.model import ReadError


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Duty-free Goods", "REGIME_DUTY_FREE"),
        ("Duty-Free Goods", "REGIME_DUTY_FREE"),
        ("Duty-free Commodities on Payment of Foreign Currency", "REGIME_DUTY_FREE_FOREIGN_CURRENCY"),
        ("Logistics goods by customs special control area", "REGIME_SPECIAL_AREA_LOGISTICS"),
        ("一般贸易", "REGIME_ORDINARY"),
        ("Logistic Goods by Customs Special Control Areas", "REGIME_SPECIAL_AREA_LOGISTICS"),
        ("海关特殊监管区域物流货物", "REGIME_SPECIAL_AREA_LOGISTICS"),
        ("Free Assistance and Donated Materials between Countries, International Organizations", "REGIME_AID"),
        ("Frontier Petty Trade", "REGIME_BORDER"),
    ],
)
def test_labels_of_several_years_resolve(label: str, code: str) -> None:
    assert regimes.resolve(label) == code


@pytest.mark.parametrize("label", ["TOTAL", "", "Smuggling"])
def test_a_total_or_an_unknown_label_is_no_regime(label: str) -> None:
    with pytest.raises(ReadError, match="unknown_regime"):
        regimes.resolve(label)


def test_customs_codes_are_unique() -> None:
    codes = regimes.names()["customs_code"].drop_nulls()
    assert codes.is_unique().all() and len(codes) == 20
