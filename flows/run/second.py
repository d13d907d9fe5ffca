"""A second process beside a run of the command line, for what needs Great Expectations.

Its import takes four seconds in which one interpreter can do nothing else. So a run that has something to build starts
a process that imports it and then judges, while this one reads, loads and derives. What is called there is a function
of its arguments alone. Without a second core, in a process that has imported Great Expectations already, and where
nobody allowed it (a worker, a server), everything is called here. What they say to each other goes through a pair of
sockets without a name, which only the two of them have: it is pickled, and from outside nothing can come that way.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from threading import Lock
from typing import ParamSpec, TypeVar, cast

log = logging.getLogger("portvault.second")
COLLECT = (20_000, 50, 50)
"""When garbage is collected: an import makes hundreds of thousands of objects, all of which stay. Python's own 700, 10,
10 makes the import of Great Expectations an eighth longer."""
P = ParamSpec("P")
T = TypeVar("T")
NEEDED = ("expectations.identities", "expectations.outcomes", "expectations.candidate", "expectations.questions")
"""What the process imports before it is asked anything."""
GONE = (EOFError, OSError)
"""What it looks like where the process ended before its answer, killed for want of memory, say."""


class _Process:
    """The process, the connection to it that nobody else has, and the thread that asks it one thing after another."""

    def __init__(self, needed: Sequence[str] = NEEDED) -> None:
        from multiprocessing.connection import Pipe  # here: a command that finds nothing new needs none

        self.connection, theirs = Pipe()
        with theirs:
            # the path of this interpreter and no folder of the user's, which may have a package of one of our names
            code = (
                f"import sys; sys.path[:] = {sys.path!r}; "
                f"from flows.run.second import serve; serve({theirs.fileno()}, {list(needed)!r})"
            )
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-c", code], stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()]
            )
        self.thread = ThreadPoolExecutor(1, "second process")
        self.ended = False

    def ask(self, work: Callable[[], T]) -> T:
        try:
            self.connection.send(work)
            raised, answer = self.connection.recv()
        except GONE as error:
            if self.ended:
                raise
            log.warning("second process ended: %s", error)
            return work()
        if raised:
            raise answer
        return cast(T, answer)

    def end(self) -> None:
        """Let it go, whatever it is doing."""
        self.ended = True
        self.process.kill()
        self.thread.shutdown()
        self.connection.close()
        self.process.wait()


_allowed = [False]
_running: list[_Process] = []
_starting = Lock()


@contextmanager
def allowed() -> Iterator[None]:
    """Within it a second process may be started; afterwards there is none."""
    _allowed[0] = True
    try:
        yield
    finally:
        _allowed[0] = False
        while _running:
            _running.pop().end()


def start() -> None:
    """Start the process where it is of use: there will be something to judge. Again does nothing."""
    with _starting:
        useful = os.name == "posix" and (os.cpu_count() or 1) > 1 and "great_expectations" not in sys.modules
        if _allowed[0] and not _running and useful:
            _running.append(_Process())


def running() -> bool:
    """Is there a second process?"""
    return bool(_running)


def beside(function: Callable[P, T], *args: P.args, **named: P.kwargs) -> Future[T]:
    """What `function` gives, called in the second process while this one goes on; called here where there is none."""
    if _running:
        return _running[0].thread.submit(_running[0].ask, partial(function, *args, **named))
    made: Future[T] = Future()
    try:
        made.set_result(function(*args, **named))
    except Exception as error:  # noqa: BLE001 - raised where the result is asked for
        made.set_exception(error)
    return made


def serve(descriptor: int, needed: Sequence[str]) -> None:
    """The loop of the second process: import what is `needed`, then answer until nobody asks any more."""
    from multiprocessing.connection import Connection

    gc.set_threshold(*COLLECT)
    for stop in (signal.SIGINT, signal.SIGTERM):  # these reach both: the first one ends this one
        signal.signal(stop, signal.SIG_IGN)
    os.dup2(2, 1)  # what a library prints is no output of the command
    for name in needed:
        import_module(name)
    with Connection(descriptor) as connection:
        while True:
            try:
                work = connection.recv()
            except GONE:  # who asked is gone
                return
            try:
                answer = False, work()
            except Exception as error:  # noqa: BLE001 - raised again where it was asked, where its own lines are not known
                error.add_note("".join(traceback.format_exception(error)))
                answer = True, error
            try:
                connection.send(answer)
            except GONE:
                return
            except Exception as error:  # noqa: BLE001 - an exception with something in it that cannot be sent
                connection.send((True, RuntimeError(f"{answer[1]!r} cannot be sent: {error}")))
