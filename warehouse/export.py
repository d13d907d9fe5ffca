"""The publication for readers that do not speak DuckDB: Parquet with a manifest, a data package, Croissant.

Files are replaced one by one and the manifests last; a file is written only where its table changed. The manifest says
of each file what was written, so a reader that joins two of them can see that they belong to one publication.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from transforms.model import Spooled
from warehouse.files import copy, name_again, sha256_of, write_atomic, written_whole
from warehouse.metadata import croissant, datapackage
from warehouse.parquet_file import GROUP, told
from warehouse.parquet_parts import LONG, LongTables
from warehouse.parts import PARTS, SHOWN
from warehouse.publish import literal
from warehouse.row_groups import rows_of
from warehouse.schema import tables as stated
from warehouse.splice import Kept
from warehouse.tables import NEWEST, Relation, publication, relations

PARTITIONED = ("customs_microdata",)
"""Tables with a release_id that may hold millions of rows: one file a release."""
COMPARED = "compared"
"""The part of a view of NEWEST that is compared row by row: what releases that repeat each other have."""
Found = Callable[[str, str], Spooled | None]
"""The rows of a release in a table as they were read, in a file that readers may get as it is."""


def write_parquet(
    con: DuckDBPyConnection,
    folder: Path,
    found: Found = lambda release_id, table: None,
    kept: Kept | None = None,
    printed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Write every table and view of an opened publication below `folder`; returns the manifest.

    `con` may be read-only. main goes to `folder`/NAME.parquet, other schemas to `folder`/SCHEMA/NAME.parquet, a
    partitioned table to `folder`/NAME/PERIOD-HASH.parquet, one file a release; files of what no longer exists are
    removed. What `found` knows is taken as it is, and once for a table and its view; all else is written by DuckDB, on
    all cores and a few row groups at a time: a table need not fit into memory. What is `kept` of the files that are
    there spares large parts of the long tables that did not change. `printed` is what `prints` gives, where that was
    asked already.
    """
    facts, tables, long = publication(con), relations(con, sized=False), LongTables(con, kept) if kept else None
    before, printed = _held(folder), printed or prints(con, tables)
    made: dict[str, dict[str, Any]] = {}

    def file(relation: Relation, part: str | None) -> dict[str, Any]:
        name = _path(relation.qualified, part)
        own = printed[relation.qualified] if part is None else f"{printed[relation.qualified]} {printed[part]}"
        if before.get(name, {}).get("print") == own:
            return before[name]
        twin = made.get(_path(NEWEST.get(relation.qualified, ""), part))
        if twin and part != COMPARED:
            name_again(folder / twin["path"], folder / name)
            return twin | {"path": name, "table": relation.qualified, "print": own}
        rows = found(part, relation.qualified) if part else None
        taken = rows if rows and rows.digest == printed[str(part)] else None
        return {"path": name, "table": relation.qualified, **_write(con, relation, folder / name, part, taken, long),
                "print": own}  # fmt: skip

    written = []
    for relation in tables:
        parts = [file(relation, part) for part in _parts(con, relation)]
        made |= {part["path"]: part for part in parts}
        written.append(parts)
    files = [file for parts in written for file in parts]
    manifest = {"publication": facts, "files": files}
    held = list(zip(tables, written, strict=True))
    descriptions = {
        "datapackage.json": datapackage(facts, held),
        "croissant.json": croissant(facts, held),
        "manifest.json": manifest,
    }
    for name, content in descriptions.items():
        write_atomic(folder / name, json.dumps(content, ensure_ascii=False, indent=1).encode())
    _prune(folder, {file["path"] for file in files})
    return manifest


