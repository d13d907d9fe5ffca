"""Read every archived snapshot, once: what it says, or why it is refused, kept by content and code."""

from __future__ import annotations

import functools
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib.resources import files
from itertools import chain, islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from flows.archive import Archive, CorruptSnapshot, Quarantine, Snapshot
from flows.archive.long_tables import spool
from flows.run.code_version import READING, code_hash
from transforms import corrections
from transforms.corrections import Correction
from transforms.model import Payload, ReadError, Reading, Release, SetAside, Spooled, Unread
from transforms.products import Product, StreamedProduct, all_products, is_streamed
from warehouse.files import write_atomic

log = logging.getLogger("portvault.readings")


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
        """loaded, partial (rows were set aside) or quarantined."""
        if self.reading is None:
            return "quarantined"
        return "partial" if self.reading.set_aside else "loaded"

    @property
    def release_id(self) -> str:
        return self.snapshot.release_id


JUDGED_TOGETHER = 500
"""Releases that pass gate 1 together: few enough to lose little when a run is killed, enough to share its overhead."""
Spread = Callable[[Sequence[Snapshot]], Iterable[Read]]
"""Reads snapshots somewhere (see carrier.py, pipeline.py) and gives the results in the same order."""


def read_all(
    archive: Archive,
    quarantine: Quarantine,
    cache: Path,
    *,
    spread: Spread = lambda snapshots: map(read_snapshot, snapshots),
    tick: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Read]:
    """Every snapshot of the archive, read or refused; refusals also go to quarantine, and mended ones leave it.

    What the cache does not know is read by `spread`, which needs nothing but the archive; all else happens here: gate
    1, and the reading of long tables, which go row by row into a file.
    """
    snapshots = archive.snapshots()
    results = [_cached(snapshot, cache) for snapshot in snapshots]
    unread = [number for number, result in enumerate(results) if result is None]
    unread.sort(key=lambda number: _is_long(snapshots[number]))
    short = [snapshots[number] for number in unread if not _is_long(snapshots[number])]
    long = [snapshots[number] for number in unread[len(short) :]]
    fresh = _judged(chain(spread(short), (_read_long(snapshot, cache) for snapshot in long)))
    for done, (number, result) in enumerate(zip(unread, fresh, strict=True), 1):
        results[number] = _keep(result, cache)
        tick(result.release_id, done, len(unread))
        facts = {"release_id": result.release_id, "state": result.state, "refusal": result.refusal.get("code")}
        log.info("release read", extra=facts)
    if unread:
        _sweep(cache)
    found = [result for result in results if result is not None]
    for result in found:
        if result.reading is None:
            quarantine.put(result.snapshot.sha256, None, reason(result))
        else:
            quarantine.drop(result.snapshot.sha256)
    return found


