"""`portvault serve`: register the deployments with a Prefect server and run them here until stopped."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from typing import Any

from prefect.client.schemas.objects import ConcurrencyLimitConfig
from prefect.deployments.runner import RunnerDeployment
from prefect.runner import Runner
from prefect.schedules import Cron

from flows.deployments import deployments
from flows.pipeline import portvault
from flows.prefect_server import server
from flows.settings import Settings


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
    wanted = deployments()
    with server(settings.root / "prefect-server.log") as (url, ours):
        say(f"Prefect server: {url.removesuffix('/api')} ({'started for this' if ours else 'was there already'})")
        runner = _Runner(name="portvault", pause_on_shutdown=True)
        for entry in wanted:
            runner.add_deployment(_deployment(entry))
            times = ", ".join(f"{s['cron']} {s['timezone']}" for s in entry["schedules"])
            say(f"portvault/{entry['name']}: {times}")
        say("Serving until stopped (Ctrl-C). By hand: prefect deployment run portvault/NAME")
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(runner.start())


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
    )
    assert isinstance(made, RunnerDeployment)  # a coroutine only inside an event loop
    return made
