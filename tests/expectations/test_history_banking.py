"""The shipped banking figures give the results that their collection states, and a figure that changed is noticed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from expectations import history_banking
from expectations.gate import check
from expectations.questions import answered, ask
from expectations.shipped import tables
from tests.transforms.household_lending_risk.test_household_lending_risk import page, read, rows_of
from warehouse.history import History, shipped

FAILS = "cases fail"


def asked(history: History, *names: str) -> pl.DataFrame:
    """Cases tested and failing of the checks `names`, or of all."""
    checks = {name: made for name, made in history_banking.CHECKS.items() if not names or name in names}
    with tables(history) as connection:
        return ask(connection, checks)


def noticed(history: History, name: str) -> bool:
    """Do more cases fail than are known to?"""
    return int(asked(history, name)["failing"].sum()) > history_banking.CHECKS[name].known


@pytest.mark.slow
def test_the_results_stated_with_the_collection_come_out() -> None:
    measured = asked(shipped())
    judged = answered(check("history_banking", measured, where="shipped history"), measured)
    results = {result.column: result for result in judged}
    anomaly = results.pop("risk_ratios_follow_from_their_parts")
    assert (anomaly.success, anomaly.severity) == (False, "warn"), "shown, and lets the run pass"
    assert anomaly.observed.startswith("1 of 252 cases fail")
    assert "2015-02-28" in anomaly.observed and "prints 91.6 parts give 92.6 obs_status U" in anomaly.observed
    assert [name for name, result in results.items() if not result.success] == []
    said = {name: result.observed for name, result in results.items()}
    shares = "debt: 97.7 to 99.5 percent; overdue: 93.2 to 95.6 percent"
    assert said["residents_are_less_than_the_sector"] == f"0 of 108 {FAILS} ({shares})"
    assert said["row_without_a_label_is_total_overdue"] == f"0 of 186 {FAILS} (row 5, largest gap 0.09 percent)"
    assert said["lines_of_the_loan_book_add_up"].startswith(f"0 of {186 * 7} {FAILS}")
    assert said["federal_districts_make_russia"].startswith(f"0 of {73 * 6} {FAILS}")
    assert said["three_bad_numbers_are_three_series"].startswith(f"0 of 3 {FAILS}")


LAST = "provisions_interest_over20_share_of_provisions"
FAULTS = {  # what a reader or a hand may do to the figures -> the check that notices
    "three_bad_numbers_are_three_series": {"definition": "RAS_OVERDUE", "dataset": "loan_portfolio", "value": 888e9},
    "residents_are_less_than_the_sector": {"dataset": "household_loans", "ref_area": "RUS", "value": 24e12},
    "federal_districts_make_russia": {"dataset": "household_loans", "ref_area": "RUS_FD_CENTRAL", "value": 1e12},
    "roubles_and_foreign_currency_make_the_total": {"dataset": "sme_loans", "currency": "FX", "value": 0.0},
    "lines_of_the_loan_book_add_up": {"dataset": "loan_portfolio", "product_code": "FINANCIAL", "value": 0.0},
    "row_without_a_label_is_total_overdue": {"definition": "RAS_OVERDUE", "product_code": "ALL", "value": 1e12},
    "key_rate_changes_are_changes": {"dataset": "key_rate", "value": 16.0},
    "press_quotes_the_official_dollar": {"dataset": "fx_rate", "value": 61.1692},
    "risk_ratios_follow_from_their_parts": {"dataset": "household_lending_risk", "measure": "debt", "value": 9e12},
    "what_contradicts_its_parts_is_flagged": {"measure": LAST, "obs_status": "A"},
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_each_check_notices_a_wrong_figure(name: str) -> None:
    fault = FAULTS[name]
    where = [pl.col(k) == v for k, v in fault.items() if k not in ("value", "obs_status")]
    change = {k: pl.lit(v) for k, v in fault.items() if k in ("value", "obs_status")}
    assert shipped().claims.filter(*where).height, "a fault in nothing shows nothing"
    chosen = pl.all_horizontal(*where)
    wrong = shipped().claims.with_columns(
        pl.when(chosen).then(new).otherwise(column).alias(column) for column, new in change.items()
    )
    assert noticed(replace(shipped(), claims=wrong), name)


@pytest.mark.parametrize(("name", "segment"), [("problem_loans_of_three_segments", "mortgage"),
                                               ("overdue_share_of_small_enterprises", "SME")])  # fmt: skip
def test_reported_figures_that_no_longer_fit_are_noticed(name: str, segment: str) -> None:
    figures = shipped().records["reported_figure"]
    for records in (figures.filter(pl.col("segment") != segment), figures.with_columns(value=pl.lit("1"))):
        wrong = replace(shipped(), records=dict(shipped().records) | {"reported_figure": records})
        assert noticed(wrong, name)


@pytest.mark.slow
def test_a_page_with_the_anomaly_passes_its_gate_and_says_so() -> None:
    reading = read(page(rows_of("2015")))
    results = check("cbr.household_lending_risk", reading.table, where="risk_15")
    assert [result for result in results if not result.success] == []
    marked = reading.observations.filter(pl.col("obs_status") == "U")
    assert marked.select("period_end", "measure", "value").rows() == [(date(2015, 2, 28), LAST, 91.6)]
    assert [note for note in reading.notes if LAST in note and "91.6" in note]
