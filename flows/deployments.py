"""The deployments: which runs ask which sources when, made of the sources' own schedules; prefect.yaml is a copy."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

import yaml

from flows.sources import Schedule, Source, sources

ENTRYPOINT = "flows.pipeline.portvault"
"""A module, so that a worker runs the flow of its own installation, wherever that is."""
POOL = "portvault"
HEARTBEAT = 30
"""Seconds after which a run tells the server again that it lives, see flows/serving.py; Prefect takes no less."""
HEADER = """\
# Schedules of Portvault: written by `portvault deploy --print > prefect.yaml` from the files of flows/sources/, checked
# by tests/flows/test_deployments.py. `portvault deploy` registers them with a work pool, `portvault serve` runs them on
# one machine. A run asks its own sources, and all runs share one lock: where two meet, the later one leaves and the
# next poll catches up. A poll that finds nothing new costs a second or two and publishes nothing.
"""


def deployments() -> list[dict[str, Any]]:
    """Every deployment as an entry of prefect.yaml, sorted by name.

    Raises ValueError where two sources describe one deployment in two ways.
    """
    planned: dict[str, list[tuple[Source, Schedule]]] = {}
    for source in sources().values():
        for schedule in source.schedules:
            planned.setdefault(schedule.deployment, []).append((source, schedule))
    return [_entry(name, planned[name]) for name in sorted(planned)]


def _entry(name: str, planned: list[tuple[Source, Schedule]]) -> dict[str, Any]:
    described = {schedule.description for _, schedule in planned}
    if len(described) > 1:
        raise ValueError(f"deployment {name} is described in two ways by {', '.join(s.id for s, _ in planned)}")
    always = [source.id for source in sources().values() if source.with_every_run]
    times = dict.fromkeys((cron, source.timezone) for source, schedule in planned for cron in schedule.cron)
    return {
        "name": name,
        "version": version("portvault"),
        "description": described.pop(),
        "entrypoint": ENTRYPOINT,
        "tags": list(dict.fromkeys(tag for _, schedule in planned for tag in schedule.tags)),
        "parameters": {"sources": list(dict.fromkeys([source.id for source, _ in planned] + always))},
        "work_pool": {
            "name": POOL,
            "job_variables": {"env": {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT)}},
        },
        "concurrency_limit": {"limit": 1, "collision_strategy": "CANCEL_NEW"},
        "schedules": [{"cron": cron, "timezone": zone} for cron, zone in times],
    }


def prefect_yaml() -> str:
    """The text of prefect.yaml."""
    whole = {"name": "portvault", "build": None, "push": None, "pull": None, "deployments": deployments()}
    return HEADER + yaml.safe_dump(whole, sort_keys=False, width=110, allow_unicode=True)
