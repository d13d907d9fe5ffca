"""One run from the command line: ask first, and start Prefect only if there is something to do."""

from __future__ import annotations

import time
import traceback
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flows.run import extract, logs, open_points, report_files, steps
from flows.run.lock import Locked, single_writer
from flows.run.progress import STARTING, Progress, progress, watch
from flows.run.report import Report, RunFailed
from flows.settings import Settings


def run(
    settings: Settings,
    sources: Sequence[str] = (),
    *,
    full: bool = False,
    refused: Sequence[dict[str, Any]] = (),
    show: bool = True,
    **span: Any,
) -> dict[str, Any]:
    """Run once under the lock and return the run report (see report.Report) with its `exit_code`.

    `refused` are files that ingest could not even archive as a product; they count as quarantined. `span` (since,
    until) goes to the sources: a backfill.
    """
    run_id = report_files.new_run_id(settings.clock())
    logs.begin(settings, run_id)
    with _shown(show and settings.log != "json"):
        try:
            with single_writer(settings.lock, run_id):
                return _run(settings, run_id, list(sources), full, list(refused), span)
        except Locked as locked:
            return Report(run_id, settings.clock(), outcome="locked", reason=str(locked)).facts()
        except OSError as error:  # a disk that is full or read-only: not even a report can be written
            reason = f"{error}. What is published stands."
            return Report(run_id, settings.clock(), reason=reason).facts()


def _run(
    settings: Settings,
    run_id: str,
    sources: list[str],
    full: bool,
    refused: list[dict[str, Any]],
    span: dict[str, Any],
) -> dict[str, Any]:
    started = time.perf_counter()
    with progress().stage("ask the publishers"):
        found = extract.look(settings, sources, **span)
    looked = [extract.summary(report) for report in found.reports]
    quarantined = refused + [refusal for row in looked for refusal in row["refused"]]
    inputs = steps.fingerprint(settings)
    report = Report(run_id, settings.clock(), sources=looked, quarantined=quarantined)
    if not full and (outcome := steps.already(settings, inputs, refused=report.incomplete())):
        report.outcome = outcome
        report.reason = steps.decision(settings)
        report.stages = progress().seconds | {"total": round(time.perf_counter() - started, 3)}
        open_points.conclude(settings, report)
        return report.facts()
    progress().begin(STARTING)
    from flows.pipeline import portvault

    try:
        return portvault(
            run_id=run_id, offline=settings.offline, sources=sources, full=full, looked=looked, refused=refused
        )
    except RunFailed:
        return report_files.load(settings, run_id) or {}
    except Exception as error:  # noqa: BLE001 - the last stop before the user: one line, and the whole story in a file
        log = settings.runs / f"{run_id}.log"
        with suppress(OSError):  # on a full disk what follows is all there is
            log.write_text(traceback.format_exc(), "utf-8")
        failure = report_files.load(settings, run_id) or Report(run_id, settings.clock(), sources=looked).facts()
        details = f" Details: {log}" if log.exists() else ""
        return failure | {"reason": f"{type(error).__name__}: {error}\nWhat is published stands.{details}"}


def _shown(wanted: bool) -> Progress:
    from flows.cli.summary import Bar

    bar = Bar() if wanted else Progress()
    watch(bar)
    return bar
