"""Which products a table is made from, and what the last checks of each said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from duckdb import DuckDBPyConnection

from warehouse.tables import by_release


@dataclass(frozen=True)
class Feed:
    product: str
    values: int  # values, or rows of a record table
    releases: int
    newest: str  # newest vintage, ISO; empty where releases have none


def feeds(con: DuckDBPyConnection) -> dict[str, list[Feed]]:
    """Feeds by table name: wide tables through their series, other tables through their own release_id."""
    found: dict[str, list[Feed]] = {}
    wide = con.execute(  # counted by release before anything is joined: a text for each of millions of values is slow
        """WITH said AS (
               SELECT split_part(series_id, ':', 1) AS dataset, release_id, count(*) AS n, max(vintage_date) AS newest
               FROM vintage.observation GROUP BY ALL)
           SELECT dataset, product, sum(n)::BIGINT, count(*), max(newest)::VARCHAR
           FROM said JOIN ops.release USING (release_id) GROUP BY ALL ORDER BY ALL"""
    ).fetchall()
    for dataset, *facts in wide:
        found.setdefault(dataset, []).append(Feed(*facts))
    own = con.execute(
        """SELECT schema_name, table_name FROM duckdb_columns() WHERE column_name = 'release_id'
           AND database_name = current_database() AND NOT internal"""
    ).fetchall()
    for schema, table in own:
        name = table if schema == "main" else f"{schema}.{table}"
        if name in found or name in ("ops.release", "series"):
            continue
        rows = con.execute(
            f"""WITH said AS ({by_release(con, schema, table)})
                SELECT product, sum(n)::BIGINT, count(*), coalesce(max(vintage_date)::VARCHAR, '')
                FROM said JOIN ops.release USING (release_id) GROUP BY ALL ORDER BY ALL"""
        ).fetchall()
        if rows:
            found[name] = [Feed(*row) for row in rows]
    return found


def checks_by_product(con: DuckDBPyConnection) -> Mapping[str, str]:
    """HTML by product: results of the newest release that was checked."""
    rows = con.execute(
        """WITH judged AS (
               SELECT r.product, c.subject, max(r.first_seen) AS seen, count(*) FILTER (c.success) AS met,
                   count(*) FILTER (NOT c.success AND c.severity = 'fail') AS failed,
                   count(*) FILTER (NOT c.success AND c.severity <> 'fail') AS warned
               FROM ops.check_result AS c JOIN ops.release AS r ON r.release_id = c.subject GROUP BY ALL)
           SELECT product, met, failed, warned FROM judged
           QUALIFY row_number() OVER (PARTITION BY product ORDER BY seen DESC, subject DESC) = 1"""
    ).fetchall()
    return {product: _verdict(met, failed, warned) for product, met, failed, warned in rows}


def _verdict(met: int, failed: int, warned: int) -> str:
    colour = "bad" if failed else "mild" if warned else "good"
    words = [f"{met} met"] + [f"{n} {word}" for n, word in ((failed, "failed"), (warned, "warned")) if n]
    return f'<span class="{colour}">{escape(", ".join(words))}</span>'
