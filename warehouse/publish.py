"""From frames to the file that readers open: built aside, verified by reopening, then moved into place."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb
import polars as pl

from transforms.model import Spooled
from warehouse.content import Content
from warehouse.schema import Table, tables

STORAGE_VERSION = "v1.0.0"
"""Readable by every driver from 1.1 on; without it DuckDB 2 writes files that 1.x cannot open."""
OLDEST_DRIVER = "1.1.3"
"""The oldest DuckDB driver that tests/recipes open a publication with."""

QUIET = "SET enable_progress_bar = false"
"""For what may take seconds: DuckDB would draw its bar on the standard output, amid the JSON."""

BOUNDED = "SET memory_limit = '1GB'"
"""For what passes downloads of any length: a sort of more than that spills to disk."""


@dataclass(frozen=True)
class Manifest:
    """What `warehouse.json` says about the publication beside it."""

    published_at: str
    run_id: str
    content_digest: str
    fingerprint: str
    storage_version: str
    portvault_version: str
    oldest_driver: str = OLDEST_DRIVER
    sha256: str = ""
    size: int = 0


class BadCandidate(Exception):
    """The file just written does not hold what was put into it; nothing was published."""


def write_candidate(path: Path, content: Content, manifest: Manifest) -> None:
    """Write a complete warehouse to `path` (must not exist). Raises duckdb.Error or OSError; the file is then void."""
    with duckdb.connect() as con:
        con.execute(f"{QUIET}; {BOUNDED}; SET temp_directory = {literal(str(path.with_suffix('.tmp')))}")
        con.execute(f"ATTACH {literal(str(path))} AS publication (STORAGE_VERSION '{STORAGE_VERSION}')")
        con.execute("USE publication; CREATE SCHEMA vintage; CREATE SCHEMA ops")
        frames = content.frames() | {"publication": pl.DataFrame([_facts(manifest)])}
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
        _fill(con, "data_dictionary", _dictionary(con))
        con.execute("CHECKPOINT publication; USE memory; DETACH publication")


def append(path: Path, name: str, frame: pl.DataFrame) -> None:
    """Add rows to a table of a candidate that is not published yet: what gate 2 found out about it."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH {literal(str(path))} AS publication; USE publication")
        _fill(con, name, frame)
        con.execute("CHECKPOINT publication; USE memory; DETACH publication")


def verify(path: Path, content: Content, manifest: Manifest) -> None:
    """Reopen a candidate and hold it against what was meant to be written. Raises BadCandidate."""
    expected = Counter({name: len(frame) for name, frame in content.frames().items()})
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


def publish(candidate: Path, target: Path, manifest: Manifest) -> Manifest:
    """Move a verified candidate into place for readers; returns the manifest with checksum and size.

    Readers that hold the old file keep it until they close. `warehouse.json` follows the file; a crash between
    the two is mended by `restore`. Where an open file cannot be replaced (Windows, some network shares) the candidate
    becomes a dated file and `warehouse.path` names it, until a later publication can replace `target` again.
    """
    candidate.chmod(0o444)
    _sync(candidate)
    complete = Manifest(**(asdict(manifest) | {"sha256": checksum(candidate), "size": candidate.stat().st_size}))
    pointer, dated = target.with_suffix(".path"), dated_file(target.parent / "publications", complete)
    try:
        candidate.replace(target)
        pointer.unlink(missing_ok=True)
    except OSError:
        dated.parent.mkdir(exist_ok=True)
        candidate.replace(dated)
        _write(pointer, dated.relative_to(target.parent).as_posix())
        target = dated
    _sync(target.parent)
    write_manifest(target, complete)
    return complete


def dated_file(folder: Path, manifest: Manifest) -> Path:
    return folder / f"warehouse-{manifest.run_id}.duckdb"


def write_manifest(target: Path, manifest: Manifest) -> None:
    _write(target.with_suffix(".json"), json.dumps(asdict(manifest), indent=2) + "\n")


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_text(text, "utf-8")
    _sync(temporary)
    temporary.replace(path)


