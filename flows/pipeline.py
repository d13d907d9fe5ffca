"""The Prefect flow: one run (flows/run/engine.py) whose steps are tasks that Prefect shows, with their logs and tables.

A task for each source ends in a state that says how its site answered, tasks read the releases on the chosen task
runner, and the flow ends in the outcome of the run. What needs a person is never green. No task retries: HTTP is
retried where Retry-After is known (flows/http), and what fails after the bytes are here fails again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar, cast
from uuid import uuid4

from prefect import Flow, flow, runtime, task
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.assets import Asset, AssetProperties, materialize
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import TerminationSignal
from prefect.task_runners import ProcessPoolTaskRunner, TaskRunner, ThreadPoolTaskRunner
from pydantic import AfterValidator, Field

from flows.archive import Snapshot
from flows.run import engine, logs, report_files, report_pages
from flows.run.code_version import READING, code_hash
from flows.run.engine import Request
from flows.run.read import Read
from flows.run.reading import read_snapshot
from flows.run.report import Report
from flows.settings import Settings
from flows.sources import SourceReport, sources
from warehouse.files import place

T = TypeVar("T")
BATCH = 5
"""Snapshots of one task: enough to make up for the way there, few enough to share a month's releases out."""
ASSETS = {
    engine.PUBLISH: [
        Asset(
            key="portvault://warehouse",
            properties=AssetProperties(name="warehouse.duckdb", description="The publication that readers open"),
        )
    ],
    engine.WRITE: [
        Asset(
            key="portvault://parquet", properties=AssetProperties(name="Parquet", description="Its tables as Parquet")
        ),
        Asset(
            key="portvault://bulletin",
            properties=AssetProperties(name="Bulletin", description="The briefing of the day"),
        ),
    ],
}
"""What a step makes, for Prefect's assets."""


class OtherCode(RuntimeError):
    """A worker of the cluster runs another version of the readers."""


@task(task_run_name="ask {source}", cache_policy=NO_CACHE, persist_result=False)
def ask(source: str, visit: Callable[[str], SourceReport]) -> State[Any]:
    """Visit one source; the state says how its site answered."""
    report = visit(source)
    message = report.reason or f"{len(report.new)} new of {report.seen} listed"
    return State(
        type=StateType.COMPLETED if report.good else StateType.FAILED, name=report.state.capitalize(), message=message
    )


@task(task_run_name="read {first}", cache_policy=NO_CACHE, persist_result=False)
def read_releases(first: str, places: Sequence[tuple[str, Mapping[str, Any]]], code: str) -> list[Read]:
    """Read snapshots given as (address, sidecar). Raises OtherCode where the readers are not those of `code`."""
    if code_hash(READING) != code:
        raise OtherCode("a worker has other readers than the run: install the same version of Portvault there")
    return [read_snapshot(Snapshot(place(address), sidecar)) for address, sidecar in places]


_works: dict[str, Callable[[], Any]] = {}  # of steps that are about to be done


def _do(step: str) -> Any:
    return _works.pop(step)()


def task_runner(settings: Settings) -> TaskRunner[Any]:
    """Where releases are read: threads of this process, processes of this machine, or a Dask cluster."""
    if settings.task_runner == "dask":
        from prefect_dask import DaskTaskRunner

        return DaskTaskRunner(address=settings.dask_address or None)
    if settings.task_runner == "processes":
        return ProcessPoolTaskRunner(max_workers=os.cpu_count())
    return ThreadPoolTaskRunner(max_workers=os.cpu_count() or 1)


