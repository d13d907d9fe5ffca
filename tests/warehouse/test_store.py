"""Rules of vintages: only news becomes a vintage, rounding is never a revision, order of arrival never matters."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from transforms.asof import as_of
from transforms.model import CLAIM, observations
from warehouse.store import resolve, settle

DECEMBER = date(2025, 12, 31)
DAY = date(2026, 1, 14)


def claim(value: float, day: date, precision: float = 0.05e9, status: str = "A", release: str = "r") -> pl.DataFrame:
    """China's imports of December 2025 in USD as one release has them."""
    frame = pl.DataFrame({"period_end": [DECEMBER], "value": [value], "precision": [precision], "obs_status": [status]})
    tidy = observations(
        frame, dataset="trade_total", ref_area="CHN", counterpart_area="WORLD", flow="import", measure="value",
        basis="month", currency="USD", unit="USD",
    )  # fmt: skip
    return tidy.with_columns(
        vintage_date=pl.lit(day),
        vintage_kind=pl.lit("observed"),
        release_id=pl.lit(release),
        first_seen=pl.lit(datetime(day.year, day.month, day.day)),
    ).select(pl.col(n).cast(t) for n, t in CLAIM.items())


FIRST = claim(243.64e9, date(2026, 1, 14), 0.005e9, "P", "first print")
JULY = claim(244.9e9, date(2026, 7, 7), release="copy of July")
AUGUST = claim(245.3e9, date(2026, 8, 11), release="copy of August")


def test_revisions_of_december_2025_imports_are_three_vintages() -> None:
    """gacc README section 3: 243.64 bn at first, 245.3 bn in August 2026."""
    found = resolve(pl.concat([AUGUST, FIRST, JULY]))
    assert found.select("value", "change").rows() == [(243.64e9, "first"), (244.9e9, "revised"), (245.3e9, "revised")]


@pytest.mark.parametrize(
    ("day", "value"),
    [("2026-01-13", None), ("2026-01-14", 243.64e9), ("2026-07-06", 243.64e9), ("2026-08-11", 245.3e9)],
)
def test_as_of_gives_what_was_public_on_the_day(day: str, value: float | None) -> None:
    known = as_of(resolve(pl.concat([FIRST, JULY, AUGUST])), date.fromisoformat(day))
    assert known["value"].to_list() == ([] if value is None else [value])


def test_the_order_in_which_releases_arrive_changes_nothing() -> None:
    forward, backward = pl.concat([FIRST, JULY, AUGUST]), pl.concat([AUGUST, JULY, FIRST])
    assert resolve(forward).equals(resolve(backward))


def test_a_coarser_figure_within_rounding_confirms_and_is_no_vintage() -> None:
    coarse = claim(243.6e9, date(2026, 2, 1), release="press")
    assert resolve(pl.concat([FIRST, coarse]))["release_id"].to_list() == ["first print"]


def test_more_digits_of_the_same_figure_refine_it() -> None:
    press = claim(243.6e9, date(2026, 1, 14), release="press")
    exact = claim(243.64e9, date(2026, 1, 18), 0.005e9)
    assert resolve(pl.concat([press, exact]))["change"].to_list() == ["first", "refined"]


def test_a_difference_beyond_both_roundings_is_a_revision() -> None:
    """330.3 in the press and 330.163 in the bulletin differ by more than 0.05 + 0.0005."""
    press, bulletin = claim(330.3e9, date(2025, 12, 8)), claim(330.163e9, date(2025, 12, 18), 0.0005e9)
    assert resolve(pl.concat([press, bulletin]))["change"].to_list() == ["first", "revised"]


def test_one_unit_of_the_last_place_is_a_revision_when_both_print_as_many_digits() -> None:
    """Imports of November 2025: 220.0 in July 2026, 220.1 in August."""
    low, high = claim(220.0e9, date(2026, 7, 7)), claim(220.1e9, date(2026, 8, 11))
    assert resolve(pl.concat([low, high]))["change"].to_list() == ["first", "revised"]


