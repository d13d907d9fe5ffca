"""One run: visit the publishers, read, check, derive, build aside, check again, publish, report.

`run` is plain: the command line calls it, and so does the Prefect flow (flows/pipeline.py) with a carrier that makes
tasks of the steps. Whatever goes wrong, the report knows the reason before it is saved, shown or sent.
"""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from flows.archive import Archive
from flows.run import derived_files, extract, holding, logs, open_points, report_files, same, second, steps
from flows.run.carrier import Carrier, Here
from flows.run.ingest import ingest_files
from flows.run.lock import Locked, single_writer
from flows.run.progress import progress
from flows.run.report import Report
from flows.run.rollback import mend
from flows.settings import Settings
from flows.sources import sources

log = logging.getLogger("portvault.run")
VISIT, READ, BUILD = "ask the publishers", "read and check the releases", "derive and build the candidate"
CHECK, PUBLISH, WRITE = "check the candidate", "publish", "write bulletin, catalogue and Parquet"
STANDS = "What is published stands."


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a run is asked to do; by default to look at every source for what is new."""

    sources: tuple[str, ...] = ()
    full: bool = False  # read every archived release again and rebuild
    since: str | None = None  # months YYYY-MM of a backfill
    until: str | None = None
    files: tuple[Path, ...] = ()  # fetched by hand, to be archived first
    product: str | None = None  # what the files are, where their content does not say so
    published: date | None = None
    options: Mapping[str, str] = field(default_factory=dict)


def run(
    settings: Settings, request: Request | None = None, carrier: Carrier | None = None, *, run_id: str | None = None
) -> Report:
    """Run once under the lock; the report, whose outcome says how it went. Never raises for what can go wrong in a run.

    Outcomes: published, unchanged, partial (something refused, set aside, or a source failed), held, failed, locked.
    """
    report = Report(run_id or report_files.new_run_id(settings.clock()), settings.clock())
    logs.begin(settings, report.run_id)
    try:
        with single_writer(settings.lock, report.run_id):
            _reported(settings, request or Request(), carrier or Here(), report)
    except Locked as locked:
        report.outcome, report.reason = "locked", str(locked)  # the next poll catches up
    except OSError as error:  # a disk that is full or read-only: not even the report could be written
        report.outcome = "failed"
        if STANDS not in report.reason:
            report.say(f"{error}. {STANDS}")
    return report


def _reported(settings: Settings, request: Request, carrier: Carrier, report: Report) -> None:
    """Do the work and write the report; what breaks the work becomes the reason of the report first."""
    began = time.perf_counter()
    progress().seconds.clear()  # one process may do several runs
    try:
        _work(settings, request, carrier, report)
    except Exception as error:  # noqa: BLE001 - the last stop: one line for the user, and the whole story in a file
        _failed(settings, report, error)
    except BaseException as error:  # Ctrl-C, SIGTERM: whoever stops a run is obeyed, and told later that it was stopped
        report.outcome = "cancelled"
        report.say(f"Stopped ({type(error).__name__}). {STANDS}")
        with suppress(OSError):
            report_files.save(settings, report)
        raise
    report.stages = progress().seconds | {"total": round(time.perf_counter() - began, 3)}
    open_points.conclude(settings, report)


def _failed(settings: Settings, report: Report, error: Exception) -> None:
    report.outcome = "failed"
    what = str(error) if isinstance(error, OSError) else f"{type(error).__name__}: {error}"
    report.say(f"{what}. {STANDS}")
    report.error = type(error).__name__
    log.error("run failed", exc_info=error)
    path = settings.runs / f"{report.run_id}.log"
    with suppress(OSError):  # on a full disk what is said above is all there is
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(traceback.format_exception(error)), "utf-8")
        report.say(f"Details: {path}")


def _work(settings: Settings, request: Request, carrier: Carrier, report: Report) -> None:
    """Fills `report`."""
    if request.full or request.files:
        second.start()
    if request.files:
        report.quarantined += ingest_files(
            settings, request.files, product=request.product, published=request.published, options=request.options
        )
    elif not settings.offline:
        with progress().stage(VISIT):
            report.sources = _visits(settings, request, carrier)
        report.quarantined += [refusal for source in report.sources for refusal in source.refused]
    report.say(mend(settings))
    inputs = steps.fingerprint(settings)
    if not request.full and (outcome := steps.already(settings, inputs, refused=report.incomplete())):
        report.outcome = outcome
        report.say(holding.decision(settings))
        return
    second.start()
    with progress().stage(READ):
        ahead = steps.supposed(settings, full=request.full)
        reads = carrier.step(READ, lambda: steps.read(settings, carrier.read, ahead, full=request.full))
    news = steps.news(settings, reads)
    steps.note_reads(report, news)
    with progress().stage(BUILD):
        made = partial(steps.build, settings, report.run_id, reads, inputs, ahead)
        candidate = carrier.step(BUILD, made)
    if not request.full and same.nothing_new(settings, candidate.path, candidate.manifest):
        report.outcome = "partial" if report.incomplete() else "unchanged"
        return
    with progress().stage(CHECK):
        verdict = carrier.step(CHECK, lambda: steps.judge(settings, candidate))
    steps.note_verdict(report, verdict)
    if verdict.failed:
        report.outcome = "failed"
        report.say("The candidate does not meet its expectations; nothing was published.")
        return
    if verdict.holding:
        fresh = [read.snapshot.sha256 for read in news if read.reading]
        holding.hold(settings, candidate.path, candidate.manifest, verdict.holding, fresh, report.beyond)
        report.outcome = "held"
        report.say(holding.decision(settings))
        return
    with progress().stage(PUBLISH):
        report.publication = vars(carrier.step(PUBLISH, lambda: steps.publish(settings, candidate)))
    report.outcome = "partial" if report.incomplete() else "published"
    with progress().stage(WRITE):
        checks = verdict.checks + steps.release_checks(reads)
        report.outputs = carrier.step(WRITE, lambda: derived_files.write(settings, checks))


def _visits(settings: Settings, request: Request, carrier: Carrier) -> list[Any]:
    span: dict[str, Any] = {"since": request.since, "until": request.until} if request.since else {}
    names = request.sources or tuple(sources())
    reports = carrier.visits(
        names, partial(extract.visit_source, archive=Archive(settings.archive, second.start), settings=settings, **span)
    )
    extract.remember(settings, reports)
    return reports
