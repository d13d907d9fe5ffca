"""Spreads on the rates of the Bank of Russia for November 2025 (key rate 16.5) and of a simple path of prices."""

from __future__ import annotations

import polars as pl
import pytest

from tests.transforms.indicators.test_indicator_prices import consumer_prices
from transforms.indicators import Build, spreads

SEEN = "2026-11-23"
NOVEMBER = [("2025-11", SEEN, "HOUSEHOLD_LOANS", "TO_1_YEAR", 27.24), ("2025-11", SEEN, "HOUSEHOLD_DEPOSITS", "TO_1_YEAR", 15.20),
            ("2025-11", SEEN, "ORGANISATION_LOANS", "OVER_1_YEAR", 14.04),
            ("2025-11", SEEN, "ORGANISATION_DEPOSITS", "TO_1_YEAR", 14.96)]  # fmt: skip


@pytest.fixture
def rates(trade) -> pl.DataFrame:
    return trade(NOVEMBER, "period vintage product_code definition value", dataset="bank_rate", ref_area="RUS",
                 counterpart_area="_", measure="rate", basis="rate", currency="RUB", unit="percent")  # fmt: skip


def test_loans_over_deposits_of_the_same_clients_and_maturity_only(rates, known) -> None:
    spread = spreads.loans_over_deposits(Build(rates))
    assert known(spread, "2025-11", SEEN) == pytest.approx(12.04)  # 27.24 - 15.20
    assert spread.select("product_code", "definition").rows() == [("HOUSEHOLD", "TO_1_YEAR")]
    assert known(spread, "2025-11", "2026-11-22") is None


def test_over_the_key_rate_of_the_month(rates, key_rate, known) -> None:
    over = spreads.over_key_rate(Build(pl.concat([rates, key_rate(("2025-10-27", 16.5), ("2025-12-22", 16.0))])))
    look = {"definition": "OVER_1_YEAR"}
    assert known(over, "2025-11", SEEN, product_code="ORGANISATION_LOANS", **look) == pytest.approx(
        -2.46
    )  # 14.04 - 16.5


def test_over_inflation(rates, trade, known) -> None:
    frame = pl.concat([rates, consumer_prices(trade, "2024-12", 100.5, 12)])
    real = spreads.real_rate(Build(frame))
    expected = 27.24 - (1.005**12 - 1) * 100
    assert known(real, "2025-11", SEEN, product_code="HOUSEHOLD_LOANS") == pytest.approx(expected)
