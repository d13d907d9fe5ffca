"""A candidate for publication: the last one plus what differs, or everything from frames, built aside and verified.

A publication of the same code is copied and brought up to date, unless a fifth of it is free: of long tables only the
rows that came or went are written, of wide tables only those that a changed dataset or table feeds, downloads already
there stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from transforms.model import Spooled
from warehouse.content import Content
from warehouse.files import copy
from warehouse.parts import PART_OF, PARTS, Prints
from warehouse.publish import BOUNDED, QUIET, STORAGE_VERSION, Manifest, literal
from warehouse.schema import Table, functions, tables

SHOWN = {"observation": "vintage.observation", "indicator": "vintage.indicator"}
"""Tables that show the newest state of each part of a long one, and nothing that depends on other parts."""
DOWNLOADS = "ops.download"
"""Which downloads the file holds, with the digest of their rows."""
LOOSE = 0.2
"""Share of free blocks from which a publication is written anew instead of brought up to date. An update leaves behind
the blocks of the tables that it replaced: a quarter of a file without downloads, whose rewriting costs hardly more than
the update, and next to nothing of one with millions of rows, which are not copied again for it."""
LITERAL = re.compile(r"'(\w+)'")


class BadCandidate(Exception):
    """The file just written does not hold what was put into it; nothing was published."""


def write_candidate(path: Path, content: Content, manifest: Manifest, base: Path | None = None) -> None:
    """Write a complete warehouse to `path` (must not exist), starting from `base`, a publication of the same code, if
    there is one that is not too full of holes.

    Raises duckdb.Error or OSError; the file is then void.
    """
    if base is not None and _free(base) > LOOSE:
        base = None
    if base is not None:
        copy(base, path)
        path.chmod(0o644)
    frames = content.frames | {"publication": pl.DataFrame([_facts(manifest)]), DOWNLOADS: _downloads(content)}
    with duckdb.connect() as con:
        con.execute(f"{QUIET}; {BOUNDED}; SET temp_directory = {literal(str(path.with_suffix('.tmp')))}")
        version = "" if base else f" (STORAGE_VERSION '{STORAGE_VERSION}')"
        con.execute(f"ATTACH {literal(str(path))} AS publication{version}; USE publication")
        if base is None:
            con.execute("CREATE SCHEMA vintage; CREATE SCHEMA ops")
            _create(con, frames, content)
            _fill(con, "data_dictionary", _dictionary(con))
        else:
            _update(con, frames, content)
        con.execute("CHECKPOINT publication; USE memory; DETACH publication")


def _free(path: Path) -> float:
    """Share of a file's blocks that hold nothing."""
    with duckdb.connect(str(path), read_only=True) as con:
        total, free = con.execute("SELECT total_blocks, free_blocks FROM pragma_database_size()").fetchall()[0]
    return float(free / total) if total else 0.0


def _create(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pl.DataFrame], content: Content) -> None:
    for table in tables():
        con.execute(table.sql)
        if table.kind == "macro":
            con.execute(f"CREATE TABLE {table.name} AS FROM {table.macro}(DATE '9999-12-31')")
        elif table.kind == "table" and table.name in frames:
            _fill(con, table.name, frames[table.name])
        for name, release_id, rows in content.spooled:
            if name == table.name:
                _pour(con, name, release_id, rows)
        _comment(con, table)
    for function in functions():
        con.execute(function.sql)
        con.execute(f"COMMENT ON MACRO TABLE {function.name} IS {literal(function.comment)}")


def _update(con: duckdb.DuckDBPyConnection, frames: Mapping[str, pl.DataFrame], content: Content) -> None:
    """Bring a copy of an earlier publication up to date."""
    changed = _update_downloads(con, content)
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
                _fill(con, table.name, frame)
            _comment(con, table)
            changed.add(table.name)
    for table in tables():
        if table.name in SHOWN and not changed - {*PARTS, "series", "publication"} & _read(table):
            _exchange_shown(con, table, parts[SHOWN[table.name]])
        elif table.kind == "macro" and _feeds(table, changed, datasets):
            con.execute(f"CREATE OR REPLACE TABLE {table.name} AS FROM {table.macro}(DATE '9999-12-31')")
            _comment(con, table)


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
    return sorted(part for part in {*held, *now} if held.get(part) != now.get(part))


