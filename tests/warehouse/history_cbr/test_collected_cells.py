"""The collected tables, cell by cell, against what the readers make of the official files; and the checks that tie
sources to each other: press to export, shares to amounts.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml

from tests.transforms.banking import books
from transforms.banking import fx_export, key_rate, loan_portfolio
from transforms.model import Payload
from warehouse import history

BLOCKS = Path(history.__file__).parent / "cbr"
RATES = "RC_F01_07_1992_T10_06_2025.xlsx"


def read(module, file: str) -> pl.DataFrame:
    return module.read(Payload(books.official(file).read_bytes(), file)).observations


def end_of(reporting_date: str) -> date:
    return date.fromisoformat(reporting_date) - timedelta(days=1)


def test_loan_portfolio_cell_by_cell() -> None:
    """8,382 cells of obs_tabl20c, each the very number that the workbook holds."""
    names = yaml.safe_load((BLOCKS / "loan_portfolio_obs_tabl20.yaml").read_text("utf-8"))["values"]
    key = ["product_code", "measure", "definition", "currency", "period_end"]
    cells = {row[:-1]: row[-1] for row in read(loan_portfolio, "obs_tabl20c.xlsx").select(*key, "value").iter_rows()}
    rows = list(books.tidy("loan_portfolio_monthly.csv"))
    for row in rows:
        what = names[row["measure"]]
        cell = (what["product_code"], what["measure"], what["definition"], row["currency"].replace("TOTAL", "ALL"),
                end_of(row["reporting_date"]))  # fmt: skip
        assert cells[cell] == pytest.approx(float(row["value"]) * 1e9, abs=500), cell
    assert len(rows) == 8382


def test_dollar_rates_cell_by_cell() -> None:
    cells = dict(read(fx_export, RATES).select("period_end", "value").iter_rows())
    for row in books.tidy("fx_usd_rub_official_daily.csv"):
        rate = float(row["rub_per_nominal"]) / int(row["nominal"])
        assert cells.pop(date.fromisoformat(row["effective_date"])) == pytest.approx(rate, rel=1e-12)
    assert not cells


def test_monthly_dollar_rates_are_the_last_and_the_mean_of_the_daily_ones() -> None:
    days = read(fx_export, RATES).with_columns(month=pl.col("period_end").dt.strftime("%Y-%m")).sort("period_end")
    months = days.group_by("month", maintain_order=True).agg(
        pl.col("value").last().alias("last"), pl.col("value").mean().alias("mean"), pl.len().alias("days")
    )
    made = {row["month"]: row for row in months.to_dicts()}
    rows = list(books.tidy("fx_usd_rub_official_monthly.csv"))
    for row in rows:
        month = made[row["month"]]
        assert month["last"] == pytest.approx(float(row["rub_per_usd_last"]))
        assert month["mean"] == pytest.approx(float(row["rub_per_usd_simple_mean_of_published_days"]), abs=6e-5)
        assert month["days"] == int(row["published_days"])
    assert len(rows) == len(made) == 396


def test_key_rate_changes_equal_the_daily_export_to_2023() -> None:
    made = read(key_rate, "key_rate.csv").select("period_end", "value").sort("period_end").rows()
    rows = [(date.fromisoformat(r["effective_date"]), float(r["key_rate_pct_per_annum"]))
            for r in books.tidy("key_rate_changes.csv")]  # fmt: skip
    assert [row for row in rows if row[0] <= date(2023, 12, 21)] == made
    assert len(rows) == 66


@pytest.mark.parametrize(("day", "rate"), [(date(2022, 10, 25), 61.1629), (date(2024, 11, 26), 103.7908)])
def test_press_points_equal_the_export_to_four_decimals(day: date, rate: float) -> None:
    assert dict(read(fx_export, RATES).select("period_end", "value").iter_rows())[day] == rate
