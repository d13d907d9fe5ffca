"""Records and first crossings: official balances in bn USD or CNY, and what may be said of them on a day."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators import records as r

YEAR = [(f"2024-{m:02}", "2025-01-13", "balance", "month", 80.0 + m) for m in range(1, 13)]
JANUARY = ("2025-01", "2025-03-18", "balance", "month", 138.0)


def prints(*rows: tuple[str, str, str, str, str]) -> dict[str, pl.DataFrame]:
    """A calendar's balances: currency, period, covers, release day, figure."""
    names = ["currency", "period", "covers", "release_date", "actual"]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")
    return {"consensus_forecast": frame.with_columns(indicator=pl.lit("trade_balance"), release_id=pl.lit("calendar"))}


@pytest.mark.slow
def test_a_month_is_a_record_of_the_unbroken_run_before_it(trade, known) -> None:
    flags = r.balance_record(Build(trade([*YEAR, JANUARY])))
    assert known(flags, "2025-01", "2025-03-18", basis="month") == 12.0
    assert known(flags, "2024-12", "2025-03-18", basis="month") is None  # eleven months are no year
    run = r.unbroken(Build(trade([*YEAR, JANUARY])))
    assert known(run, "2025-01", "2025-03-18", basis="month") == 12.0


@pytest.mark.slow
def test_a_gap_makes_a_record_unknown_and_a_higher_month_before_it_denies_it(trade, known) -> None:
    gap = [row for row in YEAR if row[0] != "2024-06"]
    flags = r.balance_record(Build(trade([*gap, JANUARY])))
    assert known(flags, "2025-01", "2025-03-18", basis="month") is None
    higher = ("2023-01", "2025-01-13", "balance", "month", 150.0)
    flags = r.balance_record(Build(trade([*gap, higher, JANUARY])))
    assert known(flags, "2025-01", "2025-03-18", basis="month") == 0.0


@pytest.mark.slow
def test_a_printed_month_fills_a_gap_from_its_own_day(trade, known) -> None:
    """June 2025: 114.77 bn USD, public on 14 July; the 111.68 of November are no record, whatever else is known."""
    november = trade([*YEAR, ("2025-11", "2025-12-08", "balance", "month", 111.68)])
    june = prints(("USD", "2025-06", "month", "2025-07-14", "114770000000.00"))
    assert known(r.balance_record(Build(november)), "2025-11", "2025-12-08", basis="month") is None
    assert known(r.balance_record(Build(november, june)), "2025-11", "2025-12-08", basis="month") == 0.0
    flags = r.balance_record(Build(trade([row for row in [*YEAR, JANUARY] if row[0] != "2024-06"]),
                                   prints(("USD", "2024-06", "month", "2024-07-12", "86000000000.00"))))  # fmt: skip
    assert known(flags, "2025-01", "2025-03-18", basis="month") == 12.0


def test_a_published_value_stands_against_the_print_of_its_day(trade) -> None:
    both = Build(trade(YEAR), prints(("USD", "2024-06", "month", "2025-01-13", "99000000000.00")))
    june = r.monthly_sample(both).filter(pl.col("period_end") == date(2024, 6, 30))
    assert june.select("value", "vintage_date").rows() == [(86e9, date(2025, 1, 13))]


@pytest.mark.slow
def test_a_print_is_as_exact_as_its_digits(trade, known) -> None:
    """113 printed in full billions may be 113.4: 113.3 is not surely higher than that."""
    rows = [*YEAR, ("2025-01", "2025-03-18", "balance", "month", 113.3)]
    rounded = [row for row in rows if row[0] != "2024-06"]
    coarse = prints(("USD", "2024-06", "month", "2024-07-12", "113000000000"))
    exact = prints(("USD", "2024-06", "month", "2024-07-12", "113000000001"))
    assert known(r.balance_record(Build(trade(rounded), coarse)), "2025-01", "2025-03-18", basis="month") == 0.0
    assert known(r.balance_record(Build(trade(rounded), exact)), "2025-01", "2025-03-18", basis="month") == 12.0


@pytest.mark.slow
def test_the_year_to_date_is_compared_with_three_years_at_least(trade, known) -> None:
    years = [(f"{year}-11", f"{year}-12-08", "balance", "ytd", value)
             for year, value in ((2022, 700.0), (2023, 748.1), (2024, 884.7), (2025, 1080.0))]  # fmt: skip
    flags = r.ytd_record(Build(trade(years)))
    assert known(flags, "2025-11", "2025-12-08") == 3.0
    assert known(flags, "2024-11", "2025-12-08") is None
    higher = [("2022-11", "2022-12-08", "balance", "ytd", 1100.0), *years[1:]]
    assert known(r.ytd_record(Build(trade(higher))), "2025-11", "2025-12-08") == 0.0
    assert known(r.ytd_record(Build(trade([years[0], *years[2:]]))), "2025-11", "2025-12-08") is None  # no 2023


CROSSING = [
    *[(f"2024-{m:02}", "2025-01-13", "balance", "ytd", 80.0 * m) for m in range(2, 13)],
    *[(f"2025-{m:02}", f"2025-{m + 1:02}-08", "balance", "ytd", 98.0 * m) for m in range(2, 12)],
]
"""Years to date without a January, as where January and February are printed as one: 1,078 in November 2025."""


@pytest.mark.slow
def test_the_first_year_to_date_above_a_trillion(trade, known) -> None:
    flags = r.ytd_first_trillion(Build(trade(CROSSING)))
    assert known(flags, "2025-11", "2025-12-08") == 1.0
    assert known(flags, "2025-10", "2025-12-08") == 0.0
    lower = [*CROSSING, ("2025-11", "2026-02-01", "balance", "ytd", 999.0)]
    assert known(r.ytd_first_trillion(Build(trade(lower))), "2025-11", "2026-02-01") == 0.0


@pytest.mark.slow
def test_a_crossing_after_a_gap_may_not_be_the_first(trade, known) -> None:
    gap = [row for row in CROSSING if row[0] != "2025-09"]
    assert known(r.ytd_first_trillion(Build(trade(gap))), "2025-11", "2025-12-08") is None
    months = [("USD", f"2025-{m:02}", "month", f"2025-{m + 1:02}-08", "98000000000.00") for m in range(3, 12)]
    filled = Build(trade(gap), prints(("USD", "2025-02", "ytd", "2025-03-08", "196000000000.00"), *months))
    assert known(r.ytd_first_trillion(filled), "2025-11", "2025-12-08") == 1.0


def test_nothing_printed_nothing_filled(trade) -> None:
    assert r.prints({}).is_empty()
    sample = r.monthly_sample(Build(trade(YEAR)))
    assert sample["value"].to_list() == pytest.approx([row[4] * 1e9 for row in YEAR])
