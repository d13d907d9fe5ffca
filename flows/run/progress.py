"""Tells whoever watches how far a run is. The command line shows a bar; a worker shows nothing."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

log = logging.getLogger("portvault.progress")


class Progress:
    """Stages of one run with their seconds. Subclasses show them."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since: dict[str, float] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage; nested calls of `say` belong to it."""
        self.begin(name)
        try:
            yield
        finally:
            self.end(name)

    def begin(self, name: str) -> None:
        """Start a stage that ends elsewhere."""
        self._since[name] = time.perf_counter()
        self.started(name)

    def end(self, name: str) -> None:
        """End a stage if it was begun."""
        if name in self._since:
            self.seconds[name] = round(time.perf_counter() - self._since.pop(name), 3)
            log.info("stage ended", extra={"stage": name, "seconds": self.seconds[name]})
            self.finished(name)

    def say(self, text: str, done: int = 0, total: int = 0, part: str = "") -> None:
        """What is being worked on within the stage, how far it is, and by which of several parts at once."""

    def started(self, name: str) -> None:
        pass

    def finished(self, name: str) -> None:
        pass


STARTING = "start Prefect"
"""Begun by the command line before it imports Prefect, ended by the flow once it runs."""

_current: list[Progress] = [Progress()]


def watch(progress: Progress) -> None:
    """Make `progress` the watcher of this process."""
    _current[0] = progress


def progress() -> Progress:
    return _current[0]
