"""What an ingest would do with files, without writing anything: what each is, loads, sets aside, and why not."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from flows.run.ingest import identify
from flows.run.reading import faults_as_refusals, gate
from transforms.model import ReadError, Reading, series_id

SHOWN = ("series_id", "period_end", "value", "unit", "precision")


def dry_run(
    files: Sequence[Path],
    *,
    product: str | None = None,
    published: date | None = None,
    options: Mapping[str, str] | None = None,
) -> list[dict[str, Any]]:
    """One entry a file: file, product, state (loads, partial, refused), release, refusal, observations, records,
    set_aside, unread, notes. Long tables are read through a temporary folder that is gone afterwards."""
    stated = {"published": published.isoformat()} if published else {}
    with tempfile.TemporaryDirectory() as folder:
        return [_say(path, product, {**(options or {}), **stated}, Path(folder)) for path in files]


def _say(path: Path, product: str | None, options: Mapping[str, str], folder: Path) -> dict[str, Any]:
    nothing: dict[str, Any] = {"observations": [], "records": {}, "set_aside": [], "unread": [], "notes": []}
    said = {"file": str(path), "product": None, "state": "refused", "release": None, "refusal": None} | nothing
    try:
        with faults_as_refusals(path.name):
            found, reading = identify(path, product, options, folder)
    except ReadError as error:
        return said | {"product": getattr(error, "product", None), "refusal": error.as_dict()}
    said |= {"product": found.PRODUCT, "release": asdict(reading.release)}
    _, refusal = gate(found.PRODUCT, reading, path.name)
    if refusal:
        return said | {"refusal": refusal}
    return said | _content(reading) | {"state": "partial" if reading.set_aside else "loads"}


def _content(reading: Reading) -> dict[str, Any]:
    return {
        "observations": reading.observations.with_columns(series_id()).select(SHOWN).to_dicts(),
        "records": {name: frame.to_dicts() for name, frame in reading.records.items()}
        | {name: [{"rows": rows.rows}] for name, rows in reading.spooled.items()},
        "set_aside": [asdict(row) for row in reading.set_aside],
        "unread": [asdict(figure) for figure in reading.unread],
        "notes": list(reading.notes),
    }