@contextmanager
def faults_as_refusals(what: str) -> Iterator[None]:
    """Turn a fault of a reader, or of a library under it, into a refusal: the other releases go on."""
    try:
        yield
    except (ReadError, CorruptSnapshot, OSError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise  # Ctrl-C and the like; the panics of libraries in Rust are no Exceptions either
        log.exception("reader failed", extra={"release_id": what})
        raise ReadError(
            "reader_failed", expected="a reader that copes", got=f"{type(error).__name__}: {error}", where=what,
            hint="A fault of Portvault, not of the file: report it. A newer version reads the same bytes again.",
        ) from error  # fmt: skip


def read_payload(product: Product, payload: Payload) -> tuple[Reading, list[dict[str, str]]]:
    """Read with the corrections of warehouse/corrections.yml; also which of them applied. Raises ReadError."""
    reading, applied = corrections.read(product, payload, _corrections())
    return reading, [_told(correction) for correction in applied]


def _told(c: Correction) -> dict[str, str]:
    return {"correction_id": c.id, "product": c.product, "action": c.action, "reason": c.reason, "source": c.source}


@functools.cache
def _corrections() -> tuple[Correction, ...]:
    return corrections.load((files("warehouse") / "corrections.yml").read_text("utf-8"))


def read_file(path: Path, options: Mapping[str, str], table: Path, product: StreamedProduct) -> Reading:
    """Read a release row by row: from the file at `path` to a Parquet file at `table`. Raises ReadError."""
    summary = product.Summary()
    stored = spool(summary.watch(product.stream(path, options, summary.aside)), table)
    return replace(summary.reading({}), spooled={product.TABLE: stored})


def read_snapshot(snapshot: Snapshot) -> Read:
    """What the bytes of a snapshot say, through the corrections of its product, or why not; gate 1 comes after."""

    def read() -> tuple[Reading, list[dict[str, str]]]:
        payload = Payload(snapshot.read(), _name(snapshot), snapshot.url, _options(snapshot), snapshot.first_seen)
        return read_payload(_product(snapshot), payload)

    return _attempt(snapshot, read)


def _product(snapshot: Snapshot) -> Product:
    """The product that reads a snapshot. ReadError `unknown_product` for one that a newer or older version archived."""
    if (product := all_products().get(snapshot.product)) is None:
        raise ReadError("unknown_product", expected="a product of this version", got=snapshot.product,
                        where=snapshot.path.name, hint="Its bytes are kept; the version that knows it reads them."
                        )  # fmt: skip
    return product


def _is_long(snapshot: Snapshot) -> bool:
    return snapshot.product in all_products() and is_streamed(all_products()[snapshot.product])


def _read_long(snapshot: Snapshot, cache: Path) -> Read:
    """The same of a table that goes row by row into the cache."""

    def read() -> tuple[Reading, list[dict[str, str]]]:
        product = _product(snapshot)
        assert is_streamed(product)
        with snapshot.on_disk(cache) as path:
            target = _path(snapshot, cache).with_suffix(f".{product.TABLE}.parquet")
            return read_file(path, _options(snapshot), target, product), []

    return _attempt(snapshot, read)


def _name(snapshot: Snapshot) -> str:
    """What the publisher or the person calls the file: form 102 has its quarter there alone; messages name it."""
    return snapshot.sidecar.get("ingested_name") or urlsplit(snapshot.url).path.rpartition("/")[2] or snapshot.path.name


def _options(snapshot: Snapshot) -> dict[str, str]:
    return snapshot.sidecar.get("options") or {}


def gate(product: str, reading: Reading, where: str) -> tuple[tuple[Mapping[str, Any], ...], dict[str, str]]:
    """What gate 1 says of a reading: the results, and the refusal, which is empty where the release passes."""
    return _gate(product, [(reading, where)])[0]


def _gate(
    product: str, readings: Sequence[tuple[Reading, str]]
) -> list[tuple[tuple[Mapping[str, Any], ...], dict[str, str]]]:
    """The same of many readings of one product, judged in one batch."""
    from expectations.gate import Table, check_all, passed
    from expectations.suites import of

    if of(product) is None:
        refusal = {"code": "no_suite", "expected": f"a suite that judges {product}", "got": "none in expectations/"}
        return [((), refusal) for _ in readings]
    tables = [Table(reading.table, where, asdict(reading.release)) for reading, where in readings]
    verdicts: list[tuple[tuple[Mapping[str, Any], ...], dict[str, str]]] = []
    for results in check_all(product, tables):
        checks = tuple(result.as_dict() for result in results)
        broken = [result.sentence() for result in results if not result.success and result.severity == "fail"]
        refusal = {"code": "gate_failed", "expected": "all expectations met", "got": "; ".join(broken[:3])}
        verdicts.append((checks, {} if passed(results) else refusal))
    return verdicts


def _judged(reads: Iterable[Read]) -> Iterator[Read]:
    """Gate 1 on what was read, in the same order. All releases of a product that came together are one batch."""
    several = iter(reads)
    while batch := list(islice(several, JUDGED_TOGETHER)):
        judged = dict(enumerate(batch))
        products: dict[str, list[int]] = {}
        for number, read in judged.items():
            if read.reading:
                products.setdefault(read.snapshot.product, []).append(number)
        for product, numbers in products.items():
            readings = [(read.reading, read.snapshot.path.name) for n in numbers if (read := judged[n]).reading]
            for number, (checks, refusal) in zip(numbers, _gate(product, readings), strict=True):
                read = judged[number]
                judged[number] = replace(
                    read, reading=None if refusal else read.reading, refusal=refusal, checks=checks
                )
        yield from judged.values()


def _attempt(snapshot: Snapshot, read: Callable[[], tuple[Reading, list[dict[str, str]]]]) -> Read:
    """What was read, not yet judged, or why it could not be."""
    try:
        with faults_as_refusals(snapshot.release_id):
            reading, applied = read()
    except corrections.KnownFault as error:
        return Read(snapshot, None, error.as_dict(), corrected=(_told(error.correction),))
    except ReadError as error:
        return Read(snapshot, None, error.as_dict())
    except CorruptSnapshot as error:
        return Read(snapshot, None, {"code": "corrupt_snapshot", "got": str(error)})
    return Read(snapshot, reading, corrected=tuple(applied))


def reason(result: Read) -> dict[str, Any]:
    """What quarantine keeps of a refused release."""
    snapshot = result.snapshot
    return {
        "release_id": result.release_id,
        "product": snapshot.product,
        "period": snapshot.period,
        "url": snapshot.url,
        "archived": str(snapshot.path),
        **result.refusal,
    }


def _sweep(cache: Path) -> None:
    """Remove entries that other code has read. Only those: files of an ingest under way lie beside the folders."""
    for path in cache.glob("*/*/*"):
        if _code() not in path.name:
            path.unlink(missing_ok=True)


def _code() -> str:
    return f".{code_hash(READING)[:16]}"


def _path(snapshot: Snapshot, cache: Path) -> Path:
    options = json.dumps(_options(snapshot), sort_keys=True)
    key = f"{snapshot.product}{_code()}" + (
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
        facts["set_aside"] = [asdict(row) for row in reading.set_aside]
        facts["unread"] = [asdict(figure) for figure in reading.unread]
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
            return Read(snapshot, None, facts["refusal"], tuple(facts["checks"]), tuple(facts["corrected"]))
        frame = {name: pl.read_parquet(path.with_suffix(f".{name}.parquet")) for name in ("table", "observations")}
        records = {name: pl.read_parquet(path.with_suffix(f".{name}.parquet")) for name in facts["records"]}
        spooled = {
            name: Spooled(path.with_suffix(f".{name}.parquet").resolve(strict=True), rows, digest)
            for name, (rows, digest) in facts["spooled"].items()
        }
    except (OSError, ValueError, KeyError, pl.exceptions.ComputeError):
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
    return Read(snapshot, reading, {}, tuple(facts["checks"]), tuple(facts["corrected"]))