def _held(folder: Path) -> dict[str, dict[str, Any]]:
    """What the last manifest says of the files that are still there as it says; none if it is of another form."""
    try:
        files = json.loads((folder / "manifest.json").read_bytes())["files"]
        return {f["path"]: f for f in files if f["print"] and (folder / f["path"]).stat().st_size == f["bytes"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def prints(con: DuckDBPyConnection, tables: list[Relation] | None = None) -> dict[str, str]:
    """What tells whether a relation is what it was: of a table its comments and rows, of a view also its query and the
    tables that it reads; the same by release for those that are partitioned, and for COMPARED. The long tables are
    known by their parts and downloads by their digests, without a look at their rows; what shows the newest state of a
    long table changes with it, with what it joins and with the code."""
    listed = "SELECT table_name, list((part, print) ORDER BY part) FROM ops.part GROUP BY ALL"
    parts, code = dict(con.execute(listed).fetchall()), publication(con)["code"]
    own = {}
    for relation in tables or relations(con, sized=False):
        said = [relation.comment, *(f"{c.name} {c.kind} {c.comment}" for c in relation.columns)]
        if relation.qualified in PARTS:
            said.append(str(parts.get(relation.qualified)))
        elif relation.qualified in SHOWN:
            said.append(code)
        elif relation.kind == "table" and relation.qualified not in PARTITIONED:
            name = f'{relation.schema}."{relation.name}"'
            said += map(
                str, con.execute(f"SELECT count(*), bit_xor(hash(t)), sum(hash(t)) FROM {name} AS t").fetchall()
            )
        own[relation.qualified] = "\n".join(said)
    queries = {
        name: sql.replace('"', "")
        for name, sql in con.execute("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal").fetchall()
    }
    queries |= {table.name: table.sql for table in stated() if table.name in SHOWN}

    def text(name: str) -> str:
        read = [] if name in NEWEST else [
            text(other) for other in own if name in queries and other != name and other in queries[name]
        ]  # fmt: skip
        return "\n".join([own[name], queries.get(name, ""), *read])

    printed = {name: hashlib.sha256(text(name).encode()).hexdigest() for name in own}
    printed |= dict(con.execute("SELECT release_id, digest FROM ops.download").fetchall())
    compared = """SELECT release_id, digest, vintage_date, first_seen
        FROM ops.download JOIN ops.release USING (release_id) WHERE repeated ORDER BY ALL"""
    return printed | {COMPARED: hashlib.sha256(str(con.execute(compared).fetchall()).encode()).hexdigest()}


def _parts(con: DuckDBPyConnection, relation: Relation) -> list[str | None]:
    """Releases of a partitioned table, one file each; None stands for all rows in one file."""
    table = NEWEST.get(relation.qualified, relation.qualified)
    if table not in PARTITIONED:
        return [None]
    query = "SELECT release_id, repeated FROM ops.download WHERE table_name = ? AND row_count > 0 ORDER BY 1"
    releases = con.execute(query, [table]).fetchall()
    if table == relation.qualified:
        return [release_id for release_id, _ in releases] or [None]
    alone = [release_id for release_id, repeated in releases if not repeated]
    return [*alone, *([COMPARED] if len(alone) < len(releases) else [])] or [None]


def _write(
    con: DuckDBPyConnection,
    relation: Relation,
    path: Path,
    part: str | None,
    taken: Spooled | None,
    long: LongTables | None,
) -> dict[str, Any]:
    """One file of a relation: rows, bytes, hash. Comments go to each field (read by Arrow) and, as JSON, to the file
    (read by all). Rows that are `taken` have a file already, which is copied if nothing was done to it."""
    source = f'FROM {relation.schema}."{relation.name}"'
    own = told(relation.comment, {c.name: c.comment for c in relation.columns},
               con.sql(f"{source} LIMIT 0").to_arrow_table().schema)  # fmt: skip
    with written_whole(path) as temporary:
        if taken and _copied(taken, temporary, own):
            return {"rows": taken.rows, "bytes": temporary.stat().st_size, "sha256": taken.sha256}
        said = ", ".join(f"{literal(key)}: {literal(value)}" for key, value in own.items())
        options = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP}, KV_METADATA {{{said}}}"

        def queried(query: str, to: Path) -> None:
            con.execute(f"COPY ({query}) TO {literal(str(to))} ({options})")

        in_place: Callable[[], None] | None = None
        if long and relation.qualified in LONG:
            in_place = long.write(relation.qualified, path, temporary, options, queried)
        else:
            queried(_rows(source, part), temporary)
        made = {"rows": rows_of(temporary), "bytes": temporary.stat().st_size, "sha256": sha256_of(temporary)}
    if in_place:
        in_place()
    return made


def _copied(rows: Spooled, path: Path, own: Mapping[str, str]) -> bool:
    """Copy a file of rows as it is, if it is still what was kept and says the same of its columns."""
    from pyarrow import parquet

    copy(rows.path, path)
    if sha256_of(path) != rows.sha256:
        return False
    said = parquet.read_metadata(path).metadata
    return all(said.get(key.encode()) == value.encode() for key, value in own.items())


def _rows(source: str, part: str | None) -> str:
    """The rows of a file, in the same order each time."""
    if part == COMPARED:
        return f"{source} WHERE release_id IN (SELECT release_id FROM ops.download WHERE repeated) ORDER BY ALL"
    return f"{source} WHERE release_id = {literal(part)}" if part else source


def _path(qualified: str, part: str | None) -> str:
    if qualified in (*PARTITIONED, *NEWEST):
        return f"{qualified}/{'-'.join(part.split('/')[-2:]) if part else 'none'}.parquet"
    return f"{qualified.replace('.', '/')}.parquet"


def _prune(folder: Path, kept: set[str]) -> None:
    for path in folder.rglob("*.parquet*"):
        if path.relative_to(folder).as_posix() not in kept:
            path.unlink()
