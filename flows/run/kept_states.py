"""The states of the products, kept as long as they are made of the same: most polls find nothing new, and to work the
states out loads every product with its layout and asks the calendar of each."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import polars as pl

from flows.archive import Quarantine
from flows.run import extract
from flows.run.code_version import BUILDING, code_hash
from flows.settings import Settings
from flows.sources import sources
from warehouse.files import state, write_atomic

Rows = list[dict[str, Any]]


def kept(settings: Settings, name: str, columns: Mapping[str, pl.DataType], made: Callable[[], Rows]) -> Rows:
    """The rows (of `columns`) that `made` gives, or gave for the same publication, answers, refusals, code and day.

    They are kept as `name`. Of an answer the day counts: a state says since when, not at which hour.
    """
    path, key = settings.root / "cache" / f"{name}.arrow", _key(settings)
    try:
        mark, content = path.read_bytes().split(b"\n", 1)
        if mark == key:
            return pl.read_ipc(io.BytesIO(content)).to_dicts()
    except (OSError, ValueError, pl.exceptions.PolarsError):  # none, or torn by a power cut
        pass
    rows = made()
    if settings.root.is_dir():
        with suppress(OSError):  # where nothing may be written they are worked out each time
            write_atomic(path, key + b"\n" + pl.DataFrame(rows, schema=columns).write_ipc(None).getvalue())
    return rows


def _key(settings: Settings) -> bytes:
    wanted = {name: bool(source.wanted(settings)) for name, source in sources().items()}
    answers = {
        name: [said["state"], said["reason"], *(str(said[when])[:10] for when in ("asked", "since"))]
        for name, said in extract.remembered(settings).items()
    }
    facts = [
        *(code_hash(BUILDING), str(settings.clock().date()), wanted, answers),
        state(settings.warehouse) if settings.warehouse.exists() else None,
        Quarantine(settings.quarantine).items(),
    ]
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest().encode()
