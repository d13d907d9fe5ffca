"""The whole flow on one page: ask the publishers, read, check, derive, build aside, check again, publish, report.

Every step is a plain function elsewhere; the tasks here only give it a name that Prefect shows. No task retries:
HTTP is retried where Retry-After is known (http.py), and what fails after the bytes are here fails again.
"""

from __future__ import annotations

from typing import Any

from prefect import flow, runtime, task
from prefect.artifacts import create_markdown_artifact
from prefect.states import Cancelled, Completed

from flows.archive import Archive
from flows.run import derived_files, extract, logs, open_points, report_files, report_pages, steps
from flows.run.lock import Locked, single_writer
from flows.run.progress import STARTING, progress
from flows.run.report import Report, RunFailed
from flows.run.rollback import mend
from flows.settings import Settings
from flows.sources import sources as declared

ask = task(task_run_name="ask {source}")(extract.ask)
read = task(task_run_name="read the archive")(steps.read)
build = task(task_run_name="build a candidate")(steps.build)
judge = task(task_run_name="judge the candidate")(steps.judge)
publish = task(task_run_name="publish")(steps.publish)
write_outputs = task(task_run_name="write bulletin, catalogue and Parquet")(derived_files.write)


def _run_name() -> str:
    """The run id where one was given; Prefect's own name for a scheduled run would say nothing."""
    return runtime.flow_run.parameters.get("run_id") or f"scheduled {report_files.new_run_id(Settings().clock())}"


@flow(
    name="portvault",
    flow_run_name=_run_name,
    validate_parameters=False,
    persist_result=False,  # the report is a file of its own
    result_serializer="json",  # whoever turns persistence on reads JSON back, never a pickle
)
def portvault(
    run_id: str | None = None,
    sources: list[str] | None = None,
    offline: bool = False,
    full: bool = False,
    looked: list[dict[str, Any]] | None = None,
    refused: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Run once. The command line gives `looked` (it asks the publishers before it starts Prefect) and `refused`
    (files that could not be ingested).

    Gives the run report; its `exit_code` is that of `portvault run`. Prefect shows its outcome as the state: Published,
    Unchanged, Partial, Held; Cancelled where another run held the lock. Raises RunFailed when nothing was published.
    """
    progress().end(STARTING)
    settings = Settings(offline=True) if offline else Settings()
    report = Report(run_id or report_files.new_run_id(settings.clock()), settings.clock(), quarantined=refused or [])
    logs.begin(settings, report.run_id)
    try:
        with single_writer(settings.lock, report.run_id):
            try:
                report.sources = looked if looked is not None else _ask_all(settings, sources or list(declared()))
                report.quarantined += [refusal for source in report.sources for refusal in source["refused"]]
                _work(settings, report, full)
            finally:
                report.stages = progress().seconds
                open_points.conclude(settings, report)
    except Locked as locked:
        report.outcome, report.reason = "locked", str(locked)  # the next poll catches up
    create_markdown_artifact(report_pages.markdown(report), key="run-report", description=f"Portvault {report.run_id}")
    if report.outcome == "failed":
        raise RunFailed(report.reason)
    return _state(report)


def _state(report: Report) -> Any:
    """The state of the run, with the report as its data: that is what a call of the flow returns."""
    if report.outcome == "locked":  # as Prefect does where two runs of one deployment meet
        return Cancelled(message=report.reason, data=report.facts())
    return Completed(name=report.outcome.capitalize(), message=report.reason or None, data=report.facts())


def _ask_all(settings: Settings, names: list[str]) -> list[dict[str, Any]]:
    if settings.offline:
        return []
    with progress().stage("ask the publishers"):
        archive = Archive(settings.archive)
        visits = [ask.submit(name, archive, settings) for name in names]
        reports = [visit.result() for visit in visits]
    extract.remember(settings, reports)
    return [extract.summary(report) for report in reports]


def _work(settings: Settings, report: Report, full: bool) -> None:
    """Everything after asking; fills `report`."""
    report.say(mend(settings))
    inputs = steps.fingerprint(settings)
    if not full and (outcome := steps.already(settings, inputs, refused=report.incomplete())):
        report.outcome = outcome
        report.say(steps.decision(settings))
        return
    with progress().stage("read and check the releases"):
        reads = read(settings, full=full)
    news = steps.news(settings, reads)
    steps.note_reads(report, news)
    with progress().stage("derive and build the candidate"):
        candidate = build(settings, report.run_id, reads, inputs)
    with progress().stage("check the candidate"):
        verdict = judge(settings, candidate)
    steps.note_verdict(report, verdict)
    if verdict.failed:
        report.say("The candidate does not meet its expectations; nothing was published.")
        return
    if verdict.holding:
        steps.hold(settings, candidate, verdict, [r.snapshot.sha256 for r in news if r.reading])
        report.outcome = "held"
        report.say(steps.decision(settings))
        return
    with progress().stage("publish"):
        report.publication = vars(publish(settings, candidate))
    report.outcome = "partial" if report.incomplete() else "published"
    with progress().stage("write bulletin, catalogue and Parquet"):
        report.outputs = write_outputs(settings, verdict.checks + steps.release_checks(reads))
