"""What was read before, kept by content, product, options and code: the same code reads no bytes twice."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from flows.archive import Snapshot
from flows.archive.long_tables import name_release
from flows.run.code_version import READING, code_hash
from flows.run.read import Read
from transforms.model import Reading, Refusal, Release, SetAside, Spooled, Unread
from warehouse.files import sha256_of, write_atomic


def sweep(cache: Path) -> None:
    """Remove entries that other code has read. Only those: files of an ingest under way lie beside the folders."""
    for path in cache.glob("*/*/*"):
        if _code() not in path.name:
            path.unlink(missing_ok=True)


def _code() -> str:
    return f".{code_hash(READING)[:16]}"


def path_of(snapshot: Snapshot, cache: Path) -> Path:
    options = json.dumps(snapshot.options, sort_keys=True)
    key = f"{snapshot.product}{_code()}" + (
        f".{hashlib.sha256(options.encode()).hexdigest()[:8]}" if options != "{}" else ""
    )
    return cache / snapshot.sha256[:2] / snapshot.sha256 / f"{key}.json"


def keep(result: Read, cache: Path) -> Read:
    """Store a result. The JSON goes last: a cache entry without it does not exist."""
    if result.refusal and result.refusal.code == "corrupt_snapshot":
        return result  # the bytes may be mended; look again next time
    path = path_of(result.snapshot, cache)
    _write(result, path, path)
    _before(path).unlink(missing_ok=True)
    return result


def keep_unjudged(result: Read, cache: Path) -> None:
    """Store a reading of a long table that gate 1 has not judged yet; the file of its rows is moved into the cache and
    gets the release that they turned out to be. Where that cannot be written into it nothing is kept."""
    path = path_of(result.snapshot, cache)
    assert result.reading
    if path.exists():  # the same bytes again
        return
    if not all(name_release(rows.path, result.release_id) for rows in result.reading.spooled.values()):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    for name, rows in result.reading.spooled.items():
        rows.path.replace(_rows_at(path, name))
    _write(result, path, _before(path))


def unjudged(snapshot: Snapshot, cache: Path) -> Read | None:
    """A reading that `keep_unjudged` stored."""
    path = path_of(snapshot, cache)
    return _read(snapshot, path, _before(path))


def rows_of(cache: Path, release_id: str, table: str) -> Spooled | None:
    """The rows of a download as this code has read them; None if the cache has lost them."""
    sha256 = release_id.rpartition("/")[2]
    for path in cache.glob(f"{sha256[:2]}/{sha256}*/*{_code()}*.json"):
        try:
            rows, digest, known = json.loads(path.read_bytes())["spooled"][table]
            return Spooled(_rows_at(path, table).resolve(strict=True), rows, digest, known)
        except (OSError, ValueError, KeyError, TypeError):
            continue  # refused, not judged yet, or cut by a crash
    return None


def _rows_at(path: Path, table: str) -> Path:
    return path.with_suffix(f".{table}.parquet")


def _before(path: Path) -> Path:
    """Where the facts of a reading are until gate 1 has judged it."""
    return path.with_suffix(".unjudged.json")


def _write(result: Read, path: Path, facts_at: Path) -> None:
    facts: dict[str, Any] = {
        "refusal": asdict(result.refusal) if result.refusal else None,
        "checks": list(result.checks),
        "corrected": list(result.corrected),
    }
    if reading := result.reading:
        facts |= {"release": asdict(reading.release), "notes": list(reading.notes), "records": list(reading.records)}
        facts["set_aside"] = [asdict(row) for row in reading.set_aside]
        facts["unread"] = [asdict(figure) for figure in reading.unread]
        facts["spooled"] = {
            name: [rows.rows, rows.digest, rows.sha256 or sha256_of(_rows_at(path, name))]
            for name, rows in reading.spooled.items()
        }
        for name, frame in _frames(reading):
            target = path.with_suffix(f".{name}.parquet")
            target.parent.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(target, compression="zstd")
    write_atomic(facts_at, json.dumps(facts, default=str, ensure_ascii=False).encode())


def _frames(reading: Reading) -> Iterable[tuple[str, pl.DataFrame]]:
    yield "table", reading.table
    yield "observations", reading.observations
    yield from reading.records.items()


def cached(snapshot: Snapshot, cache: Path) -> Read | None:
    path = path_of(snapshot, cache)
    return _read(snapshot, path, path)


def _read(snapshot: Snapshot, path: Path, facts_at: Path) -> Read | None:
    try:
        facts = json.loads(facts_at.read_bytes())
        if facts["refusal"]:
            return Read(snapshot, None, Refusal(**facts["refusal"]), tuple(facts["checks"]), tuple(facts["corrected"]))
        frame = {name: pl.read_parquet(path.with_suffix(f".{name}.parquet")) for name in ("table", "observations")}
        records = {name: pl.read_parquet(path.with_suffix(f".{name}.parquet")) for name in facts["records"]}
        spooled = {
            name: Spooled(_rows_at(path, name).resolve(strict=True), rows, digest, sha256)
            for name, (rows, digest, sha256) in facts["spooled"].items()
        }
    except (OSError, ValueError, KeyError, TypeError, pl.exceptions.ComputeError):
        return None  # missing, or cut by a crash: read again
    release = Release(**facts["release"])
    reading = Reading(
        release,
        frame["table"],
        frame["observations"],
        records,
        tuple(facts["notes"]),
        spooled,
        tuple(SetAside(**row) for row in facts["set_aside"]),
        tuple(Unread(**figure) for figure in facts["unread"]),
    )
    return Read(snapshot, reading, None, tuple(facts["checks"]), tuple(facts["corrected"]))
