"""Reports of runs: JSON, Markdown and HTML files below `runs/`, and the table ops.run made from them."""

from __future__ import annotations

import contextlib
import json
import logging
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import polars as pl

from flows.run import report_pages
from flows.run.report import Report
from flows.settings import Settings
from warehouse.files import write_atomic
from warehouse.moments import naive

SCHEMA = {
    "run_id": pl.String(),
    "started_at": pl.Datetime("us"),
    "finished_at": pl.Datetime("us"),
    "outcome": pl.String(),
    "new_releases": pl.Int32(),
    "quarantined": pl.Int32(),
    "added": pl.Int32(),
    "revised": pl.Int32(),
    "lost": pl.Int32(),
    "requests": pl.Int32(),
    "sources": pl.String(),
    "stages": pl.String(),
}
KEPT_IN_TABLE = 1000
QUIET_KEPT = 300
"""About a month of polls: enough to see when a source stopped answering, and no more files however many years pass."""
log = logging.getLogger("portvault.runs")


def new_run_id(now: datetime) -> str:
    """Sorts by time; the tail tells two runs of one second apart."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def save(settings: Settings, report: Report) -> None:
    report.finished_at = report.finished_at or settings.clock()
    path = settings.runs / f"{report.run_id}.json"
    counters = {"outcome": report.outcome, "reason": report.reason, **_counters(report.facts())}
    log.info("run ended", extra={**counters, "stages": report.stages})
    write_atomic(path, (json.dumps(report.facts(), indent=1, default=_iso, ensure_ascii=False) + "\n").encode())
    write_atomic(path.with_suffix(".md"), report_pages.markdown(report, settings.root).encode())
    if report.outcome != "unchanged":  # a poll that found nothing leaves no page behind
        write_atomic(path.with_suffix(".html"), report_pages.html(report, settings.root).encode())
    else:
        _thin_out(settings)


def _thin_out(settings: Settings) -> None:
    """Remove the oldest reports of polls that found nothing: those without a page, beyond the newest QUIET_KEPT."""
    pages = {path.stem for path in settings.runs.glob("*.html")}
    quiet = sorted(path for path in settings.runs.glob("*.json") if path.stem not in pages)
    for path in quiet[:-QUIET_KEPT]:
        path.with_suffix(".md").unlink(missing_ok=True)
        path.unlink(missing_ok=True)


def load(settings: Settings, run_id: str | None = None) -> dict[str, Any] | None:
    """The report of a run, of the newest if none is named; None if there is none."""
    return next(_reports(settings, f"{run_id or '*'}.json"), None)


def changed(settings: Settings) -> dict[str, Any] | None:
    """The report of the newest run that did something: polls that found nothing are passed over."""
    return next((run for run in _reports(settings) if run["outcome"] not in ("unchanged", "locked")), None)


def last_failure(settings: Settings) -> dict[str, Any] | None:
    """The report of the newest run if it failed; None if a later one went well, or none failed."""
    newest = next((run for run in _reports(settings) if run["outcome"] not in ("locked", "cancelled")), None)
    return newest if newest and newest["outcome"] == "failed" else None


def _reports(settings: Settings, pattern: str = "*.json") -> Iterator[dict[str, Any]]:
    """The reports that can be read, newest first; one that a crash tore tells nothing."""
    for path in sorted(settings.runs.glob(pattern), reverse=True):
        with contextlib.suppress(OSError, ValueError):
            yield json.loads(path.read_bytes())


def table(settings: Settings) -> pl.DataFrame:
    """The newest runs as rows of ops.run. The run that builds a publication appears in the next one."""
    rows = []
    for run in islice(_reports(settings), KEPT_IN_TABLE):
        rows.append(
            {
                "run_id": run["run_id"],
                "started_at": _naive(run["started_at"]),
                "finished_at": _naive(run["finished_at"]),
                "outcome": run["outcome"],
                **_counters(run),
                "sources": json.dumps(run["sources"], ensure_ascii=False),
                "stages": json.dumps(run["stages"]),
            }
        )
    return pl.DataFrame(rows[::-1], schema=SCHEMA)


def _counters(run: Mapping[str, Any]) -> dict[str, int]:
    return {
        "new_releases": len(run["new_releases"]),
        "quarantined": len(run["quarantined"]),
        "added": sum(run["added"].values()),
        "revised": run["revised_count"],
        "lost": run["lost_count"],
        "requests": sum(source["requests"] for source in run["sources"]),
    }


def _naive(text: str) -> datetime:
    return naive(datetime.fromisoformat(text))


def _iso(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
