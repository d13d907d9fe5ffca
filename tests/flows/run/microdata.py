"""A home with downloads of the online query, for the tests of what becomes of their rows."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from flows.archive import Archive, Quarantine
from flows.run.ingest import ingest_files
from flows.run.read import Read
from flows.run.reading import read_all
from flows.settings import Settings
from tests.expectations.small import printed
from tests.transforms.online_query.test_online_query import HERE
from warehouse.candidate import verify, write_candidate
from warehouse.content import Content
from warehouse.publish import new_manifest
from warehouse.store import settle

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SAMPLES = {"soybeans_imports_2024.csv": "import", "soybeans_exports_2024.csv": "export",
           "ceuta_exports_2018_10.csv": "export"}  # fmt: skip


def ingested(settings: Settings) -> list[Read]:
    for name, flow in SAMPLES.items():
        assert not ingest_files(settings, [HERE / name], options={"flow": flow})
    return again(settings)


def again(settings: Settings) -> list[Read]:
    return read_all(Archive(settings.archive), Quarantine(settings.quarantine), settings.readings)


def content(reads: list[Read]) -> Content:
    """What assemble makes of the reads, without history and indicators."""
    settled = settle(printed())
    releases = pl.DataFrame(
        [{"release_id": r.release_id, "product": r.snapshot.product, "state": r.state} for r in reads]
    )
    releases = releases.with_columns(publisher=pl.lit("GACC"))
    parts = [(name, r.release_id, rows) for r in reads if r.reading for name, rows in r.reading.spooled.items()]
    return Content(settled, settled.vintages.head(0), releases, spooled=parts)


def publish(settings: Settings, made: Content) -> Path:
    manifest = new_manifest("test", made, "none", NOW)
    settings.root.mkdir(parents=True, exist_ok=True)
    write_candidate(settings.warehouse, made, manifest)
    verify(settings.warehouse, made, manifest)
    return settings.warehouse
