"""Back to an earlier publication: readers get a kept file again, and the withdrawn state does not return by itself."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from flows.run import derived_files, report_files
from flows.run.lock import Locked, single_writer
from flows.run.report import Report
from flows.settings import Settings
from warehouse import publish as publication
from warehouse.files import add_names, names, sha256_of
from warehouse.publish import Manifest


def kept(settings: Settings) -> list[Manifest]:
    """Manifests of the publications kept for roll-back, oldest first."""
    paths = sorted(_folder(settings).glob("warehouse-*.duckdb"))
    return [manifest for path in paths if (manifest := publication.read_manifest(path))]


def rollback(settings: Settings, run_id: str | None = None) -> Report:
    """Publish the kept file of `run_id` again, or the newest one before the present publication; the run report.

    What the present publication was built from is remembered as withdrawn: runs leave readers alone until there is
    something else to build from, such as a release, a correction or a mended reader. `run --full` builds it again.
    """
    report = Report(report_files.new_run_id(settings.clock()), settings.clock())
    try:
        with single_writer(settings.lock, report.run_id):
            _rollback(settings, run_id, report)
            report_files.save(settings, report)
    except Locked as locked:
        report.outcome, report.reason = "locked", str(locked)
    return report


def mend(settings: Settings) -> str:
    """Give readers a sound publication before anything else is tried; what was wrong, "" if nothing.

    A manifest that a crash left behind is completed; in place of a lost or damaged file comes the newest kept one that
    is whole. The run that follows builds the newest state again, from history and archive.
    """
    if publication.restore(settings.warehouse) or not settings.root.exists():
        return ""
    gone = names(_withdrawn(settings))
    sound = [m for path in sorted(_folder(settings).glob("warehouse-*.duckdb")) if (m := publication.intact(path))]
    sound = [manifest for manifest in sound if manifest.fingerprint not in gone]
    if not (settings.warehouse.exists() or sound):
        return ""  # the first run
    wrong = f"{settings.warehouse.name} was {'damaged' if settings.warehouse.exists() else 'gone'}. "
    if not sound:
        return wrong + "It is built again from history and archive."
    _put(settings, sound[-1], "mended")
    return wrong + f"Readers have the kept publication of run {sound[-1].run_id} until a newer one is built."


def withdrawn(settings: Settings, fingerprint: str) -> bool:
    """Was a publication built from exactly this withdrawn?"""
    return fingerprint in names(_withdrawn(settings))


def _rollback(settings: Settings, run_id: str | None, report: Report) -> None:
    present = publication.restore(settings.warehouse)
    there = [m for m in kept(settings) if not present or m.run_id != present.run_id]
    earlier = [
        m for m in there if m.run_id == run_id or (run_id is None and (not present or m.run_id < present.run_id))
    ]
    if not earlier:
        others = ", ".join(m.run_id for m in there) or "none"
        report.reason = f"No kept publication {run_id or 'before this one'}; there are: {others}."
        return
    chosen = earlier[-1]
    dated = publication.dated_file(_folder(settings), chosen)
    if sha256_of(dated) != chosen.sha256:
        report.reason = f"{dated} is damaged: its checksum is not that of its manifest. Nothing was changed."
        return
    if present:
        add_names(_withdrawn(settings), [present.fingerprint])
    (_withdrawn(settings) / chosen.fingerprint).unlink(missing_ok=True)
    report.publication = vars(_put(settings, chosen, report.run_id))
    report.outcome = "published"
    report.reason = f"Back to the publication of run {chosen.run_id}."
    derived_files.write_beside(settings, report)


def _put(settings: Settings, manifest: Manifest, run_id: str) -> Manifest:
    """Put the kept file of a manifest in front of readers; it stays kept."""
    dated = publication.dated_file(_folder(settings), manifest)
    candidate = settings.root / "cache" / f"candidate-{run_id}.duckdb"
    candidate.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(dated, candidate)
    except OSError:  # a file system without links
        shutil.copyfile(dated, candidate)
    return publication.publish(candidate, settings.target, manifest)


def _withdrawn(settings: Settings) -> Path:
    """Fingerprints of withdrawn publications, as names of files."""
    return _folder(settings) / "withdrawn"


def _folder(settings: Settings) -> Path:
    return settings.root / "publications"
