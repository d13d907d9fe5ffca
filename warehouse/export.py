"""The publication for readers that do not speak DuckDB: Parquet with a manifest, a Frictionless data package, SDMX.

Files are replaced one by one and the manifests last. Every Parquet file carries the digest of the publication it was
made from, so a reader that joins two of them can see that they belong together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
from duckdb import DuckDBPyConnection

from warehouse.tables import Relation, publication, relations

FRICTIONLESS = {"VARCHAR": "string", "DOUBLE": "number", "FLOAT": "number", "DATE": "date", "BOOLEAN": "boolean",
                "TIMESTAMP": "datetime"}  # fmt: skip


def write_parquet(con: DuckDBPyConnection, folder: Path) -> dict[str, Any]:
    """Write every table and view of an opened publication below `folder`; returns the manifest.

    `con` may be read-only. main goes to `folder`/NAME.parquet, other schemas to `folder`/SCHEMA/NAME.parquet; files
    of tables that no longer exist are removed.
    """
    facts, tables = publication(con), relations(con)
    files = [_write(con, relation, folder, facts) for relation in tables]
    manifest = {"publication": facts, "files": files}
    package = _datapackage(facts, zip(tables, files, strict=True))
    for name, content in (("datapackage.json", package), ("manifest.json", manifest)):
        _replace(folder / name, json.dumps(content, ensure_ascii=False, indent=1).encode())
    _prune(folder, {file["path"] for file in files})
    return manifest


def _write(con: DuckDBPyConnection, relation: Relation, folder: Path, facts: dict[str, str]) -> dict[str, Any]:
    """One relation as one file. Comments go to each field (read by Arrow) and, as JSON, to the file (read by all)."""
    table = con.sql(f'FROM {relation.schema}."{relation.name}"').to_arrow_table()
    comments = {column.name: column.comment for column in relation.columns}
    schema = table.schema
    for i, field in enumerate(schema):
        schema = schema.set(i, field.with_metadata({"comment": comments[field.name]}))
    own = {
        "comment": relation.comment,
        "column_comments": json.dumps(comments, ensure_ascii=False),
        "content_digest": facts["content_digest"],
        "published_at": facts["published_at"],
    }
    path = folder / _path(relation)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    parquet.write_table(table.cast(schema).replace_schema_metadata(own), temporary, compression="zstd")
    size, digest = temporary.stat().st_size, _sha256(temporary)
    temporary.replace(path)
    return {
        "path": _path(relation),
        "table": relation.qualified,
        "rows": table.num_rows,
        "bytes": size,
        "sha256": digest,
    }


def _path(relation: Relation) -> str:
    return f"{relation.name}.parquet" if relation.schema == "main" else f"{relation.schema}/{relation.name}.parquet"


def _datapackage(facts: dict[str, str], tables: Iterable[tuple[Relation, dict[str, Any]]]) -> dict[str, Any]:
    """A Frictionless descriptor: every file with its fields, types and meanings."""
    return {
        "profile": "data-package",
        "name": "portvault-warehouse",
        "title": "Portvault: customs and banking figures with the day each became public",
        "description": "Comments of fields give meaning and unit. Rights are those of the publishers in ops.release.",
        "created": facts["published_at"].replace(" ", "T") + "Z",
        "version": facts["run_id"],
        "resources": [
            {
                "name": relation.qualified.replace(".", "-"),
                "title": relation.comment.split(".")[0],
                "description": relation.comment,
                "path": file["path"],
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "bytes": file["bytes"],
                "hash": f"sha256:{file['sha256']}",
                "schema": {
                    "fields": [
                        {"name": c.name, "type": FRICTIONLESS.get(c.kind, _whole(c.kind)), "description": c.comment}
                        for c in relation.columns
                    ]
                },
            }
            for relation, file in tables
        ],
    }


def _whole(kind: str) -> str:
    return "integer" if "INT" in kind else "any"


def _prune(folder: Path, kept: set[str]) -> None:
    for path in folder.rglob("*.parquet*"):
        if path.relative_to(folder).as_posix() not in kept:
            path.unlink()


def _replace(path: Path, content: bytes) -> None:
    temporary = path.with_name(path.name + ".tmp")
    temporary.write_bytes(content)
    temporary.replace(path)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
