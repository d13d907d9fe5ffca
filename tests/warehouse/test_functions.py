"""Keys that headers state hold in the real warehouse; the functions of vintages give what they say."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse.schema import functions, tables

IMPORTS = "trade_total:CHN.WORLD.import.TOTAL.value.month._.USD.USD.M.N"
KEYED = [table for table in tables() if table.key]


@pytest.fixture(scope="module")
def con(built_home: Path):
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as opened:
        yield opened


def test_headers_state_keys() -> None:
    assert {"trade_total", "mortgage", "vintage.observation", "indicator", "series"} <= {table.name for table in KEYED}
    assert all(set(table.key) <= set(table.columns) for table in KEYED)


@pytest.mark.parametrize("table", KEYED, ids=lambda table: table.name)
def test_keys_are_unique(con: duckdb.DuckDBPyConnection, table) -> None:
    columns = ", ".join(table.key)
    twice = con.execute(f"SELECT {columns}, count(*) FROM {table.name} GROUP BY {columns} HAVING count(*) > 1 LIMIT 3")
    assert twice.fetchall() == []


def test_every_function_is_explained(con: duckdb.DuckDBPyConnection) -> None:
    told = dict(con.execute("SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal").fetchall())
    assert {f.name: f.comment for f in functions()}.items() <= told.items()


def test_first_prints_and_later_ones(con: duckdb.DuckDBPyConnection) -> None:
    """Imports of December 2025 in USD: 243.64 (printed, then confirmed), 244.9 and 245.3 billion."""
    query = "SELECT value FROM nth_release(?) WHERE series_id = ? AND period_end = DATE '2025-12-31'"
    found = [con.execute(query, [n, IMPORTS]).fetchall() for n in (1, 2, 3, 4, 5)]
    assert found == [[(243.64e9,)], [(243.64e9,)], [(244.9e9,)], [(245.3e9,)], []]
    query = (
        "SELECT release, value, on_first, on_previous FROM revision_triangle(?) WHERE period_end = DATE '2025-12-31'"
    )
    rows = con.execute(query, [IMPORTS]).fetchall()
    assert [row[:2] for row in rows] == [(1, 243.64e9), (2, 243.64e9), (3, 244.9e9), (4, 245.3e9)]
    assert rows[3][2] == pytest.approx(1.66e9) and rows[3][3] == pytest.approx(0.4e9) and rows[0][2:] == (0.0, None)


def test_vintage_dates_count_what_was_added_and_revised(con: duckdb.DuckDBPyConnection) -> None:
    told = con.execute("SELECT sum(added), sum(revised) FROM vintage_dates(?)", [IMPORTS]).fetchall()
    query = "SELECT count(*) FILTER (change = 'first'), count(*) FILTER (change = 'revised') FROM vintage.observation WHERE series_id = ?"
    assert told == con.execute(query, [IMPORTS]).fetchall()


def test_a_panel_of_a_day_is_what_was_known(con: duckdb.DuckDBPyConnection) -> None:
    day = date(2025, 12, 8)
    [(n, newest)] = con.execute("SELECT count(*), max(vintage_date) FROM panel_as_of(?)", [day]).fetchall()
    assert con.execute("SELECT count(*) FROM observation_as_of(?)", [day]).fetchall() == [(n,)] and newest <= day


def test_a_day_before_the_first_figure_is_told_so(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error, match="trade_total: no figure was public on 1990-01-01, the first is of"):
        con.execute("FROM trade_total_as_of(DATE '1990-01-01')").fetchall()
    assert con.execute("FROM bank_ratio_as_of(DATE '2025-01-01')").fetchall() == []  # no figure at all: nothing to say


@pytest.mark.parametrize("name", ["revision_triangle", "vintage_dates"])
def test_a_series_that_is_not_there_is_an_error(con: duckdb.DuckDBPyConnection, name: str) -> None:
    with pytest.raises(duckdb.Error, match="there is no series trade_total:X"):
        con.execute(f"FROM {name}('trade_total:X')").fetchall()


def test_an_indicator_has_a_triangle_too(con: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT series_id, count(*) FROM vintage.indicator GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"
    [(series, vintages)] = con.execute(query).fetchall()
    assert con.execute("SELECT count(*) FROM revision_triangle(?)", [series]).fetchall() == [(vintages,)]


def test_coverage_counts_missing_months(con: duckdb.DuckDBPyConnection) -> None:
    [(periods, missing, observations)] = con.execute(
        "SELECT periods, missing, observations FROM coverage WHERE series_id = ?", [IMPORTS]
    ).fetchall()
    assert periods == observations + missing


def test_growth_alone_is_told_from_missing_levels(con: duckdb.DuckDBPyConnection) -> None:
    wrong = con.execute(
        "SELECT count(*) FROM trade_total WHERE has_level <> (exports IS NOT NULL OR imports IS NOT NULL)"
    )
    assert wrong.fetchall() == [(0,)]
    assert con.execute("SELECT count(*) > 0 FROM trade_total WHERE NOT has_level").fetchall() == [(True,)]


def test_components_of_composites_have_a_column(con: duckdb.DuckDBPyConnection) -> None:
    told = con.execute("SELECT DISTINCT indicator_id FROM indicator WHERE component IS NOT NULL ORDER BY 1").fetchall()
    assert told == [("composite_contribution",), ("composite_without",)]


def test_a_record_that_can_be_told_no_more_is_null_with_its_reason(con: duckdb.DuckDBPyConnection) -> None:
    """June 2024: with the months of 18 August 2024 no earlier one is known to be higher, and some are not known."""
    told = """SELECT value, obs_status, reason <> '' FROM indicator_as_of(?) WHERE indicator_id = 'trade_balance_record'
              AND period_end = DATE '2024-06-30' AND currency = 'USD' AND basis = 'month'"""
    days = [date(2024, 8, 10), date(2024, 8, 18)]
    assert [con.execute(told, [day]).fetchall() for day in days] == [[(0.0, "E", None)], [(None, "O", True)]]


def test_a_claim_that_another_of_its_day_replaced_is_kept(con: duckdb.DuckDBPyConnection) -> None:
    lost = con.execute(
        """SELECT count(*), count(o.series_id) FROM ops.claim_replaced AS c LEFT JOIN vintage.observation AS o
               ON o.series_id = c.series_id AND o.period_end = c.period_end AND o.vintage_date <= c.vintage_date"""
    ).fetchall()[0]
    assert lost[0] > 0 and lost[1] >= lost[0]
    again = con.execute(
        """SELECT count(*) FROM vintage.confirmation AS c ANTI JOIN vintage.observation AS o
               USING (series_id, period_end, vintage_date, value)"""
    ).fetchall()
    assert again == [(0,)]
