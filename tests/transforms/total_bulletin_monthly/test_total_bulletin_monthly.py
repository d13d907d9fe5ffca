"""Bulletin table (1) B: months restated in each issue; unlabelled percents told apart by arithmetic."""

from __future__ import annotations

from datetime import date

import pytest

from tests.transforms.customs_case import page, refused, same, sheet
from tests.transforms.customs_products import total_bulletin_annual
from tests.transforms.customs_products import total_bulletin_monthly as product
from tests.transforms.customs_tables import summary_rows


def test_every_month_of_the_issue_is_an_observation() -> None:
    rows = same(product, page(summary_rows()), sheet("M101RMB", summary_rows("zh")))
    august = rows.filter(period_end=date(2024, 8, 31), measure="value", basis="month")
    assert dict(august.select("flow", "value").iter_rows()) == {
        "total": 3_752_274_910_000.0,
        "export": 2_200_806_140_000.0,
        "import": 1_551_468_760_000.0,
        "balance": 649_337_380_000.0,
    }
    assert len(rows.filter(measure="value", flow="total", basis="month")) == 5
    assert set(rows["obs_status"]) == {"A"}


def test_percents_below_a_month_are_what_the_levels_say() -> None:
    """August over July 2024: the rate fits the month before, not the year before."""
    table = product.read(page(summary_rows())).table.filter(period="2024-08")
    assert table["total_month_mom"].to_list() == [2.1]
    assert table["total_month_yoy"].to_list() == [None]


def test_percents_that_fit_no_level_are_refused() -> None:
    assert refused(product, page(summary_rows(), ("<b>2.1</b>", "<b>5.1</b>"))).code == "unidentified_percents"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("375,227,491", "375,227,941"), "sum_mismatch"),
        (("2024.06", "2024.16"), "unknown_period"),
        (("2024.06", "2024.05"), "duplicate_period"),
        (("Accumulated", "Calculated"), "unknown_header"),
    ],
)
def test_each_fault_has_its_own_code(change: tuple[str, str], code: str) -> None:
    assert refused(product, page(summary_rows(), change)).code == code


def test_a_lost_month_is_noticed() -> None:
    title, rows = summary_rows()
    assert refused(product, page((title, rows[:6] + rows[7:]))).code == "missing_rows"
    assert refused(product, page((title, rows[:-2]))).code == "missing_rows"


def test_annual_and_monthly_are_two_products() -> None:
    assert product.recognise(page(summary_rows())) and not total_bulletin_annual.recognise(page(summary_rows()))