def _exchange(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame, parts: list[str]) -> set[str]:
    """Write the rows of these parts that came and drop those that went; gives the datasets of both.

    Rows are compared by key and a hash of all columns, which is several times faster than by every column.
    """
    if not parts:
        return set()
    names = _register(con, name, frame.filter(pl.col(PARTS[name]).is_in(parts)))
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
    """Write the newest state of these parts again."""
    if not parts:
        return
    chosen = f"WHERE {PART_OF[SHOWN[table.name]]} IN ({', '.join(map(literal, parts))})"
    con.execute(f"DELETE FROM {table.name} {chosen}")
    con.execute(f"INSERT INTO {table.name} FROM {table.macro}(DATE '9999-12-31') {chosen}")


def _differs(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame | None) -> bool:
    if frame is None or frame.is_empty():
        return bool(con.execute(f"SELECT EXISTS (FROM {name})").fetchall()[0][0])
    columns = ", ".join(_register(con, name, frame))
    prints = f"SELECT count(*), sum(hash({columns})), bit_xor(hash({columns}))"
    try:
        typed = f"CREATE OR REPLACE TEMP TABLE new AS FROM {name} LIMIT 0; INSERT INTO new BY NAME SELECT * FROM frame_"
        con.execute(typed)  # as the table would hold it: text that becomes a day, whole numbers that become fractions
        return bool(con.execute(f"{prints} FROM {name}").fetchall() != con.execute(f"{prints} FROM new").fetchall())
    finally:
        con.unregister("frame_")


def _downloads(content: Content) -> pl.DataFrame:
    """Rows of ops.download."""
    rows = [
        (release_id, name, rows.rows, rows.digest, *_bounds(rows.path)) for name, release_id, rows in content.spooled
    ]
    schema = {
        **{"release_id": pl.String(), "table_name": pl.String(), "row_count": pl.Int64(), "digest": pl.String()},
        **{"flow": pl.String(), "currency": pl.String(), "start": pl.Date(), "end": pl.Date()},
    }
    found = pl.DataFrame(rows, schema=schema, orient="row")
    others = found.select("release_id", "table_name", "flow", "currency", "start", "end")
    met = found.join(others, on=["table_name", "flow", "currency"], suffix="_other").filter(
        pl.col("release_id") != pl.col("release_id_other"),
        pl.col("start") <= pl.col("end_other"),
        pl.col("start_other") <= pl.col("end"),
    )
    shown = found.select("release_id", "table_name", "row_count", "digest")
    return shown.with_columns(repeated=pl.col("release_id").is_in(met["release_id"].to_list()))


def _bounds(path: Path) -> tuple[str, str, date, date]:
    """Flow and currency of a download, first and last day of its months, from the statistics of its file."""
    from pyarrow import parquet

    file = parquet.ParquetFile(path).metadata
    place = {file.schema.column(i).name: i for i in range(file.num_columns)}

    def of(name: str, bound: str) -> list[Any]:
        groups = range(file.num_row_groups)
        return [getattr(file.row_group(group).column(place[name]).statistics, bound) for group in groups]

    return of("flow", "min")[0], of("currency", "min")[0], min(of("period_start", "min")), max(of("period_end", "max"))


def _update_downloads(con: duckdb.DuckDBPyConnection, content: Content) -> set[str]:
    """Drop downloads that are gone or read otherwise now, and pour in those that are new; gives the tables changed."""
    held = {(name, release_id): digest for release_id, name, digest in
            con.execute(f"SELECT release_id, table_name, digest FROM {DOWNLOADS}").fetchall()}  # fmt: skip
    wanted = {(name, release_id): rows for name, release_id, rows in content.spooled}
    changed = set()
    for (name, release_id), digest in held.items():
        if (name, release_id) not in wanted or wanted[name, release_id].digest != digest:
            con.execute(f"DELETE FROM {name} WHERE release_id = ?", [release_id])
            changed.add(name)
    for (name, release_id), rows in wanted.items():
        if held.get((name, release_id)) != rows.digest:
            _pour(con, name, release_id, rows)
            changed.add(name)
    return changed


