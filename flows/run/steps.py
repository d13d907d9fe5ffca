"""The steps of a run after asking the publishers, as plain functions; pipeline.py strings them together."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from expectations.gate import CheckResult
from expectations.losses import HOLDING
from flows.archive import Archive, Quarantine, Snapshot
from flows.run import derived_files, editions, freshness, lost_rows, operation_tables, report_files, second
from flows.run.code_version import BUILDING, code_hash
from flows.run.holding import held, rejected
from flows.run.judging import judge_candidate, judge_shipped
from flows.run.progress import progress
from flows.run.read import Read
from flows.run.reading import Spread, read_all
from flows.run.report import Report
from flows.run.rollback import withdrawn
from flows.settings import Settings
from transforms.model import Refusal
from warehouse import history
from warehouse import publish as publication
from warehouse.candidate import Base, append, verify, write_candidate
from warehouse.diff import Difference, difference
from warehouse.files import write_atomic
from warehouse.publish import Manifest

if TYPE_CHECKING:
    from flows.run.supposed import Supposed

SHOWN = 50
"""Figures beyond their bounds that a report shows, the largest first; it has the count of all."""


@dataclass(frozen=True)
class Candidate:
    """A warehouse built aside, not yet judged."""

    path: Path
    manifest: Manifest


@dataclass(frozen=True)
class Verdict:
    """What gate 2 says: `failed` refuses the candidate, `holding` asks a person to decide."""

    checks: list[dict[str, Any]]
    failed: list[str]
    holding: list[str]
    difference: Difference
    beyond: list[dict[str, Any]] = field(default_factory=list)  # figures that ask for a decision, see losses.beyond


def fingerprint(settings: Settings) -> str:
    """SHA-256 over all that a warehouse is made from: code with history, archive, decisions of people."""
    total = hashlib.sha256(code_hash(BUILDING).encode())
    for snapshot in Archive(settings.archive).snapshots():
        total.update(json.dumps(_identity(snapshot), sort_keys=True, default=str).encode())
    total.update(json.dumps(sorted(rejected(settings))).encode())
    return total.hexdigest()


def _identity(snapshot: Snapshot) -> list[Any]:
    facts = snapshot.sidecar
    seen = [(one.seen, one.address, one.published) for one in snapshot.sightings]
    return [facts[name] for name in ("product", "period", "sha256", "first_seen")] + [facts.get("options"), seen]


def already(settings: Settings, print_: str, *, refused: bool = False) -> str | None:
    """The outcome of a run that has nothing to build; None if there is something.

    `unchanged`, or `partial` if it `refused` a page or file, or `held` while a candidate waits for a decision.
    """
    manifest = publication.restore(settings.warehouse)
    if manifest and (
        (manifest.fingerprint == print_ and derived_files.complete(settings, manifest)) or withdrawn(settings, print_)
    ):
        return "partial" if refused else "unchanged"
    waiting = held(settings)
    return "held" if waiting and waiting["manifest"]["fingerprint"] == print_ else None


def supposed(settings: Settings, *, full: bool = False) -> Supposed:
    """What a run may derive before gate 1 has spoken, and the copy of the publication that the same code has built."""
    from flows.run.supposed import Supposed  # with all indicators: only where there is something to build

    cache = settings.root / "cache"
    last = None if full else publication.intact(settings.warehouse)
    copied = cache / "base.duckdb"
    copied.unlink(missing_ok=True)  # left by a run that failed while it read
    same_code = last is not None and last.code == code_hash(BUILDING)
    return Supposed(cache / "indicators", Base(settings.warehouse, copied) if same_code else None, full=full)


def read(settings: Settings, spread: Spread, ahead: Supposed, *, full: bool = False) -> list[Read]:
    """Read the archive; what a person rejected counts as refused. `full` forgets what was read before.

    What was not read before is read by `spread`; while it is judged elsewhere, `ahead` derives from it.
    """
    if full:
        _forget(settings.readings)
    archive, quarantine = Archive(settings.archive), Quarantine(settings.quarantine)
    reads = read_all(
        archive, quarantine, settings.readings, spread=spread, tick=progress().say,
        meanwhile=lambda reads: ahead.derive(reads, quarantine, lambda some: _as_words(_accepted(settings, some))),
    )  # fmt: skip
    reads = _accepted(settings, reads)
    judged = _as_words(reads)
    for read, before in zip(judged, reads, strict=True):
        if before.reading and not read.reading:
            quarantine.put(read.snapshot.sha256, None, read.reason())
    return judged


def _accepted(settings: Settings, reads: Sequence[Read]) -> list[Read]:
    """What was read, without what a person rejected."""
    refused = rejected(settings)
    reason = Refusal("rejected", got="a person rejected the run that brought it")
    return [replace(r, reading=None, refusal=reason) if r.snapshot.sha256 in refused else r for r in reads]


def _as_words(reads: Sequence[Read]) -> list[Read]:
    """What was read, with what its neighbours tell of it, and without what would take newer words back."""
    return editions.refuse_older(lost_rows.told(reads), history.shipped().claims)


def build(settings: Settings, run_id: str, reads: Sequence[Read], print_: str, ahead: Supposed) -> Candidate:
    """Write a candidate beside the publication and verify it by reopening.

    It is the publication plus what differs, where the same code built that and `ahead` has it.
    """
    code = code_hash(BUILDING)
    content = ahead.content(reads)
    checks = [operation_tables.check_row(check, read.release_id) for read in reads for check in read.checks]
    content = replace(
        content,
        operations={
            **content.operations,
            "ops.run": report_files.table(settings),
            "ops.check_result": pl.DataFrame(checks, infer_schema_length=None),
            "ops.correction": pl.DataFrame([{**c, "release_id": r.release_id} for r in reads for c in r.corrected]),
            "ops.sighting": operation_tables.sightings(reads),
            "ops.row_set_aside": operation_tables.set_aside(reads),
            "ops.unread_figure": operation_tables.unread(reads),
            "freshness": freshness.table(settings, content, operation_tables.aside_by_product(reads)),
        },
    )
    manifest = publication.new_manifest(run_id, content, print_, settings.clock(), code)
    path = settings.root / "cache" / f"candidate-{run_id}.duckdb"
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob("candidate-*"):
        old.unlink()  # left by a run that was killed
    write_candidate(path, content, manifest, ahead.base)
    verify(path, content, manifest)
    return Candidate(path, manifest)


def judge(settings: Settings, candidate: Candidate) -> Verdict:
    """Gate 2: the candidate by itself and against the publication it would replace, and the figures that ship with
    Portvault among themselves; the file gets the results."""
    last = publication.intact(settings.warehouse)
    old = settings.warehouse if last else None  # mend() has put a sound one there
    asked = second.beside(judge_candidate, candidate.path, old, candidate.manifest.run_id)
    differs = difference(candidate.path, old, same_code=bool(last and last.code == candidate.manifest.code))
    results, figures = asked.result()
    results += _shipped_checks(settings.root / "cache")
    rows = [
        operation_tables.check_row(result.as_dict(), "candidate" if result.suite == "candidate" else result.where)
        for result in results
    ]
    append(candidate.path, "ops.check_result", pl.DataFrame(rows, infer_schema_length=None))
    broken = [result for result in results if not result.success and result.severity == "fail"]
    holding = [r for r in broken if any(row.get("check") in HOLDING for row in r.failing_rows)]
    return Verdict(
        checks=[result.as_dict() for result in results],
        failed=[result.sentence() for result in broken if result not in holding],
        holding=[result.sentence() for result in holding],
        difference=differs,
        beyond=figures,
    )


def _shipped_checks(cache: Path) -> list[CheckResult]:
    """Gate 2 of the figures that ship with Portvault, asked once: they and the questions change with the code alone."""
    path = cache / f"shipped-{code_hash(('expectations', 'warehouse/history'))[:16]}.json"
    try:
        facts = json.loads(path.read_bytes())
    except (OSError, ValueError):  # missing, or torn by a power cut
        found = [result.as_dict() for result in second.beside(judge_shipped, history.shipped()).result()]
        for old in path.parent.glob("shipped-*.json"):
            old.unlink()  # of other code
        write_atomic(path, content := json.dumps(found, default=str).encode())
        facts = json.loads(content)
    return [CheckResult(**result) for result in facts]


def release_checks(reads: Sequence[Read]) -> list[dict[str, Any]]:
    """What the gate of each release said, with the rows that failed."""
    return [{**check, "where": read.release_id} for read in reads for check in read.checks]


def news(settings: Settings, reads: Sequence[Read]) -> list[Read]:
    """Releases that the publication does not hold, or holds in another state (loaded, partial, quarantined)."""
    known: set[tuple[str, str]] = set()
    if publication.intact(settings.warehouse):
        with duckdb.connect(str(settings.warehouse), read_only=True) as con:
            known = set(con.execute("SELECT release_id, state FROM ops.release").fetchall())
    return [read for read in reads if (read.release_id, read.state) not in known]


def note_reads(report: Report, reads: Sequence[Read]) -> None:
    """Put into the report what reading brought; `reads` are the news."""
    for read in reads:
        if read.reading:
            report.new_releases.append(read.release_id)
            report.notes += [f"{read.release_id}: {note}" for note in read.reading.notes]
            report.set_aside += [{"release_id": read.release_id, **asdict(row)} for row in read.reading.set_aside]
        else:
            report.quarantined.append(read.reason())
            report.failing_checks += [
                {**check, "where": read.release_id}
                for check in read.checks
                if not check["success"] and check["severity"] == "fail"
            ]


def note_verdict(report: Report, verdict: Verdict) -> None:
    """Put into the report what gate 2 found and what would change for readers."""
    report.added = verdict.difference.added
    report.revised_count, report.lost_count = verdict.difference.revised_count, verdict.difference.lost_count
    report.revised, report.largest = verdict.difference.revised.to_dicts(), verdict.difference.largest.to_dicts()
    report.lost = verdict.difference.lost.to_dicts()
    report.beyond_count, report.beyond = len(verdict.beyond), verdict.beyond[:SHOWN]
    if by_code := verdict.difference.by_code:
        changes = report.revised_count + report.lost_count
        report.say(
            f"{by_code:,} of the {changes:,} values revised or lost changed with the code: their publishers said "
            "nothing new."
        )
    unmet = [check for check in verdict.checks if not check["success"]]
    report.failing_checks += unmet
    report.checks = {
        "met": len(verdict.checks) - len(unmet),
        "warned": sum(check["severity"] == "warn" for check in unmet),
        "failed": sum(check["severity"] != "warn" for check in unmet),
    }


def publish(settings: Settings, candidate: Candidate) -> Manifest:
    """Put the candidate in front of readers and keep it as a dated file for roll-back."""
    manifest = publication.publish(candidate.path, settings.target, candidate.manifest)
    publication.keep(settings.warehouse, settings.root / "publications", manifest, settings.keep_publications)
    publication.remember(settings.warehouse)
    return manifest


def _forget(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
