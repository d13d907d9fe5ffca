"""Overdue by bank from form 101, by hand on two banks; tests/transforms/form_101 has the official balances."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.indicators import Build, banks


def balances(rows: list[tuple[str, str, str, float]], trade) -> pl.DataFrame:
    """Rows of (vintage, bank, account, RUB bn): 458NN is overdue, three digits are loans not overdue."""
    table = [("2015-11", vintage, f"BANK_{bank}", account, "overdue" if account[:3] == "458" else "debt", value * 1e9)
             for vintage, bank, account, value in rows]  # fmt: skip
    columns = "period vintage counterpart_area product_code measure value"
    return trade(table, columns, dataset="bank_overdue", ref_area="RUS", basis="stock", currency="ALL", unit="RUB")


def test_households_and_all_borrowers_of_two_banks(trade, known) -> None:
    day = "2015-12-25"
    frame = balances([(day, "1", "455", 90.0), (day, "1", "45815", 9.0), (day, "1", "45817", 1.0),
                      (day, "1", "452", 280.0), (day, "1", "45812", 20.0), (day, "2", "452", 50.0)], trade)  # fmt: skip
    ratio = banks.overdue_ratio(Build(frame))
    first = {"counterpart_area": "BANK_1"}
    assert known(ratio, "2015-11", day, **first, product_code="HOUSEHOLD") == pytest.approx(10.0)  # 10 of 100
    assert known(ratio, "2015-11", day, **first, product_code="ALL") == pytest.approx(7.5)  # 30 of 400
    assert known(ratio, "2015-11", day, counterpart_area="BANK_2", product_code="ORGANISATION") == 0.0
    assert known(ratio, "2015-11", day, counterpart_area="BANK_2", product_code="HOUSEHOLD") is None
    amounts = banks.overdue(Build(frame))
    assert known(amounts, "2015-11", day, **first, product_code="HOUSEHOLD") == pytest.approx(10e9)
    assert known(amounts, "2015-11", "2015-12-24", **first, product_code="HOUSEHOLD") is None


def test_a_revised_account_revises_the_ratio(trade, known) -> None:
    frame = balances([("2015-12-25", "1", "455", 90.0), ("2015-12-25", "1", "45815", 10.0),
                      ("2016-02-01", "1", "45815", 30.0)], trade)  # fmt: skip
    ratio = banks.overdue_ratio(Build(frame))
    look = {"product_code": "HOUSEHOLD", "counterpart_area": "BANK_1"}
    assert known(ratio, "2015-11", "2016-01-31", **look) == pytest.approx(10.0)
    assert known(ratio, "2015-11", "2016-02-01", **look) == pytest.approx(25.0)


def test_accounts_of_borrowers_match_two_by_two() -> None:
    """458NN is the overdue part of account 440 + NN."""
    for healthy, late in banks.BORROWERS.values():
        assert [int(account) - 440 for account in healthy] == [int(account) - 45800 for account in late]
