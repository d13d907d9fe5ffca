"""A copy of the last publication is brought up to date: what did not change is not touched.

Of long tables only the rows that came or went in the parts that changed are written, of wide tables only those that a
changed dataset or table feeds; downloads that are there stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

import duckdb
import polars as pl

from warehouse.content import Content
from warehouse.downloads import update_downloads
from warehouse.filling import comment, fill, register
from warehouse.parts import PART_OF, PARTS, SHOWN, Prints, apart
from warehouse.publish import literal
from warehouse.schema import Table, tables

LITERAL = re.compile(r"'(\w+)'")


def update(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pl.DataFrame], content: Content) -> None:
    """Bring a copy of an earlier publication up to date."""
    changed = update_downloads(con, content)
    datasets: set[str] = set()
    parts = {name: _changed_parts(con, name, now) for name, now in content.made.prints.items()}
    for table in tables():
        if table.kind != "table" or table.name == "data_dictionary" or table.name in {n for n, _, _ in content.spooled}:
            continue
        frame = frames.get(table.name)
        if table.name in PARTS and frame is not None:
            touched = _exchange(con, table.name, frame, parts[table.name])
            datasets |= touched
            changed |= {table.name} if touched else set()
        elif _differs(con, table.name, frame):
            con.execute(f"DROP TABLE {table.name}")
            con.execute(table.sql.replace("CREATE MACRO", "CREATE OR REPLACE MACRO"))
            if frame is not None:
                fill(con, table.name, frame)
            comment(con, table)
            changed.add(table.name)
    for table in tables():
        if table.name in SHOWN and not changed - {*PARTS, "series", "publication"} & _read(table):
            _exchange_shown(con, table, parts[SHOWN[table.name]])
        elif table.kind == "macro" and _feeds(table, changed, datasets):
            con.execute(f"CREATE OR REPLACE TABLE {table.name} AS {table.newest}")
            comment(con, table)


def _feeds(table: Table, changed: set[str], datasets: set[str]) -> bool:
    """May a wide table show anything else than before? It chooses datasets by name, or reads every one."""
    if "observation_as_of" in table.sql or "vintage.observation" in table.sql:
        named = set(LITERAL.findall(table.sql)) & _datasets_named()
        if datasets and (not named or named & datasets):
            return True
    if "vintage.indicator" in table.sql and "indicator" in datasets:
        return True
    return bool((changed - {*PARTS, "series", "publication"}) & _read(table))


def _read(table: Table) -> set[str]:
    """The words of a table's SQL, among them the names of the tables that it reads."""
    return set(re.findall(r"[a-z_]+(?:\.[a-z_]+)?", table.sql))


@cache
def _datasets_named() -> frozenset[str]:
    """What wide tables choose their rows by: every name that stands after `dataset =` or in `dataset IN (...)`."""
    chosen = re.compile(r"dataset\s*(?:=\s*'(\w+)'|IN\s*\(([^)]*)\))", re.I)
    found: set[str] = set()
    for table in tables():
        for one, many in chosen.findall(table.sql):
            found |= {one} if one else set(LITERAL.findall(many))
    return frozenset(found)


def _changed_parts(con: duckdb.DuckDBPyConnection, name: str, now: Prints) -> list[str]:
    """Parts of a long table that came, went or are others than in the file."""
    held = dict(con.execute("SELECT part, print FROM ops.part WHERE table_name = ?", [name]).fetchall())
    return apart(now, held)


def _exchange(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame, parts: list[str]) -> set[str]:
    """Write the rows of these parts that came and drop those that went; gives the datasets of both.

    Rows are compared by key and a hash of all columns, which is several times faster than by every column.
    """
    if not parts:
        return set()
    names = register(con, name, frame.filter(pl.col(PARTS[name]).is_in(parts)))
    columns, key = ", ".join(names), "series_id, period_end, vintage_date"
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE frame AS SELECT * FROM {name} LIMIT 0;
        INSERT INTO frame ({columns}) SELECT {columns} FROM frame_;
        CREATE OR REPLACE TEMP TABLE new AS SELECT rowid AS place, {key}, hash({columns}) AS print FROM frame;
        CREATE OR REPLACE TEMP TABLE old AS SELECT rowid AS place, {key}, hash({columns}) AS print FROM {name}
            WHERE {PART_OF[name]} IN ({", ".join(map(literal, parts))});
        CREATE OR REPLACE TEMP TABLE came AS FROM new ANTI JOIN old USING ({key}, print);
        CREATE OR REPLACE TEMP TABLE went AS FROM old ANTI JOIN new USING ({key}, print);
        DELETE FROM {name} WHERE rowid IN (SELECT place FROM went);
        INSERT INTO {name} ({columns}) SELECT {columns} FROM frame WHERE rowid IN (SELECT place FROM came)""")
    con.unregister("frame_")
    datasets = "SELECT DISTINCT split_part(series_id, ':', 1) FROM (FROM came UNION ALL FROM went)"
    return {dataset for (dataset,) in con.execute(datasets).fetchall()}


def _exchange_shown(con: duckdb.DuckDBPyConnection, table: Table, parts: list[str]) -> None:
    """Write the newest state of these parts again. Their vintages are chosen before the newest ones are looked for:
    no query plan does that by itself for what names no series."""
    if not parts:
        return
    chosen = f"{PART_OF[SHOWN[table.name]]} IN ({', '.join(map(literal, parts))})"
    con.execute(f"DELETE FROM {table.name} WHERE {chosen}")
    macro = table.sql.replace(f"CREATE MACRO {table.macro}(", "CREATE OR REPLACE TEMP MACRO of_parts(")
    con.execute(macro.replace("\nQUALIFY", f" AND {chosen}\nQUALIFY"))
    con.execute(f"INSERT INTO {table.name} FROM of_parts(DATE '9999-12-31')")


def _differs(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame | None) -> bool:
    if frame is None or frame.is_empty():
        return bool(con.execute(f"SELECT EXISTS (FROM {name})").fetchall()[0][0])
    columns = ", ".join(register(con, name, frame))
    prints = f"SELECT count(*), sum(hash({columns})), bit_xor(hash({columns}))"
    try:
        typed = f"CREATE OR REPLACE TEMP TABLE new AS FROM {name} LIMIT 0; INSERT INTO new BY NAME SELECT * FROM frame_"
        con.execute(typed)  # as the table would hold it: text that becomes a day, whole numbers that become fractions
        return bool(con.execute(f"{prints} FROM {name}").fetchall() != con.execute(f"{prints} FROM new").fetchall())
    finally:
        con.unregister("frame_")