def append(path: Path, name: str, frame: pl.DataFrame) -> None:
    """Add rows to a table of a candidate that is not published yet: what gate 2 found out about it."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH {literal(str(path))} AS publication; USE publication")
        _fill(con, name, frame)
        con.execute("CHECKPOINT publication; USE memory; DETACH publication")


def verify(path: Path, content: Content, manifest: Manifest) -> None:
    """Reopen a candidate and hold it against what was meant to be written. Raises BadCandidate."""
    expected = Counter({name: len(frame) for name, frame in content.frames.items()})
    for name, _, spooled in content.spooled:
        expected[name] += spooled.rows
    with duckdb.connect(str(path), read_only=True) as con:
        for name, rows in expected.items():
            found = con.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0]
            if found != rows:
                raise BadCandidate(f"{path}: table {name} has {found} rows, {rows} were written")
        stored = con.execute("SELECT content_digest FROM publication").fetchall()
    if stored != [(manifest.content_digest,)]:
        raise BadCandidate(f"{path}: digest {stored} stored, {manifest.content_digest} expected")


def _facts(manifest: Manifest) -> Mapping[str, object]:
    facts = asdict(manifest)
    published = datetime.fromisoformat(manifest.published_at).replace(tzinfo=None)
    return {name: facts[name] for name in facts if name not in ("sha256", "size")} | {"published_at": published}


def _fill(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Insert the columns that the table has; the others of the frame are not for readers."""
    if frame.is_empty():
        return
    columns = ", ".join(_register(con, name, frame))
    con.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM frame_")
    con.unregister("frame_")


def _register(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> list[str]:
    """Make the columns of a frame that the table has visible as `frame_`; gives their names, quoted."""
    described = con.execute(f"SELECT * FROM {name} LIMIT 0").description or []
    columns = [column for column, *_ in described if column in frame.columns]
    con.register("frame_", frame.select(columns).to_arrow())
    return [f'"{column}"' for column in columns]


def _pour(con: duckdb.DuckDBPyConnection, name: str, release_id: str, rows: Spooled) -> None:
    """Insert rows from disk as a stream, in their order."""
    source = "SELECT *, ? AS release_id FROM read_parquet(?)"
    con.execute(f"INSERT INTO {name} BY NAME {source}", [release_id, str(rows.path)])


def _comment(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """In one transaction: each of its own would be written to disk alone, a thousand of them."""
    what = "VIEW" if table.kind == "view" else "TABLE"
    said = {f"{what} {table.name}": table.comment}
    if table.macro:
        said[f"MACRO TABLE {table.macro}"] = "As known on day d: " + table.comment
    said |= {f"COLUMN {table.name}.{column}": comment for column, comment in table.columns.items()}
    comments = "; ".join(f"COMMENT ON {what} IS {literal(comment)}" for what, comment in said.items())
    con.execute(f"BEGIN; {comments}; COMMIT")


def _dictionary(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The comments of the file as rows of data_dictionary."""
    query = """
        SELECT schema_name AS table_schema, table_name, NULL AS column_name, 'TABLE' AS data_type, comment, -1 AS place
        FROM duckdb_tables() WHERE database_name = 'publication'
        UNION ALL SELECT schema_name, view_name, NULL, 'VIEW', comment, -1
        FROM duckdb_views() WHERE database_name = 'publication' AND NOT internal
        UNION ALL SELECT schema_name, function_name, NULL, 'MACRO', comment, -1
        FROM duckdb_functions() WHERE database_name = 'publication' AND NOT internal
        UNION ALL SELECT schema_name, table_name, column_name, data_type, comment, column_index
        FROM duckdb_columns() WHERE database_name = 'publication' AND NOT internal
        ORDER BY table_schema, table_name, place"""
    frame = pl.from_arrow(con.sql(query).to_arrow_table())
    assert isinstance(frame, pl.DataFrame)
    return frame.drop("place")
