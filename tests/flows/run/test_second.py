"""A second process answers as this one would, also where it fails or ends."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Iterator

import pytest

from flows.run import second


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Iterator[second._Process]:
    """A second process that imports nothing: what is asked of it here needs nothing."""
    with second.allowed():
        process = second._Process(needed=())
        second._running.append(process)
        yield process
    assert not second.running() and process.process.returncode is not None, "it does not outlive the run"


def test_what_is_called_beside_gives_its_result_and_its_exception(beside: second._Process) -> None:
    others = [second.beside(os.getpid), second.beside(math.sqrt, 2.0)]
    failing = second.beside(math.sqrt, -1.0)
    assert [other.result() for other in others] == [beside.process.pid, math.sqrt(2.0)]
    with pytest.raises(ValueError):
        failing.result()
    assert second.beside(math.sqrt, 4.0).result() == 2.0, "after a failure it goes on"


def test_what_is_printed_beside_is_no_answer(beside: second._Process, capfd: pytest.CaptureFixture[str]) -> None:
    assert second.beside(print, "a library says hello").result() is None
    assert second.beside(math.sqrt, 4.0).result() == 2.0


def test_where_the_other_process_ends_this_one_does_its_work(beside: second._Process) -> None:
    os.kill(beside.process.pid, signal.SIGKILL)
    beside.process.wait()
    assert second.beside(os.getpid).result() == os.getpid()


def test_without_permission_nothing_is_started_and_everything_is_called_here() -> None:
    second.start()
    assert not second.running()
    assert second.beside(os.getpid).result() == os.getpid()
    with pytest.raises(ValueError):
        second.beside(math.sqrt, -1.0).result()