def test_a_tie_of_two_different_roundings_is_not_a_revision() -> None:
    fine, coarse = claim(243.65e9, date(2026, 1, 14), 0.005e9), claim(243.6e9, date(2026, 1, 15))
    assert resolve(pl.concat([fine, coarse]))["change"].to_list() == ["first"]


def test_a_bulletin_that_repeats_a_preliminary_figure_confirms_it() -> None:
    firm = claim(243.64e9, date(2026, 1, 18), 0.005e9, "A", "bulletin")
    found = resolve(pl.concat([FIRST, firm]))
    assert found.select("change", "obs_status").rows() == [("first", "P"), ("confirmed", "A")]


def test_the_same_claims_twice_change_nothing() -> None:
    once = pl.concat([FIRST, JULY])
    again = pl.concat([once, once.with_columns(release_id=pl.lit("z again"))])
    assert resolve(again).equals(resolve(once))


def test_a_day_has_one_word_whatever_the_order_of_its_claims() -> None:
    """January 2024 by partner, bulletin of 18 March 2024: one block in 10,000 yuan, one in yuan."""
    coarse = claim(180.22e9, date(2024, 3, 18), 5000.0, release="a block of the bulletin")
    fine = claim(180.220_001e9, date(2024, 3, 18), 0.5, release="another block")
    preliminary = claim(180.9e9, date(2024, 3, 18), 0.5, "P", "preliminary")
    for claims in ([coarse, fine, preliminary], [preliminary, fine, coarse]):
        found = settle(pl.concat(claims))
        assert found.vintages.select("value", "change").rows() == [(180.220_001e9, "first")]
        assert set(found.replaced.select("release_id", "replaced_by").rows()) == {
            ("a block of the bulletin", "another block"),
            ("preliminary", "another block"),
        }
        assert found.confirmations.is_empty()


def test_what_differs_on_one_day_is_settled_by_who_was_seen_later() -> None:
    morning = claim(243.64e9, DAY, 0.005e9, release="as first shown")
    noon = claim(243.7e9, DAY, 0.005e9, release="mended").with_columns(first_seen=pl.lit(datetime(2026, 1, 14, 12)))
    back = morning.with_columns(first_seen=pl.lit(datetime(2026, 1, 14, 18)))
    assert settle(pl.concat([noon, morning])).vintages["value"].to_list() == [243.7e9]
    found = settle(pl.concat([noon, morning, back]))
    assert found.vintages["value"].to_list() == [243.64e9]
    assert found.replaced["release_id"].to_list() == ["as first shown", "mended"]


def test_news_that_is_taken_back_the_same_day_is_no_vintage() -> None:
    other = claim(250e9, date(2026, 2, 1), 0.005e9, release="slip")
    back = FIRST.with_columns(vintage_date=other["vintage_date"], first_seen=pl.lit(datetime(2026, 2, 1, 9)))
    found = settle(pl.concat([FIRST, other.with_columns(obs_status=pl.lit("P")), back]))
    assert found.vintages["value"].to_list() == [243.64e9]
    assert found.replaced["release_id"].to_list() == ["slip"]
    assert found.confirmations.select("vintage_date", "confirms").rows() == [(date(2026, 2, 1), DAY)]


def test_a_value_that_is_said_again_is_confirmed_as_of_that_day() -> None:
    """Exact or within rounding; the value stays that of the vintage."""
    coarse = claim(243.6e9, date(2026, 2, 1), release="press")
    again = claim(243.64e9, date(2026, 3, 1), 0.005e9, "P", "page of March")
    found = settle(pl.concat([again, FIRST, JULY, coarse]))
    assert found.confirmations.select("vintage_date", "confirms", "value", "release_id").rows() == [
        (date(2026, 2, 1), DAY, 243.64e9, "press"),
        (date(2026, 3, 1), DAY, 243.64e9, "page of March"),
    ]
    assert found.words["change"].to_list() == ["first", "repeated", "repeated", "revised"]
