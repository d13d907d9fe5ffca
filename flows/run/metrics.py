"""Figures about the operation in the OpenMetrics text format, for Prometheus and what understands it; and its health.

`metrics.txt` in the home is written after every run; `portvault serve` gives the same at /metrics where
PORTVAULT_METRICS_PORT names a port.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb

from flows.archive import Quarantine
from flows.run import extract, freshness, holding, report_files
from flows.settings import Settings
from warehouse.files import write_atomic
from warehouse.publish import read_manifest

STALE = timedelta(days=4)
"""A run is planned for every working day; four days cover a long weekend."""
ROOM = 1024**3
COPIES = 3
"""Free bytes wanted: some for logs and pages, and for what a run writes beside the present publication: the candidate,
the Parquet files, the dated file kept for roll-back."""
TYPES = {
    "portvault_publication_timestamp_seconds": "When the present publication was published",
    "portvault_publication_size_bytes": "Size of the present publication",
    "portvault_run_timestamp_seconds": "When the last run ended",
    "portvault_run_success": "1 if the last run did not fail",
    "portvault_run_stage_seconds": "Seconds of each stage of the last run",
    "portvault_product_days_late": "Days that the next release of a product is late; 0 if it is not",
    "portvault_source_reachable": "1 if the source answered when it was last asked",
    "portvault_source_asked_timestamp_seconds": "When the source was last asked",
    "portvault_held": "1 while a candidate waits for approval",
    "portvault_refused": "Files in quarantine",
    "portvault_rows_set_aside": "Rows set aside of the newest release of a product",
    "portvault_disk_free_bytes": "Free bytes where the home is",
}


@dataclass(frozen=True)
class Health:
    """Is all as it should be; what is not."""

    healthy: bool
    problems: tuple[str, ...]


def health(settings: Settings) -> Health:
    """Healthy: a whole publication, a last run that did not fail, none that is overdue. Asks nobody, writes nothing."""
    found = []
    manifest = read_manifest(settings.warehouse)
    if manifest is None or not settings.warehouse.exists():
        found.append(f"there is no publication at {settings.warehouse}")
    elif settings.warehouse.stat().st_size != manifest.size:
        found.append(f"{settings.warehouse} is not as long as its manifest says")
    if failure := report_files.last_failure(settings):
        found.append(f"run {failure['run_id']} failed: {failure['reason']}")
    if room := cramped(settings):
        found.append(room)
    newest = report_files.load(settings)
    if newest and settings.clock() - _moment(newest["finished_at"]) > STALE:
        found.append(f"the last run was {newest['run_id']}: nothing has run for more than {STALE.days} days")
    return Health(not found, tuple(found))


def free(settings: Settings) -> tuple[Path, int]:
    """The folder that exists where the home is or will be, and the free bytes there."""
    folder = settings.root
    while not folder.exists():
        folder = folder.parent
    return folder, shutil.disk_usage(folder).free


def cramped(settings: Settings) -> str:
    """That the next run may not find the room it needs, in a sentence; empty if there is enough."""
    folder, left = free(settings)
    manifest = read_manifest(settings.warehouse)
    wanted = ROOM + COPIES * (manifest.size if manifest else 0)
    if left >= wanted:
        return ""
    return f"{left / 1024**3:.1f} GiB free at {folder}; a run wants {wanted / 1024**3:.1f}"


def write(settings: Settings, products: Sequence[Mapping[str, Any]] | None = None) -> Path:
    """Write the file that a node exporter collects; its path. For `products` see `text`."""
    path = settings.root / "metrics.txt"
    write_atomic(path, text(settings, products).encode())
    return path


def text(settings: Settings, products: Sequence[Mapping[str, Any]] | None = None) -> str:
    """All figures in the OpenMetrics text format. `products`: the rows of freshness.current, where they were asked for
    just now; None asks."""
    groups: dict[str, list[str]] = {name: [] for name in TYPES}
    for name, labels, value in _figures(settings, _products(settings) if products is None else products):
        said = ",".join(f'{key}="{_escaped(label)}"' for key, label in labels.items())
        groups[name].append(f"{name}{{{said}}} {value:.16g}" if said else f"{name} {value:.16g}")
    lines = []
    for name, rows in groups.items():
        lines += [f"# TYPE {name} gauge", f"# HELP {name} {TYPES[name]}", *rows]
    return "\n".join([*lines, "# EOF", ""])


def _figures(
    settings: Settings, products: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, str], float]]:
    if (manifest := read_manifest(settings.warehouse)) is not None:
        yield "portvault_publication_timestamp_seconds", {}, _moment(manifest.published_at).timestamp()
        yield "portvault_publication_size_bytes", {}, manifest.size
    if (last := report_files.load(settings)) is not None:
        yield "portvault_run_timestamp_seconds", {}, _moment(last["finished_at"]).timestamp()
        yield "portvault_run_success", {}, last["outcome"] not in ("failed", "cancelled")
        for stage, seconds in last["stages"].items():
            yield "portvault_run_stage_seconds", {"stage": stage}, seconds
    for row in products:
        yield "portvault_product_days_late", {"product": row["product"]}, row["days_late"] or 0
    for source, answer in extract.remembered(settings).items():
        yield "portvault_source_reachable", {"source": source}, answer["state"] == "reachable"
        asked = _moment(answer["asked"]).timestamp()
        yield "portvault_source_asked_timestamp_seconds", {"source": source}, asked
    yield "portvault_held", {}, holding.held(settings) is not None
    yield "portvault_refused", {}, len(Quarantine(settings.quarantine).items())
    for product, count in _set_aside(settings).items():
        yield "portvault_rows_set_aside", {"product": product}, count
    yield "portvault_disk_free_bytes", {}, free(settings)[1]


def _products(settings: Settings) -> list[dict[str, Any]]:
    try:
        return freshness.current(settings)
    except duckdb.Error:  # of another version, or damaged: doctor says which
        return []


def _set_aside(settings: Settings) -> dict[str, int]:
    try:
        return freshness.set_aside(settings)
    except duckdb.Error:
        return {}


def _moment(stamp: str) -> datetime:
    moment = datetime.fromisoformat(stamp)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _escaped(label: str) -> str:
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
