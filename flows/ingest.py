"""Files fetched by hand, on their way into the archive: recognised by content, refused with a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from flows.archive import Archive, Quarantine
from flows.readings import read_payload
from flows.settings import Settings
from transforms.model import Payload, ReadError
from transforms.products import Product, all_products, recognise


def ingest_files(
    settings: Settings,
    files: Sequence[Path],
    *,
    product: str | None = None,
    published: date | None = None,
    options: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """Archive each file as a release of its product; returns the reasons of those that could not be.

    A file that cannot be read with certainty goes to quarantine with its bytes: nothing is lost, and the same file can
    be ingested again when the code knows it.
    """
    stated = {"published": published.isoformat()} if published else {}
    options = {**(options or {}), **stated}  # a report without a dateline is dated by what the person said
    archive, quarantine = Archive(settings.archive), Quarantine(settings.quarantine)
    refused = []
    for path in files:
        content = path.read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        payload = Payload(content, name=path.name, url=path.resolve().as_uri(), options=options)
        try:
            found = _named(product) if product else recognise(payload)
            period = read_payload(found, payload)[0].release.period
        except ReadError as error:
            reason = error.as_dict() | {"name": path.name, "since": settings.clock().isoformat(timespec="seconds")}
            quarantine.put(sha256, content, reason)
            refused.append(reason | {"sha256": sha256})
            continue
        archive.store(
            content,
            source=found.SOURCE,
            product=found.PRODUCT,
            period=period,
            extension=found.EXTENSION,
            url="",
            now=settings.clock(),
            published=published.isoformat() if published else None,
            options=options or None,
            ingested_name=path.name,
        )
        quarantine.drop(sha256)
    return refused


def _named(name: str) -> Product:
    products = all_products()
    if name not in products:
        raise ReadError("unknown_product", expected="one of " + ", ".join(products), got=name)
    return products[name]