def read_manifest(target: Path) -> Manifest | None:
    """The manifest beside the publication; None if there is none or it is not whole."""
    try:
        return Manifest(**json.loads(target.with_suffix(".json").read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def intact(target: Path) -> Manifest | None:
    """The manifest if the publication is there with the size and checksum it names; None otherwise."""
    manifest = read_manifest(target)
    if manifest is None or not target.exists() or target.stat().st_size != manifest.size:
        return None
    return manifest if checksum(target) == manifest.sha256 else None


def restore(target: Path) -> Manifest | None:
    """The manifest of the publication, written again from the file itself if a crash left them apart.

    The file is read to its last block first (DuckDB checks each block's sum); None if that fails, if there is no
    file, or if the manifest is this file's own and the bytes are not those it names: then they were altered.
    """
    if not target.exists():
        return None
    if manifest := intact(target):
        return manifest
    stated = read_manifest(target)
    try:
        with duckdb.connect(str(target), read_only=True) as con:
            con.execute(QUIET)
            for schema, name in con.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
                con.execute(f"SELECT bit_xor(hash(t)) FROM {schema}.{name} AS t").fetchall()
            answer = con.execute("FROM publication")
            names = [column[0] for column in answer.description or []]
            facts = dict(zip(names, answer.fetchall()[0], strict=True))
    except (duckdb.Error, IndexError):
        return None
    if stated and stated.run_id == facts["run_id"]:
        return None
    facts["published_at"] = facts["published_at"].replace(tzinfo=UTC).isoformat(timespec="seconds")
    manifest = Manifest(**facts, sha256=checksum(target), size=target.stat().st_size)
    write_manifest(target, manifest)
    return manifest


def keep(target: Path, folder: Path, manifest: Manifest, count: int) -> None:
    """Keep the publication as a dated file for roll-back (a hard link where the disk can), and only `count` of them."""
    folder.mkdir(parents=True, exist_ok=True)
    dated = dated_file(folder, manifest)
    if not dated.exists():
        try:
            os.link(target, dated)
        except OSError:  # a file system without links
            shutil.copyfile(target, dated)
        write_manifest(dated, manifest)
    others = sorted(path for path in folder.glob("warehouse-*.duckdb") if path != dated)  # whatever the clock says
    for old in others[: max(0, len(others) - count + 1)]:
        with contextlib.suppress(PermissionError):  # Windows: a reader has it open; the next publication tries again
            old.unlink()
            old.with_suffix(".json").unlink(missing_ok=True)


def checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def new_manifest(run_id: str, content: Content, fingerprint: str, now: datetime) -> Manifest:
    return Manifest(
        published_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        run_id=run_id,
        content_digest=content.digest(),
        fingerprint=fingerprint,
        storage_version=STORAGE_VERSION,
        portvault_version=version("portvault"),
    )


def _facts(manifest: Manifest) -> Mapping[str, object]:
    facts = asdict(manifest)
    published = datetime.fromisoformat(manifest.published_at).replace(tzinfo=None)
    return {name: facts[name] for name in facts if name not in ("sha256", "size")} | {"published_at": published}


def _fill(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Insert the columns that the table has; the others of the frame are not for readers."""
    if frame.is_empty():
        return
    schema, _, table = name.rpartition(".")
    rows = con.execute(
        "SELECT column_name FROM duckdb_columns() "
        "WHERE database_name = 'publication' AND schema_name = ? AND table_name = ?",
        [schema or "main", table],
    ).fetchall()
    columns = [column for (column,) in rows if column in frame.columns]
    con.register("frame_", frame.select(columns).to_arrow())
    con.execute(f"INSERT INTO {name} BY NAME SELECT * FROM frame_")
    con.unregister("frame_")


def _pour(con: duckdb.DuckDBPyConnection, name: str, release_id: str, rows: Spooled) -> None:
    """Insert rows from disk as a stream, in their order."""
    source = "SELECT *, ? AS release_id FROM read_parquet(?)"
    con.execute(f"INSERT INTO {name} BY NAME {source}", [release_id, str(rows.path)])


def _comment(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    what = "VIEW" if table.kind == "view" else "TABLE"
    con.execute(f"COMMENT ON {what} {table.name} IS {literal(table.comment)}")
    if table.macro:
        con.execute(f"COMMENT ON MACRO TABLE {table.macro} IS {literal('As known on day d: ' + table.comment)}")
    for column, comment in table.columns.items():
        con.execute(f"COMMENT ON COLUMN {table.name}.{column} IS {literal(comment)}")


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


def literal(text: str) -> str:
    """A text, such as a path or a comment, as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
