"""Read every archived snapshot, once: what it says, or why it is refused, kept by content and code."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from flows.archive import Archive, CorruptSnapshot, Quarantine, Snapshot, write_atomic
from flows.code import READING, code_hash
from flows.spool import spool
from transforms import corrections
from transforms.corrections import Correction
from transforms.model import Payload, ReadError, Reading, Release, Spooled
from transforms.products import Product, StreamedProduct, all_products, is_streamed


@dataclass(frozen=True)
class Read:
    """One snapshot with what it says (`reading`) or the reason it is refused (`refusal`)."""

    snapshot: Snapshot
    reading: Reading | None
    refusal: Mapping[str, Any] = field(default_factory=dict)
    checks: tuple[Mapping[str, Any], ...] = ()
    corrected: tuple[Mapping[str, str], ...] = ()  # corrections applied: id, action, reason, source

    @property
    def state(self) -> str:
        return "loaded" if self.reading else "quarantined"

    @property
    def release_id(self) -> str:
        return f"{self.snapshot.product}/{self.snapshot.period}/{self.snapshot.sha256[:12]}"


def read_all(
    archive: Archive, quarantine: Quarantine, cache: Path, *, tick: Callable[[str], None] = lambda _: None
) -> list[Read]:
    """Every snapshot of the archive, read or refused; refusals also go to quarantine, and mended ones leave it."""
    results = []
    for snapshot in archive.snapshots():
        result = _cached(snapshot, cache) or _keep(_read(archive, snapshot, cache), cache)
        if result.reading is None:
            quarantine.put(snapshot.sha256, None, _reason(result))
        else:
            quarantine.drop(snapshot.sha256)
        results.append(result)
        tick(result.release_id)
    return results


def read_payload(product: Product, payload: Payload) -> tuple[Reading, list[dict[str, str]]]:
    """Read with the corrections of warehouse/corrections.yml; also which of them applied. Raises ReadError."""
    reading, applied = corrections.read(product, payload, _corrections())
    return reading, [
        {"correction_id": c.id, "product": c.product, "action": c.action, "reason": c.reason, "source": c.source}
        for c in applied
    ]


@functools.cache
def _corrections() -> tuple[Correction, ...]:
    return corrections.load((files("warehouse") / "corrections.yml").read_text("utf-8"))


def read_file(path: Path, options: Mapping[str, str], table: Path, product: StreamedProduct) -> Reading:
    """Read a release row by row: from the file at `path` to a Parquet file at `table`. Raises ReadError."""
    summary = product.Summary()
    stored = spool(summary.watch(product.stream(path, options)), table)
    return replace(summary.reading({}), spooled={product.TABLE: stored})


def _read(archive: Archive, snapshot: Snapshot, cache: Path) -> Read:
    from expectations.gate import check, passed, suites

    try:
        product, options = all_products()[snapshot.product], snapshot.sidecar.get("options") or {}
        applied: list[dict[str, str]] = []
        if is_streamed(product):
            target = _path(snapshot, cache).with_suffix(f".{product.TABLE}.parquet")
            reading = read_file(archive.path(snapshot), options, target, product)
        else:
            payload = Payload(archive.read(snapshot), snapshot.path.name, snapshot.url, options)
            reading, applied = read_payload(product, payload)
    except ReadError as error:
        return Read(snapshot, None, error.as_dict())
    except CorruptSnapshot as error:
        return Read(snapshot, None, {"code": "corrupt_snapshot", "got": str(error)})
    checks: tuple[Mapping[str, Any], ...] = ()
    if snapshot.product.rsplit(".", 1)[-1] in suites():
        results = check(snapshot.product, reading.table, where=snapshot.path.name, context=asdict(reading.release))
        checks = tuple(result.as_dict() for result in results)
        if not passed(results):
            broken = [result.sentence() for result in results if not result.success and result.severity == "fail"]
            refusal = {"code": "gate_failed", "expected": "all expectations met", "got": "; ".join(broken[:3])}
            return Read(snapshot, None, refusal, checks)
    return Read(snapshot, reading, {}, checks, tuple(applied))


def _reason(result: Read) -> dict[str, Any]:
    snapshot = result.snapshot
    return {
        "release_id": result.release_id,
        "product": snapshot.product,
        "period": snapshot.period,
        "url": snapshot.url,
        "archived": str(snapshot.path),
        **result.refusal,
    }


def _path(snapshot: Snapshot, cache: Path) -> Path:
    options = json.dumps(snapshot.sidecar.get("options") or {}, sort_keys=True)
    key = f"{snapshot.product}.{code_hash(READING)[:16]}" + (
        f".{hashlib.sha256(options.encode()).hexdigest()[:8]}" if options != "{}" else ""
    )
    return cache / snapshot.sha256[:2] / snapshot.sha256 / f"{key}.json"


def _keep(result: Read, cache: Path) -> Read:
    """Store a result. The JSON goes last: a cache entry without it does not exist."""
    if result.refusal.get("code") == "corrupt_snapshot":
        return result  # the bytes may be mended; look again next time
    path = _path(result.snapshot, cache)
    facts: dict[str, Any] = {
        "refusal": dict(result.refusal),
        "checks": list(result.checks),
        "corrected": list(result.corrected),
    }
    if reading := result.reading:
        facts |= {"release": asdict(reading.release), "notes": list(reading.notes), "records": list(reading.records)}
        facts["spooled"] = {name: [rows.rows, rows.digest] for name, rows in reading.spooled.items()}
        for name, frame in _frames(reading):
            target = path.with_suffix(f".{name}.parquet")
            target.parent.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(target, compression="zstd")
    write_atomic(path, json.dumps(facts, default=str, ensure_ascii=False).encode())
    return result


def _frames(reading: Reading) -> Iterable[tuple[str, pl.DataFrame]]:
    yield "table", reading.table
    yield "observations", reading.observations
    yield from reading.records.items()


def _cached(snapshot: Snapshot, cache: Path) -> Read | None:
    path = _path(snapshot, cache)
    try:
        facts = json.loads(path.read_bytes())
        if facts["refusal"]:
            return Read(snapshot, None, facts["refusal"], tuple(facts["checks"]))
        frame = {name: pl.read_parquet(path.with_suffix(f".{name}.parquet")) for name in ("table", "observations")}
        records = {name: pl.read_parquet(path.with_suffix(f".{name}.parquet")) for name in facts["records"]}
        spooled = {
            name: Spooled(path.with_suffix(f".{name}.parquet").resolve(strict=True), rows, digest)
            for name, (rows, digest) in facts["spooled"].items()
        }
    except (OSError, ValueError, KeyError, pl.exceptions.ComputeError):
        return None  # missing, or cut by a crash: read again
    release = Release(**facts["release"])
    reading = Reading(release, frame["table"], frame["observations"], records, tuple(facts["notes"]), spooled)
    return Read(snapshot, reading, {}, tuple(facts["checks"]), tuple(facts["corrected"]))
