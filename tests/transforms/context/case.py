"""What the tests of the context's readers share: recorded answers, and look-alikes with other figures."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from transforms.model import Payload, ReadError, Reading, series_id
from transforms.products import recognise

SEEN = datetime(2026, 11, 28, 8, 0, tzinfo=UTC)


def payload(content: bytes | str, name: str = "file", url: str = "", **options: str) -> Payload:
    raw = content.encode() if isinstance(content, str) else content
    return Payload(raw, name, url, options, SEEN)


def read(given: Payload) -> Reading:
    return recognise(given).read(given)


def recorded(shared: Path, name: str, url: str = "", **options: str) -> Reading:
    path = shared / "live" / name
    return read(payload(path.read_bytes(), path.name, url, **options))


def values(reading: Reading) -> dict[tuple[str, date], float]:
    """Value by series and period; the newest vintage where there are several."""
    frame = reading.observations.with_columns(series_id())
    if "vintage_date" in frame.columns:
        frame = frame.sort("vintage_date")
    return {(key, end): value for key, end, value in frame.select("series_id", "period_end", "value").iter_rows()}


def one(reading: Reading, key: str, end: date) -> float:
    return values(reading)[key, end]


def vintages(reading: Reading) -> set[date | None]:
    frame = reading.observations
    return set(frame["vintage_date"]) if "vintage_date" in frame.columns else {None}


def refused(given: Payload) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read(given)
    return caught.value


def as_json(said: Any) -> str:
    return json.dumps(said, ensure_ascii=False)


def history(block: str) -> pl.DataFrame:
    """A shipped block as claims with series_id."""
    from warehouse.history import shipped

    return shipped().claims.filter(pl.col("release_id").str.starts_with(f"history/{block}")).with_columns(series_id())
