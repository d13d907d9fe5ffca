"""One writer at a time, whoever starts it; a dead one is no writer."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.cli.doctor import examine
from flows.run import engine
from flows.run.engine import Request
from flows.run.lock import Locked, holder, single_writer
from flows.settings import Settings

HOLD = """
import sys, time
from pathlib import Path
from flows.run.lock import single_writer
with single_writer(Path(sys.argv[1]), "run-of-the-other"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PORTVAULT_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("PORTVAULT_OFFLINE", "1")
    return Settings()


@pytest.fixture
def other(settings: Settings) -> Iterator[subprocess.Popen[bytes]]:
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(settings.lock)], stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    yield process
    process.kill()
    process.wait()


def since(settings: Settings, past: timedelta) -> None:
    note = settings.lock.with_suffix(".json")
    owner = json.loads(note.read_text()) | {"since": (datetime.now(UTC) - past).isoformat()}
    note.write_text(json.dumps(owner))


def test_a_second_writer_is_told_who_where_and_for_how_long(settings: Settings, other: subprocess.Popen[bytes]) -> None:
    since(settings, timedelta(minutes=90))
    with pytest.raises(Locked) as caught, single_writer(settings.lock, "mine"):
        pass
    for word in ("run-of-the-other", str(other.pid), socket.gethostname(), "90 min"):
        assert word in str(caught.value)


def test_the_command_line_leaves_with_exit_5(settings: Settings, other: subprocess.Popen[bytes]) -> None:
    report = engine.run(settings)
    assert (report.exit_code, report.outcome) == (5, "locked")
    assert str(other.pid) in report.reason
    assert not settings.warehouse.exists()


def test_a_scheduled_run_of_serve_or_of_a_worker_leaves_too(settings: Settings, other: subprocess.Popen[bytes]) -> None:
    """It asks nobody and takes nothing while another run writes, and ends as cancelled."""
    from flows import pipeline  # imports Prefect, which takes seconds: not in each worker that collects this

    report = engine.run(settings, Request(sources=("cbr",)))
    assert (report.exit_code, report.outcome, report.sources) == (5, "locked", [])
    assert pipeline.state_of(report).is_cancelled()


def test_the_lock_of_a_killed_process_is_stale_at_once(settings: Settings, other: subprocess.Popen[bytes]) -> None:
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    assert holder(settings.lock)["pid"] == other.pid, "its note is still there"
    assert {f.check: f.found for f in examine(settings)}["lock"] == "free"
    with single_writer(settings.lock, "mine"):
        assert holder(settings.lock)["pid"] == os.getpid()
    assert holder(settings.lock) == {}


def test_a_writer_may_wait_for_the_other(settings: Settings, other: subprocess.Popen[bytes]) -> None:
    other.kill()
    with single_writer(settings.lock, "mine", wait_seconds=30):
        pass


def test_a_process_that_holds_the_lock_may_take_it_again(settings: Settings) -> None:
    """The command line holds it around the flow."""
    with single_writer(settings.lock, "mine"):
        with single_writer(settings.lock, "mine"):
            pass
        assert holder(settings.lock)["run_id"] == "mine", "the inner one did not give it away"
