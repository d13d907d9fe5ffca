"""What a publication holds, asked of the file itself: tables and views with comments, columns, sizes and reach."""

from __future__ import annotations

from dataclasses import dataclass

from duckdb import DuckDBPyConnection

OUR_SCHEMAS = ("main", "vintage", "ops")
REACH = ("period_end", "date", "effective_date", "release_date")  # the first of these dates a table's rows

NEWEST = {"customs_microdata_newest": "customs_microdata"}
"""Views that have each row of a table of downloads once, and so all of its months."""


@dataclass(frozen=True)
class Column:
    name: str
    kind: str  # DuckDB type
    comment: str


@dataclass(frozen=True)
class Relation:
    schema: str
    name: str
    kind: str  # table or view
    comment: str
    columns: tuple[Column, ...]
    rows: int
    first: str = ""  # earliest and latest period, ISO; empty for tables without one
    last: str = ""
    macro: str = ""  # table macro that gives the same as of a day

    @property
    def qualified(self) -> str:
        return self.name if self.schema == "main" else f"{self.schema}.{self.name}"


def relations(con: DuckDBPyConnection, *, sized: bool = True) -> list[Relation]:
    """Every table and view of the current database, main first, in the order of names; not `sized` without rows and
    reach, for which views have to be evaluated."""
    found = con.execute(
        """SELECT schema_name, table_name, 'table', coalesce(comment, '') FROM duckdb_tables()
           WHERE database_name = current_database() AND NOT internal
           UNION ALL SELECT schema_name, view_name, 'view', coalesce(comment, '') FROM duckdb_views()
           WHERE database_name = current_database() AND NOT internal"""
    ).fetchall()
    macros = {
        name
        for (name,) in con.execute(
            "SELECT function_name FROM duckdb_functions() WHERE database_name = current_database() AND NOT internal"
        ).fetchall()
    }
    columns: dict[tuple[str, str], list[Column]] = {}
    for schema, name, *column in con.execute(
        """SELECT schema_name, table_name, column_name, data_type, coalesce(comment, '') FROM duckdb_columns()
           WHERE database_name = current_database() AND NOT internal ORDER BY column_index"""
    ).fetchall():
        columns.setdefault((schema, name), []).append(Column(*column))
    found.sort(key=lambda row: (OUR_SCHEMAS.index(row[0]) if row[0] in OUR_SCHEMAS else 9, row[1]))
    made = []
    for schema, name, kind, comment in found:
        own = tuple(columns[schema, name])
        macro = f"{name}_as_of" if schema == "main" and f"{name}_as_of" in macros else ""
        size = _size(con, schema, name, own) if sized else (0, "", "")
        made.append(Relation(schema, name, kind, comment, own, *size, macro))
    return made


def _size(con: DuckDBPyConnection, schema: str, name: str, columns: tuple[Column, ...]) -> tuple[int, str, str]:
    """Rows, and the earliest and latest period."""
    if name in NEWEST:
        _, first, last = _size(con, schema, NEWEST[name], columns)
        counted = f"SELECT coalesce(sum(n), 0)::BIGINT FROM ({by_release(con, schema, name)})"
        [(rows,)] = con.execute(counted).fetchall()
        return rows, first, last
    dated = next((c for wanted in REACH for c in columns if c.name == wanted), None)
    reach = f"min({dated.name})::VARCHAR, max({dated.name})::VARCHAR" if dated else "NULL, NULL"
    rows, first, last = con.execute(f'SELECT count(*), {reach} FROM {schema}."{name}"').fetchall()[0]
    return rows, first or "", last or ""


def by_release(con: DuckDBPyConnection, schema: str, name: str) -> str:
    """SQL of the number of rows of each release in a table: release_id, n. Downloads, which may have millions, told it
    when they came; only of those that repeat each other the rows are counted."""
    table = NEWEST.get(name, name)
    if table not in NEWEST.values():
        return f'SELECT release_id, count(*) AS n FROM {schema}."{name}" GROUP BY ALL'
    told = f"SELECT release_id, row_count AS n FROM ops.download WHERE table_name = '{table}' AND row_count > 0"
    if name == table:
        return told
    repeated = "SELECT release_id FROM ops.download WHERE repeated"
    counted = f"SELECT release_id, count(*) FROM {name} WHERE release_id IN ({repeated}) GROUP BY ALL"
    return f"{told} AND NOT repeated" + (f" UNION ALL {counted}" if con.execute(repeated).fetchall() else "")


def publication(con: DuckDBPyConnection) -> dict[str, str]:
    """The facts of table `publication` as text."""
    answer = con.execute("SELECT * FROM publication")
    names = [column[0] for column in answer.description or []]
    return {name: str(value) for name, value in zip(names, answer.fetchall()[0], strict=True)}
