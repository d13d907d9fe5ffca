"""Every indicator of the built warehouse against a second, slow implementation of its formula, on sampled days."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.transforms.indicators import plain
from transforms.indicators import CATALOG, Indicator

DAYS = (date(2024, 12, 10), date(2025, 12, 8), date(2026, 11, 24))
Key = tuple[tuple[str, ...], date]
WORDS = """
    SELECT s.* EXCLUDE (native_title), v.period_end, v.vintage_date, v.value, v.precision, v.obs_status, v.change,
        v.vintage_kind
    FROM (SELECT series_id, period_end, vintage_date, value, precision, obs_status, change, vintage_kind
          FROM vintage.observation
          UNION ALL SELECT c.series_id, c.period_end, c.confirmed_on, c.value, o.precision, o.obs_status, 'repeated',
          o.vintage_kind
          FROM vintage.confirmation AS c JOIN vintage.observation AS o USING (series_id, period_end, vintage_date)) AS v
    JOIN series AS s USING (series_id)"""


def rows(con: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    answer = con.execute(query)
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.fixture(scope="module")
def con(built_home: Path):  # type: ignore[no-untyped-def]
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def pasts(con: duckdb.DuckDBPyConnection) -> dict[date, plain.Past]:
    words = rows(con, WORDS)
    tables = {name: rows(con, f"FROM {name}") for name in ("consensus_forecast", "reported_figure", "story_evidence")}
    tables["composite"] = rows(con, """SELECT ref_area, period_end, vintage_date, value FROM vintage.indicator
        JOIN series USING (series_id) WHERE indicator_id = 'composite' ORDER BY vintage_date""")  # fmt: skip
    for name in ("trade_nowcast", "trade_nowcast_news"):  # of which others are made
        tables[name] = rows(con, f"""SELECT flow, definition, period_end, vintage_date, value FROM vintage.indicator
            JOIN series USING (series_id) WHERE indicator_id = '{name}' ORDER BY vintage_date""")  # fmt: skip
    return {day: plain.Past(words, tables, day) for day in DAYS}


@pytest.mark.parametrize("indicator", CATALOG, ids=lambda one: one.id)
def test_each_sampled_day_gives_the_values_of_the_formula(
    con: duckdb.DuckDBPyConnection, pasts: dict[date, plain.Past], indicator: Indicator
) -> None:
    """An indicator without a plain recomputation fails here."""
    formula = plain.formula(indicator.id)
    keys = [*indicator.by, *(["unit"] if indicator.id == "trade_unit_value" else [])]
    for day in DAYS:
        expected = {
            (tuple(named[key] for key in keys), end): value
            for named, end, value in formula(pasts[day])
            if value is not None and value == value
        }
        found = known(con, indicator.id, keys, day)
        if indicator.id == "trade_partner_missing":
            found = {cell: value for cell, value in found.items() if value}  # a zero: it is there by now
        if indicator.id.startswith(plain.NEWEST):
            found = {cell: value for cell, value in found.items() if cell in expected}
        assert found.keys() == expected.keys(), (day, sorted(found.keys() ^ expected.keys(), key=str)[:3])
        assert found == pytest.approx(expected, rel=1e-7 if "adjusted" in indicator.id else 1e-9, abs=1e-8), day


def known(con: duckdb.DuckDBPyConnection, indicator: str, keys: list[str], day: date) -> dict[Key, float]:
    """Values of an indicator that the warehouse knew on a day."""
    columns = ", ".join(f"s.{key}" for key in keys)
    query = f"""SELECT {columns}, i.period_end, i.value FROM vintage.indicator AS i JOIN series AS s USING (series_id)
        WHERE i.indicator_id = ? AND i.vintage_date <= ?
        QUALIFY row_number() OVER (PARTITION BY i.series_id, i.period_end ORDER BY i.vintage_date DESC) = 1"""
    answer = con.execute(query, [indicator, day]).fetchall()
    return {(row[:-2], row[-2]): row[-1] for row in answer if row[-1] is not None}
