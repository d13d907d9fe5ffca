"""What the command line and a worker decide alike."""

from __future__ import annotations

from pathlib import Path

from flows.run import approval, holding, steps
from flows.settings import Settings
from warehouse.publish import Manifest


def test_nothing_to_build_is_unchanged_or_partial_if_a_page_was_refused(built_home: Path) -> None:
    settings = Settings(home=built_home)
    inputs = steps.fingerprint(settings)
    assert steps.already(settings, inputs) == "unchanged"
    assert steps.already(settings, inputs, refused=True) == "partial"
    assert steps.already(settings, "something else", refused=True) is None


def test_a_newer_held_candidate_supersedes_the_older_one(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    for run_id in ("20260101T000000Z-old", "20260102T000000Z-new"):
        candidate = settings.root / f"candidate-{run_id}.duckdb"
        candidate.write_bytes(b"a warehouse")
        manifest = Manifest("2026-01-01T00:00:00Z", run_id, "digest", f"inputs of {run_id}", "v1.0.0", "0")
        holding.hold(settings, candidate, manifest, ["a published value is lost"], ["ab" * 32])
    assert {path.stem for path in settings.held.iterdir()} == {"20260102T000000Z-new"}
    assert "20260102T000000Z-new is held for approval" in holding.decision(Settings(home=tmp_path)), (
        "after a restart too"
    )
    assert steps.already(settings, "inputs of 20260102T000000Z-new") == "held"
    refused = approval.approve(settings, "20260101T000000Z-old").facts()
    assert refused["exit_code"] == 1 and not settings.warehouse.exists()
