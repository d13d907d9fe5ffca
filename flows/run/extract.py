"""Ask the publishers what is new, all at once, and remember what each answered."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from flows.archive import Archive
from flows.run.progress import progress
from flows.settings import Settings
from flows.sources import SourceReport, sources, visit
from warehouse.files import write_atomic

log = logging.getLogger("portvault.sources")


@dataclass(frozen=True)
class Look:
    """What one round of asking found."""

    reports: list[SourceReport] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(len(report.new) for report in self.reports)


def ask(source: str, archive: Archive, settings: Settings, **span: Any) -> SourceReport:
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
    log.info("source asked", extra=summary(report) | {"new": [snapshot.release_id for snapshot in report.new]})
    return report


def look(settings: Settings, wanted: Iterable[str] = (), **span: Any) -> Look:
    """Visit the sources `wanted` (all if none is named) in parallel; nobody is asked when the settings say offline."""
    if settings.offline:
        return Look()
    archive = Archive(settings.archive)
    names = list(wanted) or list(sources())
    with ThreadPoolExecutor(max_workers=len(names)) as pool:
        reports = list(pool.map(lambda name: ask(name, archive, settings, **span), names))
    remember(settings, reports)
    return Look(reports)


def summary(report: SourceReport) -> dict[str, Any]:
    """A visit as a row of the run report."""
    return {
        "source": report.source,
        "state": report.state,
        "reason": report.reason,
        "new": len(report.new),
        "seen": report.seen,
        "requests": report.requests,
        "refused": report.refused,
        "notes": report.notes,
    }


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
