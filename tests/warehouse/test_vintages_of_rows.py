"""A row of a wide table never mixes vintages silently: it says its oldest and its newest, here found again by SQL."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse.schema import tables

WIDE = sorted(table.name for table in tables() if table.kind == "macro" and "GROUP BY" in table.sql)
"""Tables whose rows are made of several values; of all others vintage_date is that of the one value."""


@pytest.fixture(scope="module")
def con(built_home: Path):
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as opened:
        yield opened


@pytest.mark.parametrize("name", WIDE)
def test_a_row_says_its_oldest_and_its_newest_vintage(con: duckdb.DuckDBPyConnection, name: str) -> None:
    columns = [row[0] for row in con.execute(f"DESCRIBE {name}").fetchall()]
    assert {"vintage_date", "oldest_vintage_date"} <= set(columns)
    wrong = con.execute(
        f"SELECT count(*) FROM {name} WHERE coalesce(oldest_vintage_date, DATE '9999-01-01') > vintage_date"
    )
    assert wrong.fetchall() == [(0,)]


@pytest.mark.parametrize("day", [date(2025, 12, 8), date(2026, 8, 11), date(9999, 12, 31)])
def test_the_days_are_those_of_the_values(con: duckdb.DuckDBPyConnection, day: date) -> None:
    """China's total trade: each value found in the observations with its own vintage."""
    wrong = con.execute(
        """WITH cell AS (
               SELECT o.period_end, s.basis, s.currency, s.flow, s.measure, o.value, o.vintage_date
               FROM observation_as_of($day) AS o JOIN series AS s USING (series_id)
               WHERE s.dataset = 'trade_total' AND s.definition = '_')
           SELECT t.period_end, t.basis, t.currency FROM trade_total_as_of($day) AS t
           JOIN cell USING (period_end, basis, currency) GROUP BY ALL
           HAVING min(cell.vintage_date) <> any_value(t.oldest_vintage_date)
               OR max(cell.vintage_date) <> any_value(t.vintage_date)
               OR any_value(t.balance_vintage_date) IS DISTINCT FROM
                   max(cell.vintage_date) FILTER (cell.flow = 'balance' AND cell.measure = 'value')
               OR any_value(t.total_vintage_date) IS DISTINCT FROM
                   max(cell.vintage_date) FILTER (cell.flow = 'total' AND cell.measure = 'value')""",
        {"day": day},
    ).fetchall()
    assert wrong == []


def test_a_balance_that_its_flows_contradict_is_of_an_older_day(con: duckdb.DuckDBPyConnection) -> None:
    """Year to date 2025-11: 1080.0 as first printed beside 1068.2 by the revised flows.

    Balances are printed to three digits at least, flows to four: 0.6 percent is more than all roundings.
    """
    rows = con.execute(
        """SELECT period_end, basis, currency FROM trade_total
           WHERE abs(balance - balance_computed) > 0.006 * abs(balance) AND balance_vintage_date >= vintage_date"""
    ).fetchall()
    assert rows == []
    [row] = con.execute(
        """SELECT balance, round(balance_computed / 1e9, 1), balance_vintage_date, vintage_date FROM trade_total
           WHERE period_end = DATE '2025-11-30' AND basis = 'ytd' AND currency = 'USD'"""
    ).fetchall()
    assert row[:3] == (1080e9, 1068.2, date(2025, 12, 8)) and row[3] > row[2]
