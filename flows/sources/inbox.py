"""The inbox: a folder into which people put what no program may fetch, such as downloads of GACC's online query
(behind a captcha) and reports sent by e-mail. Taken like `portvault ingest`, and moved away.

A name that starts with a day (`2026-04-14 review.pdf`) says when the figures became public.
"""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path

from flows.archive import Snapshot
from flows.run.ingest import ingest
from flows.sources.source import Source
from flows.sources.visit import Visit

STILL_WRITTEN = 10.0
"""A file changed within these seconds may still be on its way in; the next run takes it."""


def discover(visit: Visit) -> None:
    """Take every file; it goes to `taken/` or, with the reason in quarantine, to `refused/`. Asks nobody."""
    report = visit.report
    for path in sorted(visit.settings.inbox.glob("*")):
        if not path.is_file() or path.name.startswith("."):
            continue
        report.seen += 1
        if time.time() - path.stat().st_mtime < STILL_WRITTEN:
            report.notes.append(f"{path.name} was changed just now; the next run takes it")
            continue
        visit.progress(path.name)
        taken = ingest(visit.settings, visit.archive, path, published=_day(path.name))
        if isinstance(taken, Snapshot):
            report.new += [taken] if taken.created else []
            _move(path, "taken")
        else:
            report.refused.append(taken)
            _move(path, "refused")


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name[:10])
    except ValueError:
        return None


def _move(path: Path, folder: str) -> None:
    """Out of the way; a second file of one name replaces the first, whose bytes are archived or quarantined."""
    target = path.parent / folder / path.name
    target.parent.mkdir(exist_ok=True)
    path.replace(target)


SOURCE = Source(
    id="inbox",
    publisher="whoever published the file",
    offers="files that people put into the folder inbox/",
    terms="those of the publisher",
    with_every_run=True,
    discover=discover,
)
