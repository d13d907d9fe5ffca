"""Back to an earlier publication: readers get a kept file again, and the withdrawn state does not return by itself."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from flows import outputs, runs
from flows.archive import write_atomic
from flows.lock import Locked, single_writer
from flows.settings import Settings
from warehouse import publish as publication
from warehouse.publish import Manifest


def kept(settings: Settings) -> list[Manifest]:
    """Manifests of the publications kept for roll-back, oldest first."""
    paths = sorted(_folder(settings).glob("warehouse-*.duckdb"))
    return [manifest for path in paths if (manifest := publication.intact(path))]


def rollback(settings: Settings, run_id: str | None = None) -> dict[str, Any]:
    """Publish the kept file of `run_id` again, or the newest one before the present publication; the run report.

    What the present publication was built from is remembered as withdrawn: runs leave readers alone until there is
    something else to build from, such as a release, a correction or a mended reader. `run --full` builds it again.
    """
    report = runs.Report(runs.new_run_id(settings.clock()), settings.clock())
    try:
        with single_writer(settings.lock, report.run_id):
            _rollback(settings, run_id, report)
            runs.save(settings, report)
    except Locked as locked:
        report.outcome, report.reason = "locked", str(locked)
    return vars(report) | {"exit_code": report.exit_code}


def withdrawn(settings: Settings, fingerprint: str) -> bool:
    """Was a publication built from exactly this withdrawn?"""
    return fingerprint in _withdrawn(settings)


def _rollback(settings: Settings, run_id: str | None, report: runs.Report) -> None:
    present = publication.restore(settings.warehouse)
    there = [m for m in kept(settings) if not present or m.run_id != present.run_id]
    earlier = [
        m for m in there if m.run_id == run_id or (run_id is None and (not present or m.run_id < present.run_id))
    ]
    if not earlier:
        names = ", ".join(m.run_id for m in there) or "none"
        report.reason = f"No kept publication {run_id or 'before this one'}; there are: {names}."
        return
    chosen = earlier[-1]
    dated = publication.dated_file(_folder(settings), chosen)
    if publication.checksum(dated) != chosen.sha256:
        report.reason = f"{dated} is damaged: its checksum is not that of its manifest. Nothing was changed."
        return
    gone = _withdrawn(settings) - {chosen.fingerprint} | ({present.fingerprint} if present else set())
    write_atomic(_list(settings), json.dumps(sorted(gone)).encode())
    candidate = settings.root / "cache" / f"candidate-{report.run_id}.duckdb"
    candidate.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(dated, candidate)
    except OSError:  # a file system without links
        shutil.copyfile(dated, candidate)
    report.publication = vars(publication.publish(candidate, settings.target, chosen))
    report.outputs = outputs.write(settings)
    report.outcome = "published"
    report.reason = f"Back to the publication of run {chosen.run_id}."


def _withdrawn(settings: Settings) -> set[str]:
    try:
        return set(json.loads(_list(settings).read_bytes()))
    except FileNotFoundError:
        return set()


def _list(settings: Settings) -> Path:
    return _folder(settings) / "withdrawn.json"


def _folder(settings: Settings) -> Path:
    return settings.root / "publications"
