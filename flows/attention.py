"""What needs a person after a run: late releases, long blocks, quarantined releases, held candidates, failures."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb

from flows import alerts, look, runs, status
from flows import report as pages
from flows.archive import Quarantine
from flows.runs import Report
from flows.settings import Settings
from transforms.customs.online_query import POSSIBLY_CUT

BLOCKED_FOR = timedelta(days=3)
"""GACC's challenge comes and goes within days (plain on 2026-08-07, challenged on the 19th); longer is worth a word."""


def points(settings: Settings, report: Report) -> dict[str, str]:
    """Key -> sentence for everything that waits for a decision now."""
    found: dict[str, str] = {}
    if report.outcome in ("failed", "held"):
        found[f"{report.outcome} {report.run_id}"] = f"Run {report.run_id} {report.outcome}. {report.reason}"
    for row in status.current(settings):
        if row["state"] == "late":
            found[f"late {row['product']} {row['expected_period']}"] = (
                f"{row['product']} {row['expected_period']} is late: {row['reason']}"
            )
    for source, answer in look.remembered(settings).items():
        since = datetime.fromisoformat(answer["since"])
        if answer["state"] in ("blocked", "unreachable") and settings.clock() - since > BLOCKED_FOR:
            found[f"blocked {source} {since:%Y-%m-%d}"] = (
                f"{source} is {answer['state']} since {since:%Y-%m-%d}: {answer['reason']}"
            )
    for release_id, note in _cut(settings):
        found[f"cut {release_id}"] = f"{release_id}: {note}"
    for item in Quarantine(settings.quarantine).items():
        name = item.get("release_id") or item.get("name") or item["sha256"][:12]
        found[f"quarantined {item['sha256'][:12]}"] = f"{name} is quarantined: {pages.sentence(item)}"
    return found


def _cut(settings: Settings) -> list[tuple[str, str]]:
    """Downloads that reached the cap of the online query, so that rows may be missing: release_id, note."""
    if not settings.warehouse.exists():
        return []
    query = "SELECT release_id, note FROM ops.release WHERE state = 'loaded' AND contains(note, ?) ORDER BY 1"
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        return con.execute(query, [POSSIBLY_CUT]).fetchall()


def conclude(settings: Settings, report: Report) -> None:
    """Write the run report and send the digest of what is new among the points."""
    if report.outcome != "unchanged":
        report.products = status.current(settings)
    if settings.alert_urls:
        report.notes += alerts.tell(settings, points(settings, report))
    runs.save(settings, report)
