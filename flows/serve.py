"""`portvault serve`: register the schedules of prefect.yaml with a Prefect server and run them here until stopped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from prefect import serve as run_forever
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron

from flows.pipeline import portvault

DEPLOYMENTS = Path(__file__).parent.parent / "prefect.yaml"


def serve() -> None:
    """Blocks. Needs PREFECT_API_URL of a running server (`prefect server start`)."""
    wanted = yaml.safe_load(DEPLOYMENTS.read_text("utf-8"))["deployments"]
    run_forever(*[_deployment(entry) for entry in wanted])


def _deployment(entry: dict[str, Any]) -> RunnerDeployment:
    made = portvault.to_deployment(
        name=entry["name"],
        description=entry["description"],
        parameters=entry["parameters"],
        tags=entry["tags"],
        schedules=[Cron(s["cron"], timezone=s["timezone"]) for s in entry["schedules"]],
        concurrency_limit=1,
    )
    assert isinstance(made, RunnerDeployment)  # a coroutine only inside an event loop
    return made
