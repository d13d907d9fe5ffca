"""A Prefect server for one machine: the one that is there, or one of our own for as long as it is needed."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from prefect.settings import PREFECT_API_URL, get_current_settings, temporary_settings


class ServerFailed(Exception):
    """No Prefect server answers, and none could be started; says why and what to do."""


@contextmanager
def server(log: Path) -> Iterator[tuple[str, bool]]:
    """The API address of a Prefect server, and whether it was started here; Prefect uses it in the body.

    PREFECT_API_URL (or the profile) wins. Without it the server at Prefect's own default address is used, or started
    there and stopped after the body; it writes to `log`. Raises ServerFailed.
    """
    settings = get_current_settings()
    if settings.api.url:
        if not _answers(settings.api.url):
            raise ServerFailed(
                f"no Prefect server answers at {settings.api.url} (PREFECT_API_URL); start it, or unset it"
            )
        yield settings.api.url, False
        return
    host, port = settings.server.api.host, settings.server.api.port
    url = f"http://{host}:{port}/api"
    with temporary_settings({PREFECT_API_URL: url}):
        if _answers(url):
            yield url, False
            return
        process = _start(host, port, log)
        try:
            _wait(url, process, log, settings.server.ephemeral.startup_timeout_seconds)
            yield url, True
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _start(host: str, port: int, log: Path) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches the runs first and the server last."""
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", host, "--port", str(port)]
    with log.open("ab") as out:
        return subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        if _answers(url):
            return
        time.sleep(0.3)
    why = f"it ended with code {process.returncode}" if process.poll() is not None else f"no answer in {seconds:.0f} s"
    raise ServerFailed(f"the Prefect server did not start at {url}: {why}; see {log}")


def _answers(url: str) -> bool:
    try:
        return requests.get(f"{url.rstrip('/')}/health", timeout=5).ok
    except requests.RequestException:
        return False
