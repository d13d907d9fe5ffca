"""Restructured shares: stated amounts over named stocks, worked out by hand from the figures of 2025."""

from __future__ import annotations

import pytest

from tests.transforms.indicators.test_indicator_reported import FLOWS, records
from transforms.indicators import Build
from transforms.indicators import restructured as r

STOCK = ("restructured", "households", "2.4", "trn RUB", "2022-2025", "2025-12-05", "RESTRUCTURED_STOCK", "press")
BUREAU = ("borrowers_debt", "households", "37.8", "trn RUB", "2025-07-01", "2025-12-10", None, "cbr")
LOANS = [("2024-12", "2025-03-11", "debt", "RESIDENTS_EXCL_ACQUIRED", 34968.236),
         ("2025-01", "2025-03-11", "debt", "RESIDENTS_EXCL_ACQUIRED", 34766.903)]  # fmt: skip


def test_the_stated_amount_is_a_share_of_something_with_a_name(loans, known) -> None:
    share = r.share_of_stock(Build(loans(LOANS), records(STOCK, BUREAU)))
    look = {"definition": "RESTRUCTURED_STOCK_OF_RESIDENTS"}
    assert known(share, "2025-10", "2025-12-08", **look) == pytest.approx(6.903, abs=0.001)  # 2,400 / 34,766.903
    bureaus = {"definition": "RESTRUCTURED_STOCK_OF_BUREAU_BORROWERS"}
    assert known(share, "2025-10", "2025-12-09", **bureaus) is None  # the debt was published on the 10th
    assert known(share, "2025-10", "2025-12-10", **bureaus) == pytest.approx(6.349, abs=0.001)  # 2.4 / 37.8


def test_a_stock_stands_for_a_year_and_no_longer(loans) -> None:
    old = loans([("2024-09", "2025-03-11", "debt", "RESIDENTS_EXCL_ACQUIRED", 34000.0)])
    assert r.share_of_stock(Build(old, records(STOCK))).is_empty()  # 13 months before October 2025


def test_the_flow_of_a_year_is_a_share_of_its_december(loans, known) -> None:
    share = r.share_of_flow(Build(loans(LOANS), records(*FLOWS)))
    assert known(share, "2025-06", "2025-12-08") == pytest.approx(1.521, abs=0.001)  # 532 / 34,968.236
    assert known(share, "2025-12", "2026-03-01") is None
    assert known(share, "2025-12", "2026-03-02") == pytest.approx(2.880, abs=0.001)  # (532 + 326 + 149) / 34,968.236


def test_nothing_stated_or_nothing_loaded_gives_no_share(loans) -> None:
    assert r.share_of_stock(Build(loans(LOANS), records())).is_empty()
    assert r.share_of_flow(Build(loans(LOANS).clear(), records(*FLOWS))).is_empty()
