"""A correction that was applied stays with its release, from the archive as from the cache, into ops.correction."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from flows.archive import Archive, Quarantine
from flows.ingest import ingest_files
from flows.readings import read_all
from flows.settings import Settings
from tests.transforms.test_corrections import april


def test_a_mended_page_is_loaded_and_says_what_was_mended(tmp_path: Path) -> None:
    """Table (5) of April 2025 in dollars: every row one place to the left."""
    settings = Settings(home=tmp_path / "data", now=datetime(2026, 11, 23, tzinfo=UTC))
    page = tmp_path / "april.html"
    page.write_bytes(april(shifted=True).content)
    assert not ingest_files(settings, [page])
    for _ in ("archive", "cache"):
        (read,) = read_all(Archive(settings.archive), Quarantine(settings.quarantine), settings.readings)
        (correction,) = read.corrected
        assert read.state == "loaded"
        assert (correction["correction_id"], correction["action"]) == ("gacc-2025-04-exports-shifted", "override")
        assert "one place to the left" in correction["reason"] and correction["source"]
