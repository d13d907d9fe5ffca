"""Revisions of other countries' trade: annual ones pass, a misread unit does not."""

from __future__ import annotations

import duckdb
import pytest

from expectations.losses import by_dataset, large_revisions


def warehouse(value: float, dataset: str) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(
        "CREATE TABLE series AS SELECT 'a' AS series_id, 'Imports' AS title, ? AS dataset, 'USD' AS unit", [dataset]
    )
    con.execute("CREATE TABLE observation AS SELECT 'a' AS series_id, DATE '2022-02-28' AS period_end, ? AS value, "
                "500.0 AS precision", [value])  # fmt: skip
    return con


@pytest.mark.parametrize(("dataset", "old", "new", "failing"), [
    ("mirror_trade", 323.39e6, 246.58e6, 0),  # US imports from Hong Kong, February 2022, in the states of 2023 and 2024
    ("mirror_trade", 1e5, 3e7, 0),  # a ship to a small island
    ("mirror_trade", 44_571.967e6, 44_571.967e3, 1),  # thousands for millions
    ("trade_total", 323.39e9, 246.58e9, 1),
])  # fmt: skip
def test_a_revision_is_told_from_a_misread_unit(dataset: str, old: float, new: float, failing: int) -> None:
    found = large_revisions(warehouse(new, dataset), warehouse(old, dataset))
    assert by_dataset(found)["failing"].to_list() == [failing]


def test_what_asks_for_a_decision_is_told_with_old_new_and_allowed() -> None:
    """US imports from China of October 2022, read in thousands: 2 x 500 of rounding and 40 % may pass, and 1e8."""
    found = large_revisions(warehouse(44_571.967e3, "mirror_trade"), warehouse(44_571.967e6, "mirror_trade"))
    (row,) = found.to_dicts()
    assert (row["previous_value"], row["value"], row["bad"]) == (44_571.967e6, 44_571.967e3, True)
    assert row["allowed"] == pytest.approx(0.4 * 44_571.967e6 + 1e8 + 1000)
