"""Deployments on a Prefect server: run here until stopped (`portvault serve`), or handed to a work pool (`deploy`).

Both set up the automation that ends dead runs: a run tells every HEARTBEAT seconds that it lives, and one of which
nothing was heard for SILENCE is marked as crashed, so that it neither stays "Running" nor keeps the next one away.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from prefect.automations import Automation, EventTrigger, Posture
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import FlowFilter, FlowRunFilter
from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import EntrypointType, RunnerDeployment
from prefect.events.actions import ChangeFlowRunState
from prefect.exceptions import ObjectAlreadyExists
from prefect.runner import Runner
from prefect.schedules import Cron
from prefect.states import Crashed, StateType

from flows.deployments import HEARTBEAT, POOL, deployments
from flows.metrics_endpoint import endpoint
from flows.pipeline import TYPES, portvault
from flows.prefect_server import server
from flows.run.lock import Locked, single_writer
from flows.settings import Settings

SILENCE = timedelta(seconds=90)
"""Three heartbeats missed; with the last one just before the end a dead run is found within two minutes."""
DEAD = "portvault: dead runs"
YOUNG = timedelta(seconds=60)
"""A run that was started within it may not have taken the lock yet."""


class _Runner(Runner):
    def handle_sigterm(self, *_: Any, **__: Any) -> None:
        """Stop as on Ctrl-C. Prefect 3.8's own handler leaves its clean-up un-awaited."""
        signal.raise_signal(signal.SIGINT)


def serve(settings: Settings, say: Callable[[str], None]) -> None:
    """Blocks until stopped by Ctrl-C or SIGTERM, then pauses the schedules and stops a server that it started.

    Raises flows.prefect_server.ServerFailed when there is no server to use and none can be started.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # while the server starts; the runner has its own
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell's background jobs ignore
    os.environ.setdefault("PREFECT_FLOWS_HEARTBEAT_FREQUENCY", str(HEARTBEAT))  # for the processes of the runs
    os.environ["PREFECT_LOGGING_LEVEL"] = "INFO"
    wanted = deployments()
    with server(settings.root / "prefect-server.log") as (url, ours):
        say(f"Prefect server: {url.removesuffix('/api')} ({'started for this' if ours else 'was there already'})")
        if ended := end_dead_runs(settings):
            say(f"Marked as crashed, as nothing runs any more: {', '.join(ended)}")
        watch_for_dead_runs()
        runner = _Runner(name="portvault", pause_on_shutdown=True)
        for entry in wanted:
            runner.add_deployment(_deployment(entry))
            times = ", ".join(f"{s['cron']} {s['timezone']}" for s in entry["schedules"])
            say(f"portvault/{entry['name']}: {times}")
        say("Serving until stopped (Ctrl-C). By hand: prefect deployment run portvault/NAME")
        with endpoint(settings) as port, contextlib.suppress(KeyboardInterrupt):
            if port:
                say(f"Pages: http://127.0.0.1:{port}/")
                say(f"Metrics: http://127.0.0.1:{port}/metrics, health: http://127.0.0.1:{port}/health")
            asyncio.run(runner.start())


def deploy(pool: str = POOL, kind: str = "process") -> list[str]:
    """Register every deployment with a work pool, which is made if it is not there; the names of the deployments.

    A worker of the pool runs the flow of its own installation: no folder of this machine is written down.
    """
    with get_client(sync_client=True) as client, contextlib.suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=pool, type=kind))
    watch_for_dead_runs()
    names = []
    for entry in deployments():
        made = _deployment(entry)
        made.job_variables = entry["work_pool"]["job_variables"]
        made.apply(work_pool_name=pool)
        names.append(f"portvault/{entry['name']}")
    return names


def _deployment(entry: dict[str, Any]) -> RunnerDeployment:
    made = portvault.to_deployment(
        name=entry["name"],
        version=entry["version"],
        description=entry["description"],
        parameters=entry["parameters"],
        tags=entry["tags"],
        schedules=[Cron(s["cron"], timezone=s["timezone"]) for s in entry["schedules"]],
        concurrency_limit=ConcurrencyLimitConfig(**entry["concurrency_limit"]),
        paused=False,  # a runner that stops pauses its deployments; starting again resumes them
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    assert isinstance(made, RunnerDeployment)  # a coroutine only inside an event loop
    return made


def watch_for_dead_runs() -> None:
    """Set up the automation, or bring it to what this version wants."""
    over = {name.capitalize() for name in TYPES} | {"Completed", "Crashed", "Cancelled"}
    wanted = {
        "description": f"A run that was silent for {SILENCE.seconds} seconds is dead.",
        "trigger": EventTrigger(
            after={"prefect.flow-run.heartbeat"},
            expect={"prefect.flow-run.heartbeat", *(f"prefect.flow-run.{name}" for name in over)},
            match={"prefect.resource.id": "prefect.flow-run.*"},
            match_related={"prefect.resource.role": "flow", "prefect.resource.name": portvault.name},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=SILENCE,
        ),
        "actions": [
            ChangeFlowRunState(
                state=StateType.CRASHED,
                message=f"No sign of life for {SILENCE.seconds} s: its process is gone. What is published stands.",
            )
        ],
    }
    automation = Automation(name=DEAD, **wanted)
    with get_client(sync_client=True) as client:
        for known in _named(client, DEAD):
            client.request("DELETE", "/automations/{id}", path_params={"id": known})
    automation.create()


def _named(client: SyncPrefectClient, name: str) -> list[str]:
    found = client.request("POST", "/automations/filter", json={"automations": {"name": {"any_": [name]}}}).json()
    return [entry["id"] for entry in found]


def end_dead_runs(settings: Settings) -> list[str]:
    """Mark runs as crashed that the server takes for alive though nobody holds the lock; their names.

    They are left by a machine that lost its power, or by a killed `serve` whose server went with it.
    """
    try:
        with single_writer(settings.lock, "serve"):
            return _end_dead_runs()
    except Locked:
        return []


def _end_dead_runs() -> list[str]:
    alive = FlowRunFilter(state={"type": {"any_": [StateType.RUNNING, StateType.PENDING]}})
    message = "Its process was gone when the schedules were served again. What is published stands."
    ended = []
    with get_client(sync_client=True) as client:
        mine = FlowFilter(name={"any_": [portvault.name]})
        for run in client.read_flow_runs(flow_filter=mine, flow_run_filter=alive):
            if run.state and datetime.now(UTC) - run.state.timestamp > YOUNG:
                client.set_flow_run_state(run.id, Crashed(message=message), force=True)
                ended.append(run.name)
    return ended
