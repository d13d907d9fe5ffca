"""The grammar: each verb, sign and plural follows a rule."""

from __future__ import annotations

from datetime import date

import pytest

from warehouse.bulletin import wording as w


@pytest.mark.parametrize(
    ("value", "precision", "text"),
    [
        (1.08e12, 5e9, "USD 1.08 trillion"),
        (330.3e9, 5e7, "USD 330.3 billion"),
        (111.68e9, 5e6, "USD 111.68 billion"),
        (33_789_100_000, 5000, "USD 33.79 billion"),
        (2.3e12, None, "USD 2.3 trillion"),
        (27.755e9, None, "USD 27.8 billion"),
        (-1.5e9, None, "USD \u22121.5 billion"),
        (0.0, None, "USD 0"),
    ],
)
def test_money_keeps_the_digits_published(value: float, precision: float | None, text: str) -> None:
    assert w.money(value, "USD", precision) == text


@pytest.mark.parametrize(("value", "text"), [(5.9, "+5.9"), (-28.6, "\u221228.6"), (0.0, "0.0"), (-0.04, "0.0")])
def test_signs(value: float, text: str) -> None:
    assert w.signed(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(5.9, "rose 5.9\u00a0%"), (-1.1, "fell 1.1\u00a0%"), (0.04, "did not change")]
)
def test_direction_follows_the_sign_and_nothing_moves_within_rounding(value: float, text: str) -> None:
    assert w.moved(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.9, "1.9 percentage points above"), (-1.0, "1.0 percentage point below"), (0.01, "no different from")],
)
def test_against_a_forecast(value: float, text: str) -> None:
    assert w.against(value) == text


def test_counting_and_listing() -> None:
    assert w.count(1, "year") == "one year"
    assert w.count(12, "month") == "twelve months"
    assert w.count(28, "month") == "28 months"
    assert w.verb(1, "was", "were") == "was" and w.verb(2, "was", "were") == "were"
    assert w.listed(["a"]) == "a"
    assert w.listed(["a", "b", "c"]) == "a, b and c"


def test_shares_as_one_in_so_many() -> None:
    assert w.one_in(20) == "one in five"
    assert w.one_in(19) == ""
    assert w.one_in(0) == ""


def test_periods() -> None:
    assert w.since_january(date(2025, 11, 30)) == "January to November 2025"
    assert w.since_january(date(2025, 1, 31)) == "January 2025"
    assert w.since_january(date(2025, 12, 31)) == "2025"
    assert w.day_of(date(2025, 12, 8)) == "8 December 2025"
