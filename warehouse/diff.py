"""What a candidate would change for readers: figures added, revised (by how much) and lost."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from warehouse.publish import QUIET, literal

TOP = 20
TOP_OF_UNIT = 5
RECORDS = ("consensus_forecast", "early_warning_signal", "policy_event", "reported_figure")
"""Tables whose rows are facts of releases and no observations."""
ADDED = """fresh ANTI JOIN (FROM new.vintage.observation WHERE change = 'revised') AS v
    USING (series_id, period_end, vintage_date, value)"""
"""Fresh vintages but revisions, which are counted by themselves."""
DOWNLOADED = "(FROM new.ops.download WHERE table_name = 'customs_microdata')"
"""Microdata are counted by download: there may be millions of rows, and none of them is looked at."""
CODE = "code"
"""Cause of a change whose release was there before: its publisher said nothing new, we read it anew. The others are
`publisher` (a release that is new says otherwise) and `release refused` (the one that said it is not read any more)."""
DATED = "dated anew"
"""The same where one code built both: somebody says another day of a release."""
CHANGED = """ WHERE split_part(series_id, ':', 1) IN (
    SELECT part FROM (FROM new.ops.part UNION ALL FROM old.ops.part)
    GROUP BY table_name, part, print HAVING count(*) = 1)"""
"""Of datasets that are not the same in both files: what one code built names its parts alike."""
KEY = "series_id, period_end, vintage_date, value, obs_status"


@dataclass(frozen=True)
class Difference:
    """Compared by vintage rows; `revised` and `lost` show at most TOP rows, the counts are complete.

    A value that turned out to be known from an earlier day on is not lost.
    """

    added: dict[str, int]  # new vintages that revise nothing by dataset; new rows of microdata and of record tables
    revised_count: int
    revised: pl.DataFrame  # the largest in percent: series_id, period_end, previous_value, value, cause ...
    largest: pl.DataFrame  # the same columns: the largest changes in value of every unit
    lost_count: int
    lost: pl.DataFrame  # series_id, period_end, vintage_date, value, cause
    by_code: int = 0  # of the revised and lost: those whose release both files hold, so that only its reading differs


def difference(new: Path, old: Path | None, *, same_code: bool = False) -> Difference:
    """Compare two warehouse files. Without an old one everything is added and nothing is a revision.

    `same_code`: one code built both, so that nothing changed by it.
    """
    ours = DATED if same_code else CODE
    with duckdb.connect() as con:
        con.execute(QUIET)
        con.execute(f"ATTACH {literal(str(new))} AS new (READ_ONLY)")
        if old is None:
            added = _by_dataset(con, "(FROM new.vintage.observation WHERE change <> 'revised')", DOWNLOADED)
            empty = _rows(con, f"SELECT {KEY} FROM new.vintage.observation LIMIT 0")
            return Difference(dict(added.iter_rows()) | _records(con, compare=False), 0, empty, empty, 0, empty)
        con.execute(f"ATTACH {literal(str(old))} AS old (READ_ONLY)")
        rows = f"SELECT {KEY} FROM {{}}.vintage.observation" + (CHANGED if same_code else "")
        con.execute(f"""
            CREATE TEMP TABLE fresh AS {rows.format("new")} EXCEPT {rows.format("old")};
            CREATE TEMP TABLE missing AS {rows.format("old")} EXCEPT {rows.format("new")};
            CREATE TEMP TABLE held_by AS
                SELECT 'new' AS file, release_id FROM new.ops.release WHERE state <> 'quarantined'
                UNION ALL SELECT 'old', release_id FROM old.ops.release WHERE state <> 'quarantined';
            CREATE TEMP TABLE gone AS
            SELECT m.*, CASE
                WHEN now.release_id NOT IN (SELECT release_id FROM held_by WHERE file = 'old') THEN 'publisher'
                WHEN v.release_id IN (SELECT release_id FROM held_by WHERE file = 'new') THEN '{ours}'
                ELSE 'release refused' END AS cause
            FROM (FROM missing AS m ANTI JOIN new.vintage.observation AS n ON m.series_id = n.series_id
                AND m.period_end = n.period_end AND m.value = n.value AND n.vintage_date <= m.vintage_date) AS m
            JOIN (SELECT {KEY}, max(release_id) AS release_id FROM old.vintage.observation GROUP BY ALL) AS v
                USING ({KEY})
            LEFT JOIN new.vintage.observation AS now USING (series_id, period_end, vintage_date)""")
        held = "(FROM held_by WHERE file = 'old')"
        added = _by_dataset(con, ADDED, f"{DOWNLOADED} ANTI JOIN {held} USING (release_id)")
        con.execute(f"""
            CREATE TEMP TABLE revised AS
            SELECT s.dataset, s.title, f.series_id, f.period_end, f.vintage_date, o.value AS previous_value, f.value,
                s.unit, f.value - o.value AS change,
                CASE WHEN s.unit <> 'percent' THEN 100 * (f.value - o.value) / nullif(abs(o.value), 0) END
                    AS change_percent,
                CASE WHEN v.release_id IN (SELECT release_id FROM held_by WHERE file = 'old')
                    THEN '{ours}' ELSE 'publisher' END AS cause
            FROM fresh AS f
            JOIN new.vintage.observation AS v USING (series_id, period_end, vintage_date, value, obs_status)
            JOIN new.series AS s USING (series_id)
            JOIN old.observation AS o USING (series_id, period_end)
            WHERE v.change = 'revised'""")
        revised = _rows(
            con, f"FROM revised ORDER BY abs(change_percent) DESC NULLS LAST, series_id, period_end LIMIT {TOP}"
        )
        largest = _rows(
            con,
            f"""FROM revised WHERE change IS NOT NULL
            QUALIFY row_number() OVER (PARTITION BY unit ORDER BY abs(change) DESC, series_id, period_end)
                <= {TOP_OF_UNIT}
            ORDER BY unit, abs(change) DESC, series_id, period_end""",
        )
        lost = _rows(con, f"FROM gone ORDER BY ALL LIMIT {TOP}")
        counts = _count(con, "revised"), _count(con, "gone")
        by_code = (
            0 if same_code else sum(_count(con, f"{table} WHERE cause = '{CODE}'") for table in ("revised", "gone"))
        )
        records = _records(con, compare=True)
        return Difference(dict(added.iter_rows()) | records, counts[0], revised, largest, counts[1], lost, by_code)


def _records(con: duckdb.DuckDBPyConnection, *, compare: bool) -> dict[str, int]:
    """New rows by record table: what releases bring that is no observation, such as reported figures."""
    columns: dict[str, dict[str, list[str]]] = {"new": {}, "old": {}}
    found = con.execute(
        """SELECT database_name, table_name, list(column_name) FROM duckdb_columns() JOIN duckdb_tables()
               USING (database_name, schema_name, table_name)
           WHERE schema_name = 'main' AND database_name IN ('new', 'old') GROUP BY ALL"""
    ).fetchall()
    for database, table, names in found:
        columns[database][table] = names
    counts = {}
    for table, names in sorted(columns["new"].items()):
        if table not in RECORDS:
            continue
        shared = ", ".join(f'"{name}"' for name in sorted(set(names) & set(columns["old"].get(table, names))))
        known = f"EXCEPT SELECT {shared} FROM old.{table}" if compare and table in columns["old"] else ""
        counts[table] = _count(con, f"(SELECT {shared} FROM new.{table} {known})")
    return {table: count for table, count in counts.items() if count}


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> pl.DataFrame:
    frame = pl.from_arrow(con.sql(query).to_arrow_table())
    assert isinstance(frame, pl.DataFrame)
    return frame


def _by_dataset(con: duckdb.DuckDBPyConnection, rows: str, downloaded: str) -> pl.DataFrame:
    query = f"""SELECT dataset, count(*) AS n FROM {rows} JOIN new.series USING (series_id) GROUP BY 1
        UNION ALL SELECT 'customs_microdata', sum(row_count)::BIGINT FROM {downloaded} HAVING sum(row_count) > 0
        ORDER BY 1"""
    return _rows(con, query)


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])
