"""Structured logs: what Portvault logs goes to loggers below `portvault`, each line with the run and its own fields.

With PORTVAULT_LOG=json a JSON object a line on standard error. In a run of Prefect the lines go to its server and to
the console of the worker or of `portvault serve`, as text with the fields behind it.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flows.settings import Settings

LOG = logging.getLogger("portvault")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_PREFECT = frozenset({"flow_run_id", "flow_run_name", "flow_name", "task_run_id", "task_run_name", "task_name"})


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """What the caller gave as `extra`."""
    return {name: value for name, value in vars(record).items() if name not in _STANDARD | _PREFECT}


class JsonLines(logging.Formatter):
    """time, level, logger, event, run_id and whatever `extra` the caller gave."""

    def __init__(self, run_id: str) -> None:
        super().__init__()
        self.run_id = run_id

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
            "run_id": self.run_id,
            **fields(record),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class TextLines(logging.Formatter):
    """The event, then its fields as name=value; empty ones are left out."""

    def __init__(self, timed: bool = False) -> None:
        super().__init__("%(asctime)s | %(levelname)-7s | %(message)s" if timed else "%(message)s", "%H:%M:%S")

    def formatMessage(self, record: logging.LogRecord) -> str:
        given = {name: value for name, value in fields(record).items() if value not in ("", None, [], {})}
        told = " ".join(f"{name}={value}" for name, value in given.items())
        return f"{super().formatMessage(record)}" + (f" | {told}" if told else "")


def begin(settings: Settings, run_id: str) -> None:
    """Let everything logged from now on carry `run_id`. Calling again replaces it."""
    if settings.log != "json":
        return
    LOG.setLevel(logging.INFO)
    LOG.propagate = False  # Prefect prints what reaches the root logger
    for handler in [h for h in LOG.handlers if isinstance(h.formatter, JsonLines)]:
        LOG.removeHandler(handler)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(run_id))
    LOG.addHandler(handler)


@contextmanager
def to_prefect(settings: Settings, *, console: bool) -> Iterator[None]:
    """Within it the lines go to Prefect's server, under the flow or task that logs them, and to standard error."""
    from prefect.logging.handlers import APILogHandler

    api = APILogHandler()
    api.setFormatter(TextLines())
    handlers: list[logging.Handler] = [api]
    if console and settings.log != "json":  # begin() has the other form
        shown = logging.StreamHandler(sys.stderr)
        shown.setFormatter(TextLines(timed=True))
        handlers.append(shown)
    level, propagates = LOG.level, LOG.propagate
    LOG.setLevel(logging.INFO)
    LOG.propagate = False
    for handler in handlers:
        LOG.addHandler(handler)
    try:
        yield
    finally:
        for handler in handlers:
            LOG.removeHandler(handler)
        LOG.setLevel(level)
        LOG.propagate = propagates
