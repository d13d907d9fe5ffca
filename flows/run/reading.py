"""Read every archived snapshot, once: what it says, or why it is refused, kept by content and code."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from flows.archive import Archive, CorruptSnapshot, Quarantine, Snapshot
from flows.archive.long_tables import spool, unnamed
from flows.run import reading_cache
from flows.run.judging import judged
from flows.run.read import Read
from transforms import corrections
from transforms.corrections import Correction
from transforms.model import Payload, ReadError, Reading, Refusal, Spooled
from transforms.products import Product, StreamedProduct, Totals, all_products, is_streamed

log = logging.getLogger("portvault.readings")


Spread = Callable[[Sequence[Snapshot]], Iterable[Read]]
"""Reads snapshots somewhere (see carrier.py, pipeline.py) and gives the results in the same order."""


def read_all(
    archive: Archive,
    quarantine: Quarantine,
    cache: Path,
    *,
    spread: Spread = lambda snapshots: map(read_snapshot, snapshots),
    tick: Callable[[str, int, int], None] = lambda *_: None,
    meanwhile: Callable[[Sequence[Read]], None] = lambda _: None,
) -> list[Read]:
    """Every snapshot of the archive, read or refused; refusals also go to quarantine, and mended ones leave it.

    What the cache does not know is read by `spread`, which needs nothing but the archive; all else happens here: gate
    1, and the reading of long tables, which go row by row into a file. `meanwhile` gets all of it while gate 1 judges
    the last of it.
    """
    snapshots = archive.snapshots()
    results = [reading_cache.cached(snapshot, cache) for snapshot in snapshots]
    unread = [number for number, result in enumerate(results) if result is None]
    unread.sort(key=lambda number: _is_long(snapshots[number]))
    short = [snapshots[number] for number in unread if not _is_long(snapshots[number])]
    long = [snapshots[number] for number in unread[len(short) :]]

    def all_but_verdicts(batch: Sequence[Read]) -> None:
        rest = [number for number in unread if results[number] is None]
        if len(rest) == len(batch):
            last = dict(zip(rest, batch, strict=True))
            meanwhile([read for number, known in enumerate(results) if (read := last.get(number, known))])

    fresh = judged(chain(spread(short), (_read_long(snapshot, cache) for snapshot in long)), all_but_verdicts)
    for done, (number, result) in enumerate(zip(unread, fresh, strict=True), 1):
        results[number] = reading_cache.keep(result, cache)
        tick(result.release_id, done, len(unread))
        facts = {
            "release_id": result.release_id,
            "state": result.state,
            "refusal": result.refusal and result.refusal.code,
        }
        log.info("release read", extra=facts)
    if unread:
        reading_cache.sweep(cache)
    found = [result for result in results if result is not None]
    for result in found:
        if result.reading is None:
            quarantine.put(result.snapshot.sha256, None, result.reason())
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


def read_file(
    path: Path,
    options: Mapping[str, str],
    table: Path,
    product: StreamedProduct,
    name: str = "",
    release_id: str = "",
) -> Reading:
    """Read a release row by row: from the file at `path` to a Parquet file at `table`; messages call it `name`. Raises
    ReadError. Without `release_id` the rows are of an unnamed one, see flows.archive.long_tables."""
    release_id = release_id or unnamed(product.PRODUCT)

    def rows(summary: Totals) -> Spooled:
        frames = summary.watch(product.stream(path, options, summary.aside, name))
        return spool(frames, table, product.TABLE, release_id)

    summary: Totals = product.Summary()
    stored = rows(summary)
    if again := summary.again():
        table.unlink()
        summary = again
        stored = rows(summary)
    return replace(summary.reading({}), spooled={product.TABLE: stored})


def read_snapshot(snapshot: Snapshot) -> Read:
    """What the bytes of a snapshot say, through the corrections of its product, or why not; gate 1 comes after."""

    def read() -> tuple[Reading, list[dict[str, str]]]:
        payload = Payload(snapshot.read(), _name(snapshot), snapshot.url, snapshot.options, snapshot.first_seen)
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
    """The same of a table that goes row by row into the cache, unless whoever ingested it has read it just now."""
    if known := reading_cache.unjudged(snapshot, cache):
        return known

    def read() -> tuple[Reading, list[dict[str, str]]]:
        product = _product(snapshot)
        assert is_streamed(product)
        with snapshot.on_disk(cache) as path:
            target = reading_cache.path_of(snapshot, cache).with_suffix(f".{product.TABLE}.parquet")
            return read_file(path, snapshot.options, target, product, _name(snapshot), snapshot.release_id), []

    return _attempt(snapshot, read)


def _name(snapshot: Snapshot) -> str:
    """What the publisher or the person calls the file: form 102 has its quarter there alone; messages name it."""
    return snapshot.sidecar.get("ingested_name") or urlsplit(snapshot.url).path.rpartition("/")[2] or snapshot.path.name


def _attempt(snapshot: Snapshot, read: Callable[[], tuple[Reading, list[dict[str, str]]]]) -> Read:
    """What was read, not yet judged, or why it could not be."""
    try:
        with faults_as_refusals(snapshot.release_id):
            reading, applied = read()
    except corrections.KnownFault as error:
        return Read(snapshot, None, error.refusal, corrected=(_told(error.correction),))
    except ReadError as error:
        return Read(snapshot, None, error.refusal)
    except CorruptSnapshot as error:
        return Read(snapshot, None, Refusal("corrupt_snapshot", got=str(error)))
    return Read(snapshot, reading, corrected=tuple(applied))
