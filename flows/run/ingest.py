"""Files fetched by hand, on their way into the archive: recognised by content, refused with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flows.archive import Archive, Quarantine, Snapshot
from flows.run import reading_cache
from flows.run.read import Read
from flows.run.reading import faults_as_refusals, read_file, read_payload
from flows.settings import Settings
from transforms.model import Payload, ReadError, Reading
from transforms.products import Product, all_products, is_streamed, recognise
from warehouse.files import sha256_of

HEAD = 4096
"""Bytes that tell a download of the online query from everything else."""


def ingest_files(
    settings: Settings,
    files: Sequence[Path],
    *,
    product: str | None = None,
    published: date | None = None,
    options: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Archive each file as a release of its product; returns the reasons of those that could not be."""
    archive = Archive(settings.archive)
    taken = [ingest(settings, archive, path, product=product, published=published, options=options) for path in files]
    return [reason for reason in taken if not isinstance(reason, Snapshot)]


def ingest(
    settings: Settings,
    archive: Archive,
    path: Path,
    *,
    product: str | None = None,
    published: date | None = None,
    options: Mapping[str, str] | None = None,
) -> Snapshot | dict[str, Any]:
    """Archive a file as a release of its product; the reason if it could not be.

    A file that cannot be read with certainty goes to quarantine with its bytes: nothing is lost, and the same file can
    be ingested again when the code knows it.
    """
    stated = {"published": published.isoformat()} if published else {}
    options = {**(options or {}), **stated}  # a report without a dateline is dated by what the person said
    now = settings.clock()
    with archive.arriving(path) as arrived:
        try:
            with faults_as_refusals(path.name):
                found, reading = identify(path, product, options, settings.readings)
        except ReadError as error:
            return _refuse(settings, path, error, now)
        try:
            file = arrived()
            snapshot = archive.store(
                file,
                source=found.SOURCE,
                product=found.PRODUCT,
                period=reading.release.period,
                extension=found.EXTENSION,
                url="",
                now=now,
                published=published.isoformat() if published else None,
                options=options or None,
                ingested_name=path.name,
            )
            Quarantine(settings.quarantine).drop(file.sha256)
            if reading.spooled:
                reading_cache.keep_unjudged(Read(snapshot, reading), settings.readings)  # a long file is not read again
        finally:
            for rows in reading.spooled.values():
                rows.path.unlink(missing_ok=True)
    return snapshot


def _refuse(settings: Settings, path: Path, error: ReadError, now: datetime) -> dict[str, Any]:
    reason = asdict(error.refusal) | {"name": path.name, "since": now.isoformat(timespec="seconds")}
    sha256 = sha256_of(path)
    Quarantine(settings.quarantine).put(sha256, path, reason)
    return reason | {"sha256": sha256}


def identify(path: Path, product: str | None, options: Mapping[str, str], folder: Path) -> tuple[Product, Reading]:
    """What a file is and what it says; the rows of a long table go to a file in `folder`. Raises ReadError."""
    with path.open("rb") as file:
        beginning = Payload(file.read(HEAD), path.name, path.resolve().as_uri(), options, datetime.now(UTC))
    for found in all_products().values():
        if is_streamed(found) and (product == found.PRODUCT or (not product and found.recognise(beginning))):
            return found, read_file(path, options, folder / f"{uuid.uuid4()}.parquet", found, path.name)
    payload = replace(beginning, content=path.read_bytes())
    named = _named(product) if product else recognise(payload)
    try:
        return named, read_payload(named, payload)[0]
    except ReadError as error:
        if error.code != "companion_table":  # it may come with another form than the one that told it
            error.product = named.PRODUCT
        raise


def _named(name: str) -> Product:
    products = all_products()
    if name not in products:
        raise ReadError("unknown_product", expected="one of " + ", ".join(products), got=name)
    return products[name]
