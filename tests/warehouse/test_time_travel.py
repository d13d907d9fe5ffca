"""What was known on a day: every macro against the vintages themselves, counted by other means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from warehouse.schema import tables

DAYS = [date(2019, 6, 1), date(2024, 8, 19), date(2025, 12, 8), date(2026, 8, 11), date(9999, 12, 31)]
SUBJECTS = ("trade_total", "trade_by_partner", "trade_by_commodity", "trade_by_regime", "loan_portfolio", "household_loans",
            "household_lending_risk", "mortgage", "sme_loans", "key_rate", "fx_rate", "exchange_rate", "bank_rate",
            "price_index", "mirror_trade")  # fmt: skip
UNSHIPPED = ("bank_ratio", "bank_capital", "bank_funds", "bank_liquidity", "inflation", "interest_rate", "money_market",
             "trade_by_commodity_regime", "trade_by_customs_district", "trade_by_enterprise", "trade_by_hs",
             "trade_by_place", "trade_by_sitc", "trade_by_specific_area")  # fmt: skip
"""Tables of which no figure ships."""
RECORDS = ("reported_figure", "early_warning_signal", "consensus_forecast", "policy_event")
OTHER_DEFINITIONS = (pl.col("definition") == "MIRROR") | (pl.col("adjustment") == "SA")
"""Series of a subject that its wide table leaves to `observation`, as its comment says."""


@pytest.fixture(scope="module")
def con(built_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        yield con


def test_every_subject_has_its_macro() -> None:
    assert {table.name for table in tables() if table.macro} == {
        *SUBJECTS,
        *UNSHIPPED,
        *RECORDS,
        "observation",
        "indicator",
    }


@pytest.mark.parametrize("subject", SUBJECTS)
def test_each_value_known_on_a_day_stands_in_the_wide_table_once(con: duckdb.DuckDBPyConnection, subject: str) -> None:
    """None is lost, none is hidden behind one of another definition, none is of a later day."""
    vintages = con.sql(
        f"""SELECT o.*, definition, adjustment FROM vintage.observation AS o JOIN series AS s USING (series_id)
            WHERE dataset = '{subject}'"""
    ).pl()
    figures = con.execute(
        """SELECT column_name FROM duckdb_columns()
           WHERE table_name = ? AND data_type = 'DOUBLE' AND NOT ends_with(column_name, '_computed')
               AND NOT starts_with(comment, 'Old name of ')""",
        [subject],
    ).fetchall()
    assert figures
    for day in DAYS:
        known = vintages.filter(~OTHER_DEFINITIONS, pl.col("vintage_date") <= day)
        newest = known.sort("vintage_date", "first_seen", "release_id").group_by("series_id", "period_end").last()
        columns = ", ".join(name for (name,) in figures)
        if not newest.height:
            with pytest.raises(duckdb.Error, match="no figure was public on"):
                con.execute(f"SELECT {columns} FROM {subject}_as_of(?)", [day])
            continue
        rows = con.execute(f"SELECT {columns} FROM {subject}_as_of(?)", [day]).fetchall()
        if subject == "trade_by_commodity":  # a quantity has no currency: it stands beside the value in each one
            money, physical = "value, value_growth_yoy", "quantity, quantity_growth_yoy"
            assert {*columns.split(", ")} == {*money.split(", "), *physical.split(", ")}
            key = "period_end, commodity, flow, partner, basis"
            rows = con.execute(f"SELECT {money} FROM {subject}_as_of(?)", [day]).fetchall()
            once = con.execute(f"SELECT DISTINCT {key}, {physical} FROM {subject}_as_of(?)", [day]).fetchall()
            rows += [row[5:] for row in once]
        assert Counter(x for row in rows for x in row if x is not None) == Counter(newest["value"]), day


@pytest.mark.parametrize("name", [*SUBJECTS, *RECORDS, "observation", "indicator"])
def test_the_table_is_the_macro_of_the_end_of_time(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """But for stated figures of which nobody knows when they were published."""
    undated = " WHERE published IS NOT NULL" if name == "reported_figure" else ""
    newest = f"FROM {name}_as_of(DATE '9999-12-31')"
    assert con.execute(f"SELECT count(*) FROM (FROM {name}{undated} EXCEPT ALL {newest})").fetchall() == [(0,)]
    assert con.execute(f"SELECT count(*) FROM ({newest} EXCEPT ALL FROM {name})").fetchall() == [(0,)]
    shapes = [[column[:2] for column in con.execute(f"DESCRIBE {q}").fetchall()] for q in (newest, f"FROM {name}")]
    assert shapes[0] == shapes[1]


def test_a_forecast_is_known_before_the_figure_it_was_held_against(con: duckdb.DuckDBPyConnection) -> None:
    """Imports of November 2025, out on 8 December: 2.8 percent expected, 1.9 printed (calendar, press digest)."""
    query = """SELECT forecast, actual FROM consensus_forecast_as_of(?) WHERE indicator = 'imports_yoy'
               AND period = '2025-11' AND currency = 'USD' AND forecast_seen_at IS NOT NULL"""
    assert con.execute(query, [date(2025, 12, 7)]).fetchall() == []
    assert con.execute(query, [date(2025, 12, 8)]).fetchall() == [(2.8, 1.9)]
    early = con.execute(
        """SELECT f.forecast, f.actual, f.previous, f.note FROM consensus_forecast_as_of(DATE '2025-08-06') AS f
           WHERE release_date = DATE '2025-08-07' AND indicator = 'trade_balance' AND currency = 'USD'"""
    ).fetchall()
    assert early == [(105.2e9, None, None, None)]


def test_a_record_dated_by_month_or_year_is_known_from_its_last_day(con: duckdb.DuckDBPyConnection) -> None:
    def published(day: str) -> set[str]:
        rows = con.execute(f"SELECT published_text FROM early_warning_signal_as_of(DATE '{day}')").fetchall()
        return {text for (text,) in rows}

    assert "2017-12 (approx.)" not in published("2017-12-30")
    assert "2017-12 (approx.)" in published("2017-12-31")
    assert "2022" not in published("2022-12-30")
    assert "2022" in published("2022-12-31")
    days = con.execute("SELECT published FROM early_warning_signal WHERE starts_with(published_text, '2017-12')")
    assert {day for (day,) in days.fetchall()} == {date(2017, 12, 31)}


@pytest.mark.parametrize("name", [*RECORDS, "indicator", "observation", "trade_total"])
def test_a_day_before_the_first_figure_is_an_error_that_says_so(con: duckdb.DuckDBPyConnection, name: str) -> None:
    with pytest.raises(duckdb.Error, match=r"no figure was public on 1990-01-01, the first is of [12]"):
        con.execute(f"FROM {name}_as_of(DATE '1990-01-01')").fetchall()


def test_old_names_stand_beside_the_new_ones_for_one_version(con: duckdb.DuckDBPyConnection) -> None:
    old = con.execute(
        """SELECT table_name, column_name, regexp_extract(comment, 'Old name of (\\w+); goes', 1) FROM duckdb_columns()
           WHERE starts_with(comment, 'Old name of ') ORDER BY ALL"""
    ).fetchall()
    assert old == [("bank_funds", "ref_area", "area"), ("key_rate", "key_rate", "rate"),
                   ("reported_figure", "published_date", "published_text")]  # fmt: skip
    for table, was, now in old:
        differ = con.execute(f"SELECT count(*) FROM {table} WHERE {was} IS DISTINCT FROM {now}").fetchall()
        assert differ == [(0,)], table
