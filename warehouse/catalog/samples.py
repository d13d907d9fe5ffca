"""A query to begin with for each table, and what it answers."""

from __future__ import annotations

from typing import Any

from duckdb import DuckDBPyConnection

from warehouse.tables import REACH, Relation

SHOWN = 3
_NEWEST_MONTH = "WHERE period_end = (SELECT max(period_end) FROM customs_microdata) LIMIT 10"  # millions need no sort
QUERIES = {
    "trade_total": "SELECT period_end, exports, imports, balance_computed FROM trade_total\n"
    "WHERE basis = 'month' AND currency = 'USD' AND exports IS NOT NULL ORDER BY period_end DESC LIMIT 12",
    "trade_by_partner": "SELECT period_end, partner_name, exports, imports FROM trade_by_partner\n"
    "WHERE basis = 'month' AND currency = 'CNY' AND partner_kind = 'country' AND exports IS NOT NULL\n"
    "ORDER BY period_end DESC, exports DESC LIMIT 10",
    "household_loans": "SELECT period_end, debt, overdue, overdue_share_computed FROM household_loans\n"
    "WHERE area = 'RUS' AND currency = 'ALL' ORDER BY period_end DESC LIMIT 12",
    "mortgage": "SELECT period_end, new_loans, rate, debt FROM mortgage\n"
    "WHERE area = 'RUS' AND product = 'MORTGAGE' AND currency = 'RUB' ORDER BY period_end DESC LIMIT 12",
    "indicator": "SELECT title, value, unit, vintage_date FROM indicator\n"
    "WHERE indicator_id = 'key_rate_real' ORDER BY period_end DESC LIMIT 12",
    "first_release": "SELECT period_end, title, first_value, latest_value\n"
    "FROM first_release JOIN series USING (series_id)\n"
    "WHERE series_id LIKE 'trade_total:%' AND measure = 'value' AND vintages > 1\nORDER BY period_end DESC LIMIT 12",
    "series": "SELECT series_id, title, first_period, last_period FROM series\n"
    "WHERE dataset = 'trade_total' ORDER BY observations DESC LIMIT 10",
    "observation": "SELECT period_end, value, vintage_date FROM observation JOIN series USING (series_id)\n"
    "WHERE dataset = 'key_rate' ORDER BY period_end DESC LIMIT 10",
    "revision": "FROM revision ORDER BY vintage_date DESC LIMIT 10",
    "customs_microdata": f"FROM customs_microdata\n{_NEWEST_MONTH}",
    "customs_microdata_newest": f"FROM customs_microdata_newest\n{_NEWEST_MONTH}",
    "data_dictionary": "SELECT column_name, comment FROM data_dictionary WHERE table_name = 'trade_total'",
}


def query(table: Relation) -> str:
    """A query of `table` that works as it stands."""
    if table.qualified in QUERIES:
        return QUERIES[table.qualified]
    dated = next((wanted for wanted in REACH for column in table.columns if column.name == wanted), None)
    return f"FROM {table.qualified}" + (f" ORDER BY {dated} DESC" if dated else "") + " LIMIT 10"


def sample(con: DuckDBPyConnection, table: Relation) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Column names and the first rows of the table's query."""
    answer = con.execute(query(table))
    return [column[0] for column in answer.description or []], answer.fetchmany(SHOWN)
