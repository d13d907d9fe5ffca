"""A person's word on a held candidate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flows.run import derived_files, holding, report_files, steps
from flows.run.lock import Locked, single_writer
from flows.run.report import Report
from flows.settings import Settings
from warehouse import publish as publication
from warehouse.files import add_names
from warehouse.publish import Manifest


def approve(settings: Settings, run_id: str) -> Report:
    """Publish the held candidate of `run_id`, unless something else was published since it was built."""
    return _decide(settings, run_id, _approve)


def reject(settings: Settings, run_id: str) -> Report:
    """Drop the held candidate of `run_id` and leave out, from now on, the releases that came with it."""
    return _decide(settings, run_id, _reject)


def _decide(settings: Settings, run_id: str, act: Any) -> Report:
    report = Report(report_files.new_run_id(settings.clock()), settings.clock())
    try:
        with single_writer(settings.lock, report.run_id):
            held = holding.held(settings)
            if held is None or held["manifest"]["run_id"] != run_id:
                there = f"run {held['manifest']['run_id']} is" if held else "nothing is"
                report.reason = f"Run {run_id} is not held; {there}."
            else:
                act(settings, held, report)
            report_files.save(settings, report)
    except Locked as locked:
        report.outcome, report.reason = "locked", str(locked)
    return report


def _approve(settings: Settings, held: dict[str, Any], report: Report) -> None:
    base = publication.read_manifest(settings.warehouse)
    if (base.content_digest if base else None) != held["base_digest"]:
        report.reason = "Another publication came after this candidate was built; run again to build a new one."
        return
    candidate = steps.Candidate(Path(held["path"]), Manifest(**held["manifest"]))
    report.publication = vars(steps.publish(settings, candidate))
    candidate.path.with_suffix(".json").unlink()
    report.outcome = "published"
    derived_files.write_beside(settings, report)


def _reject(settings: Settings, held: dict[str, Any], report: Report) -> None:
    add_names(settings.held / "rejected", held["snapshots"])
    path = Path(held["path"])
    path.with_suffix(".json").unlink()
    path.unlink()
    report.outcome = "unchanged"
    report.reason = f"Dropped; {len(held['snapshots'])} releases that came with it are left out from now on."
