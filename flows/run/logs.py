"""Structured logs: one JSON object a line on standard error, each with the run and, where it is about one, the release.

On with PORTVAULT_LOG=json. What Portvault logs goes to loggers below `portvault`; Prefect shows them beside its own
with PREFECT_LOGGING_EXTRA_LOGGERS=portvault.
"""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

from flows.settings import Settings

LOG = logging.getLogger("portvault")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


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
            **{name: value for name, value in vars(record).items() if name not in _STANDARD},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


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
