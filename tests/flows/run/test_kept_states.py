"""States of products are worked out again when the day, an answer, a refusal or the publication is another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.archive import Quarantine
from flows.run import extract
from flows.run.kept_states import kept
from flows.settings import Settings
from flows.sources import SourceReport

COLUMNS = {"product": pl.String(), "expected_date": pl.Date(), "expected_at": pl.Datetime("us"), "late": pl.Int32()}
NOON = datetime(2026, 9, 9, 12, tzinfo=UTC)


def home(path: Path, **given: Any) -> Settings:
    return Settings(**{"home": path, "now": NOON, **given})


@pytest.fixture
def asked(tmp_path: Path) -> list[Settings]:
    """A home whose publisher was asked; `again` tells how often its states were worked out."""
    extract.remember(home(tmp_path), [SourceReport("gacc_en", "reachable", "", requests=1)])
    return []


def again(settings: Settings, calls: list[Settings]) -> int:
    """How often states were worked out, with this one."""

    def made() -> list[dict[str, Any]]:
        calls.append(settings)
        at = settings.clock().replace(tzinfo=None)
        return [{"product": "gacc.x", "expected_date": at.date(), "expected_at": at, "late": None}]

    [row] = kept(settings, "states", COLUMNS, made)
    assert row["product"] == "gacc.x" and row["late"] is None and row["expected_at"].date() == row["expected_date"]
    return len(calls)


def test_an_hour_later_nothing_is_worked_out(tmp_path: Path, asked: list[Settings]) -> None:
    assert again(home(tmp_path), asked) == 1
    later = home(tmp_path, now=NOON + timedelta(hours=1))
    extract.remember(later, [SourceReport("gacc_en", "reachable", "", requests=1)])
    assert again(later, asked) == 1


def test_what_a_state_is_made_of_is_looked_at(tmp_path: Path, asked: list[Settings]) -> None:
    assert again(home(tmp_path), asked) == 1
    assert again(home(tmp_path, now=NOON + timedelta(days=1)), asked) == 2
    extract.remember(home(tmp_path), [SourceReport("gacc_en", "blocked", "HTTP 412", requests=1)])
    assert again(home(tmp_path), asked) == 3 == again(home(tmp_path), asked)
    Quarantine(home(tmp_path).quarantine).put("a" * 64, b"page", {"product": "gacc.x", "period": "2026-08"})
    assert again(home(tmp_path), asked) == 4
    home(tmp_path).warehouse.write_bytes(b"published")
    assert again(home(tmp_path), asked) == 5
    home(tmp_path).warehouse.write_bytes(b"published again")
    assert again(home(tmp_path), asked) == 6
    (tmp_path / "cache" / "states.arrow").write_bytes(b"cut")
    assert again(home(tmp_path), asked) == 7 == again(home(tmp_path), asked)


def test_a_home_that_cannot_be_written_to_has_states(tmp_path: Path, asked: list[Settings]) -> None:
    (tmp_path / "cache" / "states.arrow").mkdir()
    assert again(home(tmp_path), asked) == 1 and again(home(tmp_path), asked) == 2
