"""Banks one by one and together, by hand on two or five of them; tests/transforms/form_101 has the official balances."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.indicators.plain import banks as plain_banks
from tests.transforms.indicators.plain.rows import Past
from transforms.indicators import Build, bank_forms, bank_ratios
from transforms.model import series_id

COLUMNS = "period vintage dataset counterpart_area product_code measure value"
DAY = "2021-01-25"
BANK = {"ref_area": "RUS", "basis": "stock", "currency": "ALL", "unit": "RUB"}


def forms(trade, cells, **more) -> pl.DataFrame:
    """Rows of (period, dataset, bank, product, measure, RUB bn or percent), public on DAY."""
    table = [(period, DAY, dataset, f"BANK_{bank}", product, measure, value * (1 if dataset == "bank_ratio" else 1e9))
             for period, dataset, bank, product, measure, value in cells]  # fmt: skip
    return trade(table, COLUMNS, **(BANK | more))


def test_cover_and_concentration_of_two_banks(trade, known) -> None:
    """Provisions 6 and 12 over overdue 10 and 10; assets 300 and 100: shares 75 and 25, squares 5625 + 625."""
    cells = [("2015-11", "bank_overdue", bank, "45815", "overdue", 10.0) for bank in (1, 2)]
    cells += [("2015-11", "bank_balance", 1, "455", "provisions", 4.0), ("2015-11", "bank_balance", 1, "458", "provisions", 2.0),
              ("2015-11", "bank_balance", 2, "458", "provisions", 12.0)]  # fmt: skip
    cells += [
        ("2015-11", "bank_balance", 1, "TOTAL", "assets", 300.0),
        ("2015-11", "bank_balance", 2, "TOTAL", "assets", 100.0),
    ]
    build = Build(forms(trade, cells))
    cover = bank_forms.overdue_cover(build)
    assert known(cover, "2015-11", DAY, counterpart_area="BANK_1") == pytest.approx(60.0)
    assert known(cover, "2015-11", DAY, counterpart_area="BANKS") == pytest.approx(90.0)
    assert known(bank_forms.bank_concentration(build), "2015-11", DAY) == pytest.approx(6250.0)
    assert known(bank_forms.largest_share(build), "2015-11", DAY) == pytest.approx(100.0)
    assert known(bank_forms.form_count(build), "2015-11", DAY, product_code="FORM_101") == 2.0


def test_banks_are_counted_form_by_form(trade, known) -> None:
    """Three balances, two results (one bank discloses its tax alone), one capital and its parts, two ratios N1.0, one N3."""
    cells = [("2020-12", "bank_balance", bank, "TOTAL", "assets", 100.0) for bank in (1, 2, 3)]
    cells += [("2020-12", "bank_capital", 1, part, "capital", 10.0) for part in ("TOTAL", "CET1", "TIER2")]
    cells += [("2020-12", "bank_ratio", bank, "N1.0", "ratio", 12.0) for bank in (1, 2)]
    cells += [("2020-12", "bank_ratio", 3, "N3", "ratio", 90.0)]
    results = [("2020-12", "bank_profit", bank, "AFTER_TAX", "profit", 1.0) for bank in (1, 2)]
    results += [("2020-12", "bank_profit", bank, "LOSSES", "provision_charge", 1.0) for bank in (1, 2, 3)]
    flows = forms(trade, results, basis="ytd", freq="Q", definition="FORM_102")
    made = bank_forms.form_count(Build(pl.concat([forms(trade, cells), flows])))
    told = {product: (count, freq) for product, count, freq in made.select("product_code", "value", "freq").iter_rows()}
    assert told == {"FORM_101": (3.0, "M"), "FORM_102": (2.0, "Q"), "FORM_123": (1.0, "M"),
                    "N1.0": (2.0, "M"), "N3": (1.0, "M")}  # fmt: skip


def test_returns_of_twelve_months(trade, known) -> None:
    """Half a year 6, the half before 4 of 9 in the year: 6 + 9 - 4 = 11 on mean assets of 1,100 and mean capital of 100."""
    profit = [("2020-06", 6.0), ("2019-12", 9.0), ("2019-06", 4.0)]
    cells = [(end, "bank_profit", 1, "AFTER_TAX", "profit", value) for end, value in profit]
    charge = [("2020-06", 3.0), ("2019-12", 4.0), ("2019-06", 1.0)]  # 3 + 4 - 1 = 6 on mean loans of 600
    cells += [(end, "bank_profit", 1, "LOSSES", "provision_charge", value) for end, value in charge]
    flows = forms(trade, cells, basis="ytd", freq="Q", definition="FORM_102")
    for end, assets, capital, loans in (("2019-06", 1000.0, 90.0, 500.0), ("2020-06", 1200.0, 110.0, 700.0)):
        level = [(end, "bank_balance", 1, "TOTAL", "assets", assets), (end, "bank_capital", 1, "TOTAL", "capital", capital),
                 (end, "bank_overdue", 1, "455", "debt", loans - 20), (end, "bank_overdue", 1, "45815", "overdue", 20.0)]  # fmt: skip
        flows = pl.concat([flows, forms(trade, level)])
    build = Build(flows)
    for indicator, value in ((bank_forms.return_on_assets, 1.0), (bank_forms.return_on_equity, 11.0),
                             (bank_forms.bank_cost_of_risk, 1.0)):  # fmt: skip
        for bank in ("BANK_1", "BANKS"):
            assert known(indicator(build), "2020-06", DAY, counterpart_area=bank) == pytest.approx(value), indicator.id
    without = Build(flows.filter(pl.col("period_end") != date(2019, 12, 31)))
    assert bank_forms.return_on_assets(without).is_empty(), "twelve months need the year before"


def test_ratios_lie_between_quantiles_and_near_the_minimum(trade, known) -> None:
    """N1.0 of five banks: 7, 10, 12, 14, 20: one short of 8, two below 8 + 2.5 + 1; assets 100, 300, 50, 50, 500."""
    cells = [
        ("2020-12", "bank_ratio", bank, "N1.0", "ratio", value)
        for bank, value in enumerate((7.0, 10.0, 12.0, 14.0, 20.0), 1)
    ]
    cells += [
        ("2020-12", "bank_balance", bank, "TOTAL", "assets", value)
        for bank, value in enumerate((100.0, 300.0, 50.0, 50.0, 500.0), 1)
    ]
    frame = forms(trade, cells)
    made = bank_ratios.quantiles(Build(frame))
    for name, value in {"P10": 8.2, "P25": 10.0, "P50": 12.0, "P75": 14.0, "P90": 17.6}.items():
        assert known(made, "2020-12", DAY, definition=name) == pytest.approx(value)
    short = bank_ratios.short_share(Build(frame))
    for name, value in {
        "SHORT_COUNT": 20.0,
        "NEAR_COUNT": 40.0,
        "SHORT_ASSETS": 10.0,
        "NEAR_ASSETS": 40.0,
        "NEAR_FULL_COUNT": 40.0,
    }.items():
        assert known(short, "2020-12", DAY, definition=name) == pytest.approx(value)


@pytest.mark.parametrize(
    ("period", "bank", "product", "asked"),
    [
        ("2014-06", 1481, "N1.1", 5.0),
        ("2015-12", 1481, "N1.0", 10.0),
        ("2016-01", 2, "N1.0", 8.625),
        ("2018-06", 1481, "N1.0", 10.525),  # Moody's, September 2018: 7.025, 8.525, 10.525 of large banks
        ("2018-06", 1481, "N1.2", 8.525),
        ("2018-06", 1481, "N1.1", 7.025),
        ("2018-06", 2, "N1.0", 9.875),  # and 6.375, 7.875, 9.875 of others
        ("2018-06", 2, "N1.1", 6.375),
        ("2019-08", 2, "N1.0", 10.125),
        ("2020-12", 1978, "N1.0", 11.5),
        ("2022-12", 2, "N1.0", 10.5),
        ("2023-06", 1481, "N1.0", 8.0),
        ("2025-01", 2, "N1.0", 8.5),  # the conservation buffer alone
        ("2025-06", 2673, "N1.1", 5.5),  # and 0.25 each of the cycle and of the surcharge
        ("2025-09", 1000, "N1.0", 9.25),  # what VTB itself said
        ("2025-09", 1000, "N1.2", 7.25),
    ],
)
def test_a_bank_is_near_within_a_point_of_what_was_asked_of_it_then(trade, known, period, bank, product, asked) -> None:
    """Just below and at one point above minimum and buffers in force."""
    for value, near in ((asked + 0.99, 100.0), (asked + 1.0, 0.0)):
        short = bank_ratios.short_share(Build(forms(trade, [(period, "bank_ratio", bank, product, "ratio", value)])))
        assert known(short, period, DAY, definition="NEAR_COUNT") == near


def test_what_is_not_known_of_the_buffers_is_not_stated(trade, known) -> None:
    cells = [("2024-06", "bank_ratio", 2, "N1.0", "ratio", 9.0), ("2013-06", "bank_ratio", 2, "N1.0", "ratio", 9.0),
             ("2013-06", "bank_ratio", 2, "N2", "ratio", 14.0)]  # fmt: skip
    short = bank_ratios.short_share(Build(forms(trade, cells)))
    assert set(short.filter(pl.col("period_end").dt.year() == 2024)["definition"]) == {"SHORT_COUNT", "NEAR_FULL_COUNT"}
    assert short.filter(pl.col("period_end").dt.year() == 2013)["product_code"].to_list() == ["N2"]
    assert known(short, "2013-06", DAY, definition="SHORT_COUNT") == 100.0


@pytest.mark.slow
def test_shares_of_banks_by_plain_loops(trade) -> None:
    periods = (
        "2014-03",
        "2015-01",
        "2016-12",
        "2018-01",
        "2019-05",
        "2020-02",
        "2022-06",
        "2023-12",
        "2024-01",
        "2025-01",
        "2025-03",
        "2025-11",
        "2026-03",
    )
    cells = []
    for place, period in enumerate(periods):
        for bank in (2, 963, 1481, 1978, 2673, 3000):
            value = 4.0 + (bank * 7 + place * 13) % 90 / 10
            cells += [
                (period, "bank_ratio", bank, product, "ratio", value)
                for product in ("N1.0", "N1.1", "N1.2", "N2", "N4")
            ]
            cells.append((period, "bank_balance", bank, "TOTAL", "assets", float(bank % 97 + 1)))
    frame = forms(trade, cells)
    expected = {(n["product_code"], n["definition"], end): value
                for n, end, value in plain_banks.bank_short_share(Past(frame.with_columns(series_id()).to_dicts(), date(2030, 1, 1)))}  # fmt: skip
    made = bank_ratios.short_share(Build(frame)).select("product_code", "definition", "period_end", "value")
    assert {(product, name, end): value for product, name, end, value in made.iter_rows()} == pytest.approx(expected)


def test_a_revised_form_revises_the_bank_and_all_together(trade, known) -> None:
    cells = [("2015-11", "bank_overdue", bank, "45815", "overdue", 10.0) for bank in (1, 2)]
    cells += [("2015-11", "bank_balance", bank, "458", "provisions", 5.0) for bank in (1, 2)]
    later = trade([("2015-11", "2021-03-01", "bank_balance", "BANK_2", "458", "provisions", 15e9)], COLUMNS, **BANK)
    cover = bank_forms.overdue_cover(Build(pl.concat([forms(trade, cells), later])))
    assert known(cover, "2015-11", "2021-02-28", counterpart_area="BANKS") == pytest.approx(50.0)
    assert known(cover, "2015-11", "2021-03-01", counterpart_area="BANKS") == pytest.approx(100.0)
    assert known(cover, "2015-11", "2021-03-01", counterpart_area="BANK_1") == pytest.approx(50.0)
