"""The collected tables, cell by cell, against what the readers make of the official files; and the checks that tie
sources to each other: press to export, shares to amounts.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml
from python_calamine import CalamineWorkbook

from tests.transforms.banking import books
from transforms.banking import key_rate
from transforms.model import Payload
from transforms.periods import month_end
from warehouse import history

BLOCKS = Path(history.__file__).parent / "cbr"
RATES = "RC_F01_07_1992_T10_06_2025.xlsx"


def read(module, file: str) -> pl.DataFrame:
    return module.read(Payload(books.official(file).read_bytes(), file)).observations


def end_of(reporting_date: str) -> date:
    return date.fromisoformat(reporting_date) - timedelta(days=1)


@pytest.mark.slow
def test_loan_portfolio_cell_by_cell() -> None:
    """8,382 cells of obs_tabl20c, each the very number that the workbook holds."""
    names = yaml.safe_load((BLOCKS / "loan_portfolio_obs_tabl20.yaml").read_text("utf-8"))["values"]
    key = ["product_code", "measure", "definition", "currency", "period_end"]
    cells = {
        row[:-1]: row[-1]
        for row in read(books.product("loan_portfolio"), "obs_tabl20c.xlsx").select(*key, "value").iter_rows()
    }
    rows = list(books.tidy("loan_portfolio_monthly.csv"))
    for row in rows:
        what = names[row["measure"]]
        cell = (what["product_code"], what["measure"], what["definition"], row["currency"].replace("TOTAL", "ALL"),
                end_of(row["reporting_date"]))  # fmt: skip
        assert cells[cell] == pytest.approx(float(row["value"]) * 1e9, abs=500), cell
    assert len(rows) == 8382


def test_dollar_rates_cell_by_cell() -> None:
    cells = dict(read(books.product("fx_export"), RATES).select("period_end", "value").iter_rows())
    for row in books.tidy("fx_usd_rub_official_daily.csv"):
        rate = float(row["rub_per_nominal"]) / int(row["nominal"])
        assert cells.pop(date.fromisoformat(row["effective_date"])) == pytest.approx(rate, rel=1e-12)
    assert not cells


def test_monthly_dollar_rates_are_the_last_and_the_mean_of_the_daily_ones() -> None:
    days = (
        read(books.product("fx_export"), RATES)
        .with_columns(month=pl.col("period_end").dt.strftime("%Y-%m"))
        .sort("period_end")
    )
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


def test_shipped_key_rate_equals_the_collected_changes() -> None:
    shipped = books.shipped().filter(pl.col("dataset") == "key_rate").sort("period_end").select("period_end", "value")
    rows = books.tidy("key_rate_changes.csv")
    assert shipped.rows() == [
        (date.fromisoformat(r["effective_date"]), float(r["key_rate_pct_per_annum"])) for r in rows
    ]


def test_key_rate_at_the_end_of_132_months_equals_an_independent_copy(shared: Path) -> None:
    """Month-end levels from 2015 to 2025: two years of them after the daily export ends, from transcripts alone."""
    panel = shared / "context" / "raw" / "savin180704-arch_price-puzzle" / "russia_monthly_panel_2015_2025.xlsx"
    head, *rows = CalamineWorkbook.from_path(panel).get_sheet_by_index(0).to_python()
    levels = {month_end(int(str(row[0])[3:]), int(str(row[0])[:2])): row[head.index("FYFF")] for row in rows}
    changes = books.shipped().filter(pl.col("dataset") == "key_rate").sort("period_end")
    ends = pl.Series("period_end", list(levels)).sort().to_frame()
    held = ends.join_asof(changes.select("period_end", "value"), on="period_end")
    assert dict(held.iter_rows()) == levels and len(levels) == 132


@pytest.mark.parametrize(("day", "rate"), [(date(2022, 10, 25), 61.1629), (date(2024, 11, 26), 103.7908)])
def test_press_points_equal_the_export_to_four_decimals(day: date, rate: float) -> None:
    assert dict(read(books.product("fx_export"), RATES).select("period_end", "value").iter_rows())[day] == rate


def test_story_evidence_equals_the_collected_one() -> None:
    """Whose figure, which ratio, which vintages, what an outlet got wrong: every word of the ten rows."""
    names = {"seed_value": "figure", "reproducible_from_data_here": "reproducible"}
    rows = [
        {names.get(name, name): text or None for name, text in row.items()} for row in books.tidy("story_evidence.csv")
    ]
    assert history.shipped().records["story_evidence"].drop("release_id").to_dicts() == rows and len(rows) == 10


def test_signals_of_cmasf_equal_the_collected_ones() -> None:
    """19 signals; a number against its threshold in 2015 alone, and the criterion of 10 percent in 2026."""
    keys = ("published", "data_as_of", "risk", "signal", "horizon", "source")
    shipped = history.shipped().records["early_warning_signal"]
    rows = [tuple(row[key] or None for key in keys) for row in books.tidy("cmasf_early_warning.csv")]
    assert shipped.select(keys).rows() == rows and len(rows) == 19
    numbers = shipped.filter(pl.col("indicator_value").is_not_null())
    assert numbers.select("data_as_of", "indicator_value", "threshold", "unit").rows() == [
        ("2015-04 (start of Q2)", "0.126", "0.098", "index"), ("2015-07-31", "0.106", "0.098", "index"),
        ("2026-01", "10", "10", "percent"),
    ]  # fmt: skip


def test_reported_figures_equal_the_collected_ones_and_two_that_stood_in_notes() -> None:
    """93 figures; the narrow 4.1 percent of companies and the 6.2 of 2.4 trn RUB were told beside others."""
    keys = ("indicator", "segment", "value", "unit", "as_of", "published_date", "originator", "source")
    names = {"as_of": "as_of_or_period"}
    rows = [tuple(row[names.get(key, key)] or None for key in keys) for row in books.tidy("reported_figures.csv")]
    figures = history.shipped().records["reported_figure"].filter(release_id="history/cbr/reported_figures")
    in_notes = {("problem_share", "corporate", "4.1"), ("restructured_share", "households", "6.2")}
    told = [row for row in figures.select(keys).rows() if row[:3] not in in_notes]
    assert told == rows and len(rows) == len(figures) - 2 == 93
