"""From frames to the file that readers open: built aside, verified by reopening, then moved into place."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from warehouse.content import Content
from warehouse.files import sha256_of, state, sync, sync_folder, write_atomic

STORAGE_VERSION = "v1.0.0"
"""Readable by every driver from 1.1 on; without it DuckDB 2 writes files that 1.x cannot open."""
OLDEST_DRIVER = "1.1.3"
"""The oldest DuckDB driver that tests/recipes open a publication with."""

QUIET = "SET enable_progress_bar = false"
"""For what may take seconds: DuckDB would draw its bar on the standard output, amid the JSON."""

HASHED = "hashed.json"
"""Below `cache` beside a publication: its checksum, and the state of the file that has it."""

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
    code: str = ""  # hash of the code that built it: another code does not build on it
    sha256: str = ""
    size: int = 0


def publish(candidate: Path, target: Path, manifest: Manifest) -> Manifest:
    """Move a verified candidate into place for readers; returns the manifest with checksum and size.

    Readers that hold the old file keep it until they close. `warehouse.json` follows the file; a crash between
    the two is mended by `restore`. Where an open file cannot be replaced (Windows, some network shares) the candidate
    becomes a dated file and `warehouse.path` names it, until a later publication can replace `target` again.
    """
    candidate.chmod(0o444)
    with ThreadPoolExecutor(1, "sync") as thread:  # the disk has work of its own while the processor hashes
        synced = thread.submit(sync, candidate)
        sha256 = checksum(candidate)
        synced.result()
    complete = Manifest(**(asdict(manifest) | {"sha256": sha256, "size": candidate.stat().st_size}))
    pointer, dated = target.with_suffix(".path"), dated_file(target.parent / "publications", complete)
    try:
        candidate.replace(target)
        pointer.unlink(missing_ok=True)
    except OSError:
        dated.parent.mkdir(exist_ok=True)
        candidate.replace(dated)
        _write(pointer, dated.relative_to(target.parent).as_posix())
        target = dated
    sync_folder(target.parent)
    write_manifest(target, complete)
    return complete


def dated_file(folder: Path, manifest: Manifest) -> Path:
    return folder / f"warehouse-{manifest.run_id}.duckdb"


def write_manifest(target: Path, manifest: Manifest) -> None:
    _write(target.with_suffix(".json"), json.dumps(asdict(manifest), indent=2) + "\n")


def _write(path: Path, text: str) -> None:
    write_atomic(path, text.encode())


def read_manifest(target: Path) -> Manifest | None:
    """The manifest beside the publication; None if there is none or it is not whole."""
    try:
        return Manifest(**json.loads(target.with_suffix(".json").read_text("utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


_CHECKSUMS: dict[tuple[int, ...], str] = {}


def checksum(path: Path) -> str:
    """SHA-256 of a publication, which may hold gigabytes of microdata: hashed once, not in every run.

    A run knows bytes again that it hashed, by their place on the disk, size and time of writing, also under another
    name. Later ones take the word of `remember` for a file to which nothing was done since.
    """
    found = path.stat()
    key = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    if key not in _CHECKSUMS:
        _CHECKSUMS[key] = _remembered(path) or sha256_of(path)
    return _CHECKSUMS[key]


def remember(target: Path) -> None:
    """Let later runs know the checksum of a publication without hashing it; its file must not be linked or moved after
    this. What cannot be written is hashed again."""
    with contextlib.suppress(OSError):
        if target.parent.joinpath("cache").is_dir():
            facts = {"file": state(target), "sha256": checksum(target)}
            write_atomic(target.parent / "cache" / HASHED, json.dumps(facts).encode())


def _remembered(target: Path) -> str | None:
    try:
        facts = json.loads((target.parent / "cache" / HASHED).read_bytes())
        return str(facts["sha256"]) if facts["file"] == state(target) else None
    except (OSError, ValueError, KeyError, TypeError):
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
        if not _remembered(target):
            remember(target)
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


def new_manifest(run_id: str, content: Content, fingerprint: str, now: datetime, code: str = "") -> Manifest:
    return Manifest(
        published_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        run_id=run_id,
        content_digest=content.digest(),
        fingerprint=fingerprint,
        storage_version=STORAGE_VERSION,
        portvault_version=version("portvault"),
        code=code,
    )


def literal(text: str) -> str:
    """A text, such as a path or a comment, as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"
