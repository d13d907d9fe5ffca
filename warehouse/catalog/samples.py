"""A query to begin with for each table, and what it answers."""

from __future__ import annotations

from typing import Any

from duckdb import DuckDBPyConnection

from warehouse.tables import REACH, Relation

SHOWN = 3
QUERIES = {
    "trade_total": "SELECT period_end, exports, imports, balance_computed FROM trade_total\n"
    "WHERE basis = 'month' AND currency = 'USD' AND exports IS NOT NULL ORDER BY period_end DESC LIMIT 12",
    "trade_by_partner": "SELECT period_end, partner_name, exports, imports FROM trade_by_partner\n"
    "WHERE basis = 'month' AND currency = 'CNY' AND partner_kind = 'country' AND exports IS NOT NULL\n"
    "ORDER BY period_end DESC, exports DESC LIMIT 10",
    "series": "SELECT series_id, title, first_period, last_period FROM series\n"
    "WHERE dataset = 'trade_total' ORDER BY observations DESC LIMIT 10",
    "observation": "SELECT period_end, value, vintage_date FROM observation JOIN series USING (series_id)\n"
    "WHERE dataset = 'key_rate' ORDER BY period_end DESC LIMIT 10",
    "revision": "FROM revision ORDER BY vintage_date DESC LIMIT 10",
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
