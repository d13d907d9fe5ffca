"""Release days: known ones as published, later ones by rule, nothing awaited that has ended."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

import pytest

from flows.run.freshness import GRACE_DAYS
from transforms.products import all_products
from warehouse import calendar, history

PRELIMINARY, BULLETIN, QUERY = "gacc.by_partner_preliminary", "gacc.by_country_bulletin", "gacc.online_query"


@pytest.mark.parametrize(
    ("product", "period", "day", "origin"),
    [
        (PRELIMINARY, "2025-11", "2025-12-08", "observed"),
        (PRELIMINARY, "2025-12", "2026-01-14", "observed"),
        (PRELIMINARY, "2026-11", "2026-12-08", "scheduled"),
        (PRELIMINARY, "2022-09", "2022-10-24", "observed"),  # postponed; the rule would say the 14th
        (BULLETIN, "2025-12", "2026-01-18", "scheduled"),
        (BULLETIN, "2026-01", "2026-03-18", "scheduled"),
        (QUERY, "2026-02", "2026-03-20", "scheduled"),
        (PRELIMINARY, "2027-04", "2027-05-09", "rule"),
        (PRELIMINARY, "2027-06", "2027-07-14", "rule"),
        (BULLETIN, "2027-01", "2027-03-18", "rule"),
        (QUERY, "2027-07", "2027-08-20", "rule"),
        ("yearbook", "2025-12", "2026-09-30", "rule"),
        ("cbr.mortgage", "2019-08", "2019-09-30", "rule"),  # figures of 1 September 2019, seen on 30 September
        ("cbr.mortgage", "2019-09", "2019-10-31", "rule"),  # seen a day earlier: last working days of the month
        ("cbr.loan_portfolio", "2025-08", "2025-09-23", "rule"),
        ("cbr.fx_daily", "2025-12-13", "2025-12-12", "rule"),  # a Saturday rate, set on Friday
    ],
)
def test_expected_days(product: str, period: str, day: str, origin: str) -> None:
    found = calendar.expected(product, period)
    assert (found.date, found.origin) == (date.fromisoformat(day), origin)


@pytest.mark.parametrize(
    ("product", "period", "observed"),
    [
        ("cbr.household_lending_risk", "2020-07", "2020-09-07"),
        ("cbr.household_lending_risk", "2020-08", "2020-09-29"),
        ("cbr.household_lending_risk", "2015-09", "2015-10-30"),
        ("cbr.mortgage", "2019-08", "2019-09-30"),
        ("cbr.mortgage", "2019-09", "2019-10-30"),
        ("cbr.loan_portfolio", "2025-08", "2025-09-23"),
        ("cbr.sme_debt", "2025-08", "2025-09-18"),  # polled from the 18th ...
        ("cbr.household_debt", "2025-08", "2025-09-25"),  # ... to the 25th
        ("review", "2025-06", "2025-09-04"),
        ("stability_review", "2025-09", "2025-11-27"),
        ("restructuring", "2025-06", "2025-08-21"),
        ("restructuring", "2025-12", "2026-02-27"),
    ],
)
def test_a_release_of_the_bank_is_expected_on_the_last_day_of_what_was_observed(
    product: str, period: str, observed: str
) -> None:
    """None was out after the day on which `status` calls it late, nor more than nine days before its day."""
    rule = calendar.expected(product, period).date
    assert rule is not None
    assert -GRACE_DAYS <= (rule - date.fromisoformat(observed)).days < 9


def test_the_financial_stability_review_comes_in_may_and_november() -> None:
    days = [calendar.expected("stability_review", period).date for period in ("2025-03", "2025-09")]
    assert [day.month for day in days if day] == [5, 11]


@pytest.mark.slow
def test_the_notes_of_cmasf_that_were_observed_are_on_record() -> None:
    days = {"2025-12-05", "2025-12-31", "2026-02-02"}
    assert days <= set(history.shipped().records["early_warning_signal"]["published"])
    note = calendar.next_expected("early_warning", None, date(2026, 3, 1)).note
    assert all(day in note for day in days)


def test_january_comes_with_february_and_there_is_no_release_in_february() -> None:
    assert calendar.expected(PRELIMINARY, "2026-01").date == date(2026, 3, 10)
    assert calendar.next_expected(PRELIMINARY, "2026-12", date(2027, 2, 1)).period == "2027-02"
    due = calendar.periods_due(PRELIMINARY, date(2026, 11, 23))
    assert "2026-01" not in due
    assert "2019-01" in due  # until 2019 January had a release of its own
    days = [calendar.expected(PRELIMINARY, period).date for period in due if period >= "2019-12"]
    assert all(day and day.month != 2 for day in days)


def test_the_bulletin_prints_january_and_february_on_one_day() -> None:
    assert calendar.next_expected(BULLETIN, "2026-12", date(2027, 2, 1)).period == "2027-01"
    assert calendar.expected(BULLETIN, "2027-01").date == calendar.expected(BULLETIN, "2027-02").date


def test_periods_come_due_on_their_day() -> None:
    assert calendar.periods_due(PRELIMINARY, date(2025, 12, 7))[-1] == "2025-10"
    assert calendar.periods_due(PRELIMINARY, date(2025, 12, 8))[-1] == "2025-11"


def test_what_is_awaited_next() -> None:
    today = date(2026, 11, 23)
    assert calendar.next_expected(PRELIMINARY, "2026-10", today).date == date(2026, 12, 8)
    assert calendar.next_expected(PRELIMINARY, None, today).period == "2026-10"
    assert calendar.next_expected("cbr.fx_daily", "2025-12-13", today).period == "2025-12-16"  # Saturday to Tuesday
    assert calendar.next_expected("early_warning", None, today).date is None
    assert calendar.next_expected("reports.narrative", "2026-11-20", today).note == (
        "restructuring bulletin about 2026-11-29; Financial Stability Review about 2026-11-30; "
        "quarterly banking review about 2026-12-05; CMASF monthly but irregular"
    )


def test_ended_and_suspended_series_are_not_awaited() -> None:
    today = date(2026, 11, 23)
    for product in ("cbr.household_risk", "cbr.sme_302_19"):
        assert calendar.next_expected(product, None, today).ended == "discontinued"
        assert calendar.expected(product, "2024-05").ended == "discontinued"
    assert calendar.expected("cbr.form_101", "2022-06").ended == "suspended"
    assert calendar.next_expected("cbr.form_101", "2021-12", date(2022, 6, 1)).ended == "suspended"
    for form in ("cbr.form_101", "cbr.form_123", "cbr.form_135"):
        assert calendar.next_expected(form, "2021-12", today).period == "2023-05"
    assert calendar.next_expected("cbr.form_102", "2021-12", today).period == "2023-06", "profit and loss, by quarter"


def test_every_product_of_the_bank_has_its_timing() -> None:
    """A product that no pattern matches would be neither due nor late, in silence."""
    names = [name for name in all_products() if name.startswith(("cbr.", "reports."))]
    assert [name for name in names if calendar.group_of(name) is None] == []


@pytest.mark.parametrize(
    ("product", "period", "day"),
    [
        (PRELIMINARY, "2025-11", date(2025, 12, 8)),
        (BULLETIN, "2023-05", date(2023, 6, 18)),
        (BULLETIN, "2019-10", date(2019, 11, 30)),  # the day of 2019 is not known: the latest it can have been
        (BULLETIN, "2020-01", date(2020, 3, 31)),
        (PRELIMINARY, "2027-04", None),  # a rule does not date a figure: it would be too early if the release is late
        (QUERY, "2025-01", None),  # an answer shows revised months: only the day of the download is certain
        ("cbr.mortgage", "2025-01", None),
        ("cbr.fx_daily", "2025-12-13", date(2025, 12, 12)),
        ("nobody.knows", "2025-01", None),
        (PRELIMINARY, "unknown", None),
    ],
)
def test_a_past_release_is_dated_only_where_the_day_is_certain(product: str, period: str, day: date | None) -> None:
    assert calendar.release_date(product, period) == day


def test_known_days_lie_in_the_window_of_the_rule_or_say_why() -> None:
    """7th to 10th, 12th to 14th after a quarter; the calendar file explains any other day of 2020 and later."""
    for (group, period), row in calendar._days().items():
        day = date.fromisoformat(row["observed"] or row["scheduled"])
        if group == "preliminary" and period >= "2020-01" and row["note"] != "postponed":
            assert day.day in ((12, 13, 14) if period[5:] in ("03", "06", "09", "12") else range(7, 11)), (period, day)
        if group == "bulletin":
            assert day.day == 18
        if group == "online_query":
            assert day.day == 20


GROUPS = {"preliminary": PRELIMINARY, "monthly bulletin": BULLETIN, "online query": QUERY}


def test_the_collected_days_are_those_of_the_calendar(shared: Path) -> None:
    """Official calendars and what was observed; stamps of English pages are no days of release."""
    with (shared / "gacc/release_dates.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if "English" not in row["product"]]
    assert len(rows) > 80
    for row in rows:
        found = calendar.expected(GROUPS[row["product"].partition(",")[0]], row["reference_period"])
        assert found.date == date.fromisoformat(row["date"]), row
        assert found.origin in ("scheduled", "observed"), row


def test_the_calendar_of_2026_is_known_and_that_of_2027_not_before_it_is_out() -> None:
    """It comes out between January and March of its year; the one of 2026 in Chinese alone."""
    assert {calendar.expected(PRELIMINARY, f"2026-{n:02}").origin for n in (8, 9, 10, 11)} == {"scheduled"}
    assert calendar.expected(PRELIMINARY, "2026-12").origin == "rule"


@pytest.mark.parametrize(
    ("product", "period", "moment"),
    [
        ("census.census_balance", "2026-09", "2026-11-04T13:30Z"),  # winter in Washington since 1 November
        ("census.census_balance", "2027-01", "2027-03-07T13:30Z"),
        ("census.census_balance", "2027-02", "2027-04-04T12:30Z"),  # summer time since 14 March
        ("comext.comext_trade", "2026-08", "2026-10-15T09:00Z"),
        ("comext.comext_trade", "2026-09", "2026-11-15T10:00Z"),  # winter in Luxembourg since 25 October
        ("japan_customs.japan_press", "2026-09", "2026-10-18T23:50Z"),  # no summer time in Tokyo
        ("japan_customs.japan_press", "2027-03", "2027-04-18T23:50Z"),
        ("nbs.nbs_query", "2026-10", "2026-11-10T01:30Z"),
        ("rosstat.consumer_prices", "2026-10", "2026-11-11T16:00Z"),
    ],
)
def test_the_context_is_expected_at_the_publishers_hour(product: str, period: str, moment: str) -> None:
    found = calendar.expected(product, period)
    assert found.at is not None and found.at == datetime.fromisoformat(moment)
    assert found.at.date() == found.date, "the day is that of the publisher's zone"


def test_every_product_of_the_context_has_a_timing() -> None:
    """Inbox products come when people bring them."""
    asked = {
        name for name in all_products() if name.partition(".")[0] not in ("gacc", "cbr", "reports", "inbox", "cmasf")
    }
    assert {name for name in asked if calendar.group_of(name) is None} == set()
    assert calendar.next_expected("alfred.fred_graph", "2026-10-01", date(2026, 11, 5)).note.startswith(
        "BIS, effective"
    )
    february = calendar.next_expected("nbs.nbs_press", "2026-12", date(2027, 2, 1))
    assert (february.period, february.date) == ("2027-02", date(2027, 3, 16)), "January and February come together"
