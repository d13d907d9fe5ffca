"""A candidate for publication: the last one plus what differs, or everything from frames, built aside and verified.

A publication of the same code is copied and brought up to date, unless a fifth of it is free: of long tables only the
rows that came or went are written, of wide tables only those that a changed dataset or table feeds, downloads already
there stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from warehouse.content import Content
from warehouse.downloads import DOWNLOADS, downloads
from warehouse.files import copy, sync
from warehouse.filling import comment, fill, pour
from warehouse.publish import BOUNDED, QUIET, STORAGE_VERSION, Manifest, literal
from warehouse.schema import functions, tables
from warehouse.update import update

LOOSE = 0.2
"""Share of free blocks from which a publication is written anew instead of brought up to date. An update leaves behind
the blocks of the tables that it replaced: a quarter of a file without downloads, whose rewriting costs hardly more than
the update, and next to nothing of one with millions of rows, which are not copied again for it."""


class BadCandidate(Exception):
    """The file just written does not hold what was put into it; nothing was published."""


class Base:
    """The publication that a candidate is to begin with: its file is copied and made durable while a run reads and
    derives, as gigabytes of microdata take seconds."""

    def __init__(self, publication: Path, copied: Path) -> None:
        self._copied = copied
        thread = ThreadPoolExecutor(1, "base")
        self._made = thread.submit(self._copy, publication)
        thread.shutdown(wait=False)

    def _copy(self, publication: Path) -> bool:
        if _free(publication) > LOOSE:
            return False
        self._copied.parent.mkdir(parents=True, exist_ok=True)
        try:
            copy(publication, self._copied)
            self._copied.chmod(0o644)
            sync(self._copied)
        except OSError:  # a full disk: what there is of it is in the way
            self._copied.unlink(missing_ok=True)
            raise
        return True

    def put(self, path: Path) -> bool:
        """Let it be a candidate; not where the publication is too full of holes. Raises duckdb.Error or OSError."""
        if taken := self._made.result():
            self._copied.replace(path)
        return taken


def write_candidate(path: Path, content: Content, manifest: Manifest, base: Base | None = None) -> None:
    """Write a complete warehouse to `path` (must not exist), starting from `base`, a publication of the same code, if
    there is one that is not too full of holes.

    Raises duckdb.Error or OSError; the file is then void.
    """
    begun = base is not None and base.put(path)
    frames = content.frames | {"publication": pl.DataFrame([_facts(manifest)]), DOWNLOADS: downloads(content)}
    with duckdb.connect() as con:
        con.execute(f"{QUIET}; {BOUNDED}; SET temp_directory = {literal(str(path.with_suffix('.tmp')))}")
        version = "" if begun else f" (STORAGE_VERSION '{STORAGE_VERSION}')"
        con.execute(f"ATTACH {literal(str(path))} AS publication{version}; USE publication")
        if not begun:
            con.execute("CREATE SCHEMA vintage; CREATE SCHEMA ops")
            _create(con, frames, content)
            fill(con, "data_dictionary", _dictionary(con))
        else:
            update(con, frames, content)
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
            con.execute(f"CREATE TABLE {table.name} AS {table.newest}")
        elif table.kind == "table" and table.name in frames:
            fill(con, table.name, frames[table.name])
        for name, _, rows in content.spooled:
            if name == table.name:
                pour(con, name, rows)
        comment(con, table)
    for function in functions():
        con.execute(function.sql)
        con.execute(f"COMMENT ON MACRO TABLE {function.name} IS {literal(function.comment)}")


def append(path: Path, name: str, frame: pl.DataFrame) -> None:
    """Add rows to a table of a candidate that is not published yet: what gate 2 found out about it."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH {literal(str(path))} AS publication; USE publication")
        fill(con, name, frame)
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
