"""Figures that the notes on Chinese customs releases state, asked of the warehouse that the shipped history makes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

TOTAL = "trade_total:CHN.WORLD.{}.TOTAL.{}.month._.{}.{}.M.N"
BN = 1e9
Rows = list[tuple[Any, ...]]


@pytest.fixture(scope="module")
def con(built_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        yield con


def vintages(con: duckdb.DuckDBPyConnection, series: str, period: str) -> Rows:
    """(day, value) of everything that was ever public of one observation."""
    return con.execute(
        """SELECT vintage_date::VARCHAR, value FROM vintage.observation
           WHERE series_id = ? AND period_end = ?::DATE ORDER BY vintage_date""",
        [series, period],
    ).fetchall()


@pytest.mark.parametrize(
    ("flow", "period", "first", "last"),
    [
        ("import", "2025-12-31", ("2026-01-14", 243.64), ("2026-08-11", 245.3)),
        ("import", "2026-01-31", ("2026-04-18", 234.2), ("2026-11-23", 236.4)),
        ("export", "2022-12-31", ("2023-01-13", 306.08), ("2023-08-18", 296.90)),
    ],
)
def test_levels_as_first_printed_and_as_restated(
    con: duckdb.DuckDBPyConnection, flow: str, period: str, first: tuple[str, float], last: tuple[str, float]
) -> None:
    known = vintages(con, TOTAL.format(flow, "value", "USD", "USD"), period)
    for (day, value), (wanted_day, billion) in ((known[0], first), (known[-1], last)):
        assert day == wanted_day
        assert value / BN == pytest.approx(billion, abs=0.05 if billion * 10 % 1 == 0 else 0.005)


def test_growth_of_imports_of_january_2026_moved_with_its_base(con: duckdb.DuckDBPyConnection) -> None:
    """25.7 as the levels of April give it, then 26.3, 26.6 and 26.9 as published."""
    published = vintages(con, TOTAL.format("import", "growth_yoy", "USD", "percent"), "2026-01-31")
    assert [value for _, value in published] == [26.3, 26.6, 26.9]
    series = "indicator:CHN.WORLD.import.TOTAL.trade_growth_computed.month._.USD.percent.M.N"
    computed = con.execute(
        "SELECT round(value, 1) FROM vintage.indicator WHERE series_id = ? AND period_end = '2026-01-31' ORDER BY vintage_date",
        [series],
    ).fetchall()
    assert computed[0] == (25.7,) and len(computed) == 4


def test_bulletin_of_2025_against_the_preliminary_year_and_later_revisions(con: duckdb.DuckDBPyConnection) -> None:
    """30.9 of 3,771,873 million dollars within four days; single months moved by a thousand times as much later."""
    exports = "trade_total:CHN.WORLD.export.TOTAL.value.ytd._.USD.USD.M.N"
    (year,) = con.execute(
        "SELECT previous_value, change, change_percent FROM revision "
        "WHERE series_id = ? AND period_end = '2025-12-31' AND vintage_date = '2026-01-18'",
        [exports],
    ).fetchall()
    assert (round(year[0] / 1e6), round(year[1] / 1e6, 1)) == (3_771_873, -30.9)
    later = con.execute(
        """SELECT min(abs(change_percent)) FROM revision WHERE (series_id, period_end) IN (VALUES (?, DATE '2025-12-31'),
           (?, DATE '2026-01-31'), (?, DATE '2022-12-31'))""",
        [TOTAL.format(flow, "value", "USD", "USD") for flow in ("import", "import", "export")],
    ).fetchall()
    assert later[0][0] > 100 * abs(year[2])


def test_revisions_come_with_bulletins_and_in_the_middle_of_the_year_for_the_year_before(
    con: duckdb.DuckDBPyConnection,
) -> None:
    rows = con.execute(
        """SELECT DISTINCT vintage_date::VARCHAR, month(period_end) FROM revision JOIN series USING (series_id)
           WHERE series_id LIKE 'trade_total:CHN.WORLD.%' AND measure = 'value' AND basis = 'month' AND currency = 'USD'
           AND year(period_end) = 2025"""
    ).fetchall()
    bulletin = {month for day, month in rows if day == "2026-01-18"}
    summer = {month for day, month in rows if "2026-07" <= day < "2026-09"}
    assert 12 in bulletin
    assert set(range(1, 13)) - summer == {2, 4}, (
        "the year before; two months moved by less than the tenth of a billion printed"
    )
    years = con.execute(
        """SELECT flow FROM revision JOIN series USING (series_id) WHERE series_id LIKE 'trade_total:CHN.WORLD.%'
           AND measure = 'value' AND basis = 'ytd' AND currency = 'USD' AND period_end = '2025-12-31'
           AND vintage_date = '2026-07-07' ORDER BY 1"""
    ).fetchall()
    assert years == [("export",), ("import",)]


def test_published_growth_is_a_field_of_its_own_beside_the_computed_one(con: duckdb.DuckDBPyConnection) -> None:
    """November 2025 on its first day: 5.9 percent printed, 5.8 from the levels then known."""
    (row,) = con.execute(
        """SELECT t.exports_growth_yoy, round(i.value, 2) FROM trade_total_as_of(DATE '2025-12-08') AS t
           JOIN indicator_as_of(DATE '2025-12-08') AS i ON i.period_end = t.period_end AND i.currency = t.currency
           AND i.basis = t.basis AND i.flow = 'export' AND i.counterpart_area = 'WORLD'
           AND i.indicator_id = 'trade_growth_computed' AND i.product_code = 'TOTAL'
           WHERE t.period_end = '2025-11-30' AND t.currency = 'USD' AND t.basis = 'month'"""
    ).fetchall()
    assert row[0] == 5.9 and row[1] != row[0]


@pytest.mark.parametrize(
    ("series", "period", "released", "stamps"),
    [
        (TOTAL.format("export", "growth_yoy", "CNY", "percent"), "2025-09-30", "2025-10-13", {"2025-10-08", "2025-10-29"}),
        (TOTAL.format("export", "growth_yoy", "CNY", "percent"), "2025-10-31", "2025-11-07", {"2025-12-01"}),
        (TOTAL.format("import", "value", "USD", "USD"), "2025-12-31", "2026-01-14", {"2026-01-08"}),
    ],
)  # fmt: skip
def test_a_figure_carries_the_day_of_its_release_and_not_the_stamp_of_its_english_page(
    con: duckdb.DuckDBPyConnection, series: str, period: str, released: str, stamps: set[str]
) -> None:
    days = [day for day, _ in vintages(con, series, period)]
    assert days[0] == released
    assert not stamps & set(days)


def test_groups_of_2025_stand_in_tables_of_2025_and_later(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        """SELECT partner, min(year(period_end)), bool_or(period_end = '2025-12-31') FROM trade_by_partner
           WHERE partner IN ('RCEP', 'BRI') GROUP BY partner ORDER BY 1"""
    ).fetchall()
    assert rows == [("BRI", 2025, True), ("RCEP", 2025, True)]


def test_goods_re_imported_are_imports_from_china_and_part_of_all_imports(con: duckdb.DuckDBPyConnection) -> None:
    rows = con.execute(
        "SELECT period_end::VARCHAR, imports, exports FROM trade_by_partner WHERE partner = 'CHN' AND basis = 'month'"
    ).fetchall()
    assert round({day: imports for day, imports, _ in rows}["2025-12-31"] / BN) == 91, "90.7"
    assert {exports for *_, exports in rows} == {None}
    (sums,) = con.execute(
        """SELECT sum(imports), sum(imports) FILTER (partner = 'CHN'), (SELECT imports FROM trade_total AS t
             WHERE t.period_end = '2024-12-31' AND t.basis = 'month' AND t.currency = 'CNY')
           FROM trade_by_partner_as_of(DATE '2025-01-18') WHERE period_end = '2024-12-31' AND basis = 'month'
           AND currency = 'CNY' AND partner_kind <> 'group'"""
    ).fetchall()
    parts, returned, world = (value / BN for value in sums)
    assert round(returned) == 79
    assert abs(parts - world) < 0.1 * returned


def test_january_2026_is_a_difference_until_it_is_printed(con: duckdb.DuckDBPyConnection) -> None:
    """Steel exports: 15,591,459.635 less 7,837,462.874 tons. No table prints January, so none shows it as published."""
    rows = con.execute(
        """SELECT value, unit, obs_status, vintage_date::VARCHAR FROM indicator
           WHERE indicator_id = 'trade_january_quantity_by_difference' AND product_code = 'COMMODITY_STEEL'
           AND period_end = '2026-01-31'"""
    ).fetchall()
    assert rows == [(7_753_996_761.0, "kg", "E", "2026-03-10")]
    published = (
        "SELECT count(*) FROM trade_by_commodity WHERE commodity = 'COMMODITY_STEEL' AND period_end = '2026-01-31'"
    )
    assert con.execute(published).fetchall() == [(0,)]
