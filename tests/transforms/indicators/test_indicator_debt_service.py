"""Debt service: an instalment by hand, the sum over borrowers, the excess over the past, and the shipped figures twice."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.indicators.plain import banks as plain_banks
from tests.transforms.indicators.plain.rows import Past
from transforms.indicators import Build
from transforms.indicators import debt_service as d
from transforms.model import series_id
from warehouse.history import shipped

COLUMNS = "period vintage product_code value"
DAY = "2023-08-11"
LOAN = {"dataset": "loan_portfolio", "ref_area": "RUS", "counterpart_area": "_", "basis": "stock", "definition": "SECTOR",
        "measure": "debt", "currency": "ALL", "unit": "RUB"}  # fmt: skip
MONTHS = [f"{year}-{month:02}" for year in (2021, 2022) for month in range(1, 13)]


def inputs(trade, loans: dict[str, float], rates: dict[str, list[float]]) -> pl.DataFrame:  # type: ignore[no-untyped-def]
    """Loans at the end of 2022 (bn), rates of 24 months, GDP of 25 bn a quarter."""
    stock = trade([("2022-12", DAY, name, value * 1e9) for name, value in loans.items()], COLUMNS, **LOAN)
    rate = trade([(m, DAY, f"{who}_LOANS", value) for who, path in rates.items() for m, value in zip(MONTHS, path, strict=True)],
                 COLUMNS, dataset="bank_rate", ref_area="RUS", counterpart_area="_", basis="rate", definition="OVER_1_YEAR",
                 measure="rate", currency="RUB", unit="percent")  # fmt: skip
    quarters = trade([(f"2022-{m:02}", DAY, "GDP", 25.0) for m in (3, 6, 9, 12)], COLUMNS, dataset="national_accounts",
                     ref_area="RUS", counterpart_area="_", basis="quarter", definition="CURRENT_PRICES", currency="RUB",
                     unit="RUB", freq="Q")  # fmt: skip
    return pl.concat([stock, rate, quarters])


def test_an_instalment_of_a_year_by_hand(trade, known) -> None:
    """12 percent, 72 quarters: 0.03 / (1 - 1.03^-72 = 0.11906) = 0.034055 a quarter, 13.62 percent of 100 bn a year.
    16 percent, 52 quarters: 0.04 / (1 - 0.13009) = 0.045982, 18.39; entrepreneurs as organisations: 13.62 + 2 * 18.39."""
    loans = {"HOUSEHOLD": 100.0, "ENTREPRENEUR": 100.0, "NONFINANCIAL": 100.0}
    frame = inputs(trade, loans, {"HOUSEHOLD": [10.0] * 12 + [14.0] * 12, "ORGANISATION": [16.0] * 24})
    made = d.debt_service(Build(frame))
    assert known(made, "2022-12", DAY, product_code="HOUSEHOLD") == pytest.approx(13.622, abs=0.001)
    assert known(made, "2022-12", DAY, product_code="NONFINANCIAL") == pytest.approx(18.393, abs=0.001)
    assert known(made, "2022-12", DAY, product_code="PRIVATE_NONFINANCIAL") == pytest.approx(50.407, abs=0.002)


def test_without_a_month_of_rates_or_a_borrower_nothing_is_stated(trade) -> None:
    loans = {"HOUSEHOLD": 100.0, "NONFINANCIAL": 100.0}
    frame = inputs(trade, loans, {"HOUSEHOLD": [12.0] * 24, "ORGANISATION": [16.0] * 24})
    assert set(d.debt_service(Build(frame))["product_code"]) == {"HOUSEHOLD", "NONFINANCIAL"}, (
        "entrepreneurs are not known"
    )
    gap = frame.filter(~((pl.col("product_code") == "HOUSEHOLD_LOANS") & (pl.col("period_end") == date(2021, 7, 31))))
    assert set(d.debt_service(Build(gap))["product_code"]) == {"NONFINANCIAL"}


@pytest.mark.slow
def test_the_shipped_figures_by_plain_loops() -> None:
    """Payments of the sector: 8.3 percent of GDP at the end of 2016, 7.3 in June 2023; the excess since 2021."""
    wanted = ("loan_portfolio", "household_loans", "household_lending_risk", "bank_rate", "national_accounts")
    frame = shipped().claims.filter(pl.col("dataset").is_in(wanted), ref_area="RUS").with_columns(series_id())
    day = date(2026, 11, 25)
    past, build = Past(frame.to_dicts(), day), Build(frame)
    for one in (d.debt_service, d.debt_service_excess):
        expected = {(n["product_code"], n["definition"], end): value for n, end, value in plain_banks.ALL[one.id](past)}
        made = build.indicator(one).filter(pl.col("vintage_date") <= day)
        newest = made.sort("vintage_date").unique(["product_code", "definition", "period_end"], keep="last")
        rows = newest.drop_nulls("value").select("product_code", "definition", "period_end", "value").iter_rows()
        found = {(product, name, end): value for product, name, end, value in rows}
        assert found == pytest.approx(expected, rel=1e-9), one.id
    made = d.debt_service(build).filter(product_code="PRIVATE_NONFINANCIAL")
    private = dict(made.select("period_end", "value").iter_rows())
    assert private[date(2016, 12, 31)] == pytest.approx(8.3169, abs=0.0001)
    assert private[date(2023, 6, 30)] == pytest.approx(7.3403, abs=0.0001)
