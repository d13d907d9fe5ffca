"""Visit a publisher for what is new, and remember what each answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

from flows.archive import Archive
from flows.run.progress import progress
from flows.settings import Settings
from flows.sources import SourceReport, visit
from warehouse.files import write_atomic

log = logging.getLogger("portvault.sources")


def visit_source(source: str, archive: Archive, settings: Settings, **span: Any) -> SourceReport:
    """Visit one source; its report says how it went, also when it could not be reached."""
    say = partial(progress().say, part=source)
    try:
        report = visit(source, settings, archive, say, **span)
    except OSError:
        raise  # a full disk is no fault of one source
    except Exception as error:  # a fault of ours; what was archived before it counts, and the others go on
        log.exception("visit broke off", extra={"source": source})
        reason = f"the visit broke off: {type(error).__name__}: {error}. A fault of Portvault: report it."
        report = SourceReport(source, "failed", reason, requests=1)
    level = logging.INFO if report.good else logging.WARNING
    log.log(level, "source asked", extra=report.facts() | {"new": [snapshot.release_id for snapshot in report.new]})
    return report


def remember(settings: Settings, reports: Iterable[SourceReport]) -> None:
    """Keep the newest answer of each source that was asked as the evidence that `status` shows."""
    known = remembered(settings)
    now = settings.clock().isoformat(timespec="seconds")
    for report in reports:
        if report.state == "reachable" and not report.requests:
            continue  # the inbox, or a query that nobody wants
        before = known.get(report.source, {})
        good = now if report.state == "reachable" else before.get("last_reached")
        since = before.get("since") if before.get("state") == report.state else now
        known[report.source] = {
            "state": report.state,
            "reason": report.reason,
            "asked": now,
            "since": since,
            "last_reached": good,
        }
    write_atomic(_file(settings), json.dumps(known, indent=1).encode())


def remembered(settings: Settings) -> dict[str, dict[str, Any]]:
    """Per source: state, reason, asked, since (of this state), last_reached."""
    try:
        return dict(json.loads(_file(settings).read_bytes()))
    except (FileNotFoundError, ValueError):
        return {}


def _file(settings: Settings) -> Path:
    return settings.root / "cache" / "sources.json"
