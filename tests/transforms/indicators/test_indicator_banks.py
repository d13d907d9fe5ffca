"""Overdue by bank from form 101: by hand on two banks, and on the official balances of November 2015."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.banking import books
from transforms.banking import form_101
from transforms.indicators import Build, banks
from transforms.model import Payload, series_id


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


@pytest.mark.slow
def test_official_balances_of_november_2015() -> None:
    """The ratio of all banks' household loans equals that of the sector's table within what banks leave unpublished."""
    reading = form_101.read(Payload(books.official("112015B1.DBF.bz2").read_bytes(), "112015B1.DBF.bz2"))
    day = pl.lit(date(2015, 12, 25))
    frame = reading.observations.with_columns(
        vintage_date=day,
        vintage_kind=pl.lit("observed"),
        release_id=pl.lit("101"),
        first_seen=day.cast(pl.Datetime("us")),
    ).with_columns(series_id())
    household = (pl.col("product_code") == "HOUSEHOLD") & (pl.col("currency") == "ALL")
    ratio = banks.overdue_ratio(Build(frame)).filter(household)
    late = banks.overdue(Build(frame)).filter(household)
    assert ratio["value"].is_between(0, 100).all() and ratio.height > 600
    book = reading.table.filter((pl.col("bank") == "1") & (pl.col("side") == "asset"))
    accounts = dict(book.select("account", "closing_all").iter_rows())
    overdue = accounts["45815"] + accounts.get("45817", 0.0)
    healthy = sum(v for k, v in accounts.items() if k[:3] in ("455", "457"))
    unicredit = ratio.filter(pl.col("counterpart_area") == "BANK_1")["value"].to_list()
    assert unicredit == [pytest.approx(overdue / (overdue + healthy) * 100)]
    sums = frame.filter(
        pl.col("dataset") == "bank_overdue",
        pl.col("currency") == "ALL",
        pl.col("product_code").is_in([*sum(banks.BORROWERS["HOUSEHOLD"], ())]),
    )
    share = late["value"].sum() / sums["value"].sum() * 100
    assert share == pytest.approx(8.11, abs=0.5)  # obs_tabl20c on 1 December 2015; some banks do not publish the form
