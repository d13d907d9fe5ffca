"""The official balances of November 2015: their totals, and the indicators of banks made of them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.banking import books
from tests.transforms.indicators.plain import banks as plain_banks
from tests.transforms.indicators.plain.rows import Past
from transforms.banking import form_101
from transforms.indicators import Build, bank_forms, banks
from transforms.model import Payload, Reading, series_id

pytestmark = pytest.mark.slow
HOUSEHOLDS_2015_11 = 866_013_690_000.0
"""Overdue household debt of the whole sector on 2015-12-01 (obs_tabl20c); not every bank publishes its form 101."""
DAY = date(2015, 12, 25)


@pytest.fixture(scope="module")
def reading() -> Reading:
    """112015B1: 134,865 records, six seconds of processor."""
    return form_101.read(Payload(books.official("112015B1.DBF.bz2").read_bytes(), "112015B1.DBF.bz2"))


def vintages(reading: Reading) -> pl.DataFrame:
    """The observations as they became public on DAY."""
    return reading.observations.with_columns(
        vintage_date=pl.lit(DAY), vintage_kind=pl.lit("observed"), release_id=pl.lit("101"),
        first_seen=pl.lit(DAY).cast(pl.Datetime("us")),
    ).with_columns(series_id())  # fmt: skip


def test_accounts_make_all_their_totals(reading: Reading) -> None:
    """The accounts of every bank, chart and side make its ITGAP total exactly."""
    assert reading.table.height == 134_865 - 5_172
    assert reading.release.period == "2015-11"
    unicredit = reading.table.filter((pl.col("bank") == "1") & (pl.col("account") == "45811"))
    assert unicredit["opening_all"].to_list() == [176_809_000.0]
    households = reading.observations.filter((pl.col("product_code") == "45815") & (pl.col("currency") == "ALL"))
    assert 0.85 * HOUSEHOLDS_2015_11 < households["value"].sum() < HOUSEHOLDS_2015_11


def test_overdue_of_households_is_that_of_the_table_of_the_sector(reading: Reading) -> None:
    """The ratio of all banks' household loans equals that of the sector's table within what banks leave unpublished."""
    frame = vintages(reading)
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


def test_banks_together_are_what_plain_sums_make_of_them(reading: Reading) -> None:
    """700 banks: cover, concentration and the five largest as plain loops over the same balances make them."""
    frame = vintages(reading)
    past, build = Past(frame.to_dicts(), DAY), Build(frame)
    for indicator in (bank_forms.overdue_cover, bank_forms.bank_concentration, bank_forms.largest_share):
        expected = {(n["counterpart_area"], end): value for n, end, value in plain_banks.ALL[indicator.id](past)}
        rows = indicator(build).select("counterpart_area", "period_end", "value").iter_rows()
        assert {(bank, end): value for bank, end, value in rows} == pytest.approx(expected), indicator.id
    assets = 0.0
    for row in reading.table.iter_rows(named=True):
        inner = row["account"][:3] in ("303", "706", "707", "708")  # between branches; expenses
        if (row["plan"], row["side"], inner, row["period_end"]) == ("А", "asset", False, date(2015, 11, 30)):
            assets += row["closing_all"]
    november = pl.col("period_end") == date(2015, 11, 30)
    assert frame.filter(november, measure="assets")["value"].sum() == pytest.approx(assets)
    assert assets == pytest.approx(77.3176e12, rel=1e-5)
    assert bank_forms.largest_share(build).filter(november)["value"].item() == pytest.approx(56.0, abs=0.05)