class Tasks:
    """Carries out the steps of a run as tasks."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def visits(self, names: Sequence[str], visit: Callable[[str], SourceReport]) -> list[SourceReport]:
        """In threads, whatever runner reads: a visit writes into the archive of this machine."""
        reports: dict[str, SourceReport] = {}

        def kept(name: str) -> SourceReport:
            return reports.setdefault(name, visit(name))

        runner: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=len(names) or 1)
        with runner as pool:
            futures = [pool.submit(ask, {"source": name, "visit": kept}) for name in names]
            for name, future in zip(names, futures, strict=True):
                future.wait()
                if name not in reports:
                    future.result()  # raises what broke it: a full disk, say
        return [reports[name] for name in names]

    def read(self, snapshots: Sequence[Snapshot]) -> Iterable[Read]:
        if not snapshots:
            return
        batches = [snapshots[start : start + BATCH] for start in range(0, len(snapshots), BATCH)]
        runner: TaskRunner[Any] = task_runner(self._settings)
        with runner as pool:
            futures = []
            for batch in batches:
                places = [(str(snapshot.path), dict(snapshot.sidecar)) for snapshot in batch]
                given = {"first": batch[0].release_id, "places": places, "code": code_hash(READING)}
                futures.append(pool.submit(read_releases, given))
            for batch, future in zip(batches, futures, strict=True):
                for snapshot, read in zip(batch, future.result(), strict=True):
                    yield replace(read, snapshot=snapshot)  # workers get no sightings, which date the figures

    def step(self, name: str, work: Callable[[], T]) -> T:
        """The task gets a key in place of the work: whatever a task is given, Prefect sends to the workers with every
        task that it submits, and a step holds what no other process can have."""
        key = f"{name} {uuid4().hex}"
        _works[key] = work
        options: dict[str, Any] = {
            "name": name,
            "task_run_name": name,
            "cache_policy": NO_CACHE,
            "persist_result": False,
        }
        if assets := ASSETS.get(name):
            return cast(T, materialize(*assets, **options)(_do)(key))
        return cast(T, task(**options)(_do)(key))


def _known(source: str) -> str:
    if source not in sources():
        raise ValueError(f"unknown source {source}; there are: {', '.join(sources())}")
    return source


SourceId = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": list(sources())})]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


def _new_name() -> str:
    return report_files.new_run_id(datetime.now(UTC))


OPTIONS: dict[str, Any] = {"name": "portvault", "persist_result": False, "result_serializer": "json"}


@flow(flow_run_name=_new_name, **OPTIONS)
def portvault(
    sources: list[SourceId] | None = None,
    offline: bool = False,
    full: bool = False,
    since: Month | None = None,
    until: Month | None = None,
) -> State[Any]:
    """Run once.

    Args:
        sources: which sources to ask; all if left out.
        offline: ask nobody, use history and archive alone.
        full: read every archived release again and rebuild.
        since: first month of a backfill, such as 2025-01.
        until: its last month; the present one if left out.
    """
    settings = Settings(offline=True) if offline else Settings()
    request = Request(sources=tuple(sources or ()), full=full, since=since, until=until)
    return _shown(settings, request, runtime.flow_run.name, console=True)[0]


def run_seen(settings: Settings, request: Request) -> Report:
    """A run of the command line, seen by the Prefect server of its settings."""
    name = _new_name()
    reports: list[Report] = []

    def portvault() -> State[Any]:
        state, report = _shown(settings, request, name, console=False)  # the terminal has a bar
        reports.append(report)
        return state

    seen: Flow[..., Any] = flow(flow_run_name=name, **OPTIONS)(portvault)
    seen(return_state=True)
    return reports[0]


def _shown(settings: Settings, request: Request, run_id: str, *, console: bool) -> tuple[State[Any], Report]:
    with logs.to_prefect(settings, console=console):
        try:
            report = engine.run(settings, request, Tasks(settings), run_id=run_id)
        except (TerminationSignal, KeyboardInterrupt):  # the report is saved
            report = Report(run_id, settings.clock(), outcome="cancelled", reason=f"Stopped. {engine.STANDS}")
            return state_of(report), report
    _artifacts(settings, report)
    return state_of(report), report


TYPES = {
    "published": StateType.COMPLETED,
    "unchanged": StateType.COMPLETED,
    "partial": StateType.FAILED,  # a person should look at what was refused or set aside
    "held": StateType.FAILED,  # a person must decide
    "failed": StateType.FAILED,
    "cancelled": StateType.CANCELLED,  # by SIGTERM or Ctrl-C
    "locked": StateType.CANCELLED,  # as Prefect does where two runs of one deployment meet
}


def state_of(report: Report) -> State[Any]:
    """The state of the run: its outcome, with the reason and what there is to look at.

    A run that no publisher answered learnt nothing: it is Unreachable, and not green, where it would be Unchanged.
    """
    asked = [visit for visit in report.sources if visit.requests]
    if report.outcome == "unchanged" and asked and all(visit.state == "unreachable" for visit in asked):
        return State(type=StateType.FAILED, name="Unreachable", message=report.headline() or None)
    name = "Cancelled" if report.outcome == "locked" else report.outcome.capitalize()
    return State(type=TYPES[report.outcome], name=name, message=report.headline() or None)


def _artifacts(settings: Settings, report: Report) -> None:
    """The run report, and tables of the sources and of what changed."""
    about = f"Run {report.run_id}"
    page = report_pages.markdown(report, settings.root, settings.pages)
    create_markdown_artifact(page, key="run-report", description=about)
    if report.sources:
        rows = [
            {"source": v.source, "state": v.state, "new": len(v.new), "listed": v.seen, "reason": v.reason}
            for v in report.sources
        ]
        create_table_artifact(rows, key="sources", description=f"{about}: how each source answered")
    added = [{"dataset": name, "values": count} for name, count in sorted(report.added.items())]
    refused = [{"release": q.get("release_id") or q.get("name"), "reason": report_pages.sentence(q)}
               for q in report.quarantined]  # fmt: skip
    for key, rows, what in (
        ("held", _plain(report.beyond), "figures beyond their bounds, for you to decide"),
        ("added", added, "values added"),
        ("revised", _plain(report.revised), "largest revisions"),
        ("set-aside", _plain(report.set_aside), "rows set aside"),
        ("refused", refused, "what was refused and why"),
    ):
        if rows:
            create_table_artifact(rows, key=key, description=f"{about}: {what}")


def _plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows whose cells are text or numbers."""
    return [{k: v if isinstance(v, int | float | str | None) else str(v) for k, v in row.items()} for row in rows]
