"""The publication for readers that do not speak DuckDB: Parquet with a manifest, a data package, Croissant.

Files are replaced one by one and the manifests last; a file is written only where its table changed. The manifest says
of each file what was written, so a reader that joins two of them can see that they belong to one publication.
"""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from warehouse.files import sha256_of, write_atomic, written_whole
from warehouse.metadata import croissant, datapackage
from warehouse.publish import literal
from warehouse.tables import Relation, publication, relations

PARTITIONED = ("customs_microdata",)
"""Tables with a release_id that may hold millions of rows: one file a release."""
STREAMED = ("customs_microdata_newest",)
"""Views of as many rows: one file, in the same order each time."""
GROUP = 122_880
"""Rows of a row group, as many as DuckDB keeps together."""
ARROW = "ARROW:schema"
"""Where readers that know Arrow find its schema, with the comment of each field."""


def write_parquet(con: DuckDBPyConnection, folder: Path) -> dict[str, Any]:
    """Write every table and view of an opened publication below `folder`; returns the manifest.

    `con` may be read-only. main goes to `folder`/NAME.parquet, other schemas to `folder`/SCHEMA/NAME.parquet, a
    partitioned table to `folder`/NAME/PERIOD-HASH.parquet, one file a release; files of what no longer exists are
    removed. DuckDB writes them, on all cores and a few row groups at a time: a table need not fit into memory.
    """
    facts, tables = publication(con), relations(con)
    before, prints = _held(folder), _prints(con, tables)

    def file(relation: Relation, part: str | None) -> dict[str, Any]:
        printed = prints[relation.qualified] if part is None else _download(con, part)
        known = before.get(_path(relation, part), {})
        if known.get("print") == printed:
            return known
        return _write(con, relation, folder, part) | {"print": printed}

    written = [[file(relation, part) for part in _parts(con, relation)] for relation in tables]
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


def _prints(con: DuckDBPyConnection, tables: list[Relation]) -> dict[str, str]:
    """What tells whether a relation is what it was: of a table its comments and rows, of a view also its query and the
    tables that it reads. Downloads are known by their digests, without a look at their rows."""
    own = {}
    for relation in tables:
        said = [relation.comment, *(f"{c.name} {c.kind} {c.comment}" for c in relation.columns)]
        if relation.kind == "table" and relation.qualified not in PARTITIONED:
            name = f'{relation.schema}."{relation.name}"'
            said += map(
                str, con.execute(f"SELECT count(*), bit_xor(hash(t)), sum(hash(t)) FROM {name} AS t").fetchall()
            )
        own[relation.qualified] = "\n".join(said)
    downloads = con.execute("SELECT release_id, digest FROM ops.download ORDER BY ALL").fetchall()
    own |= {name: f"{own[name]} {downloads}" for name in PARTITIONED if name in own}
    queries = dict(con.execute("SELECT view_name, sql FROM duckdb_views() WHERE NOT internal").fetchall())

    def text(name: str) -> str:
        read = [text(other) for other in own if name in queries and other != name and other in queries[name]]
        return "\n".join([own[name], queries.get(name, ""), *read])

    return {name: hashlib.sha256(text(name).encode()).hexdigest() for name in own}


def _download(con: DuckDBPyConnection, release_id: str) -> str:
    """The same of a download: the digest of its rows."""
    found = con.execute("SELECT digest FROM ops.download WHERE release_id = ?", [release_id]).fetchall()
    return f"{release_id} {found[0][0]}" if found else ""


def _parts(con: DuckDBPyConnection, relation: Relation) -> list[str | None]:
    """Releases of a partitioned table, one file each; None stands for all rows in one file."""
    if relation.qualified not in PARTITIONED:
        return [None]
    query = "SELECT release_id FROM ops.download WHERE table_name = ? AND row_count > 0 ORDER BY 1"
    found = con.execute(query, [relation.qualified]).fetchall()
    return [release_id for (release_id,) in found] or [None]


def _write(con: DuckDBPyConnection, relation: Relation, folder: Path, part: str | None) -> dict[str, Any]:
    """One file of a relation. Comments go to each field (read by Arrow) and, as JSON, to the file (read by all)."""
    source = f'FROM {relation.schema}."{relation.name}"'
    comments = {column.name: column.comment for column in relation.columns}
    schema = con.sql(f"{source} LIMIT 0").to_arrow_table().schema
    for i, field in enumerate(schema):
        schema = schema.set(i, field.with_metadata({"comment": comments[field.name]}))
    own = {
        "comment": relation.comment,
        "column_comments": json.dumps(comments, ensure_ascii=False),
    }
    own[ARROW] = base64.b64encode(schema.serialize().to_pybytes()).decode()
    said = ", ".join(f"{literal(key)}: {literal(value)}" for key, value in own.items())
    name = _path(relation, part)
    path = folder / name
    with written_whole(path) as temporary:
        count = con.execute(
            f"COPY ({_rows(source, relation, part)}) TO {literal(str(temporary))} "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP}, KV_METADATA {{{said}}})"
        ).fetchall()[0][0]
    size, digest = path.stat().st_size, sha256_of(path)
    return {
        "path": name,
        "table": relation.qualified,
        "rows": count,
        "bytes": size,
        "sha256": digest,
    }


def _rows(source: str, relation: Relation, part: str | None) -> str:
    """The rows of a file. Of downloads those that repeat no other are taken in their order, and only the others are
    compared and sorted."""
    if part:
        return f"{source} WHERE release_id = {literal(part)}"
    if relation.qualified not in STREAMED:
        return source
    repeated = "(SELECT release_id FROM ops.download WHERE repeated)"
    return f"""({source} WHERE release_id NOT IN {repeated})
        UNION ALL ({source} WHERE release_id IN {repeated} ORDER BY ALL)"""


def _path(relation: Relation, part: str | None) -> str:
    if relation.qualified in PARTITIONED:
        return f"{relation.name}/{'-'.join(part.split('/')[-2:]) if part else 'none'}.parquet"
    return f"{relation.name}.parquet" if relation.schema == "main" else f"{relation.schema}/{relation.name}.parquet"


def _prune(folder: Path, kept: set[str]) -> None:
    for path in folder.rglob("*.parquet*"):
        if path.relative_to(folder).as_posix() not in kept:
            path.unlink()
