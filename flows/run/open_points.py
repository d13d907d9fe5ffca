"""What needs a person after a run: late releases, long blocks, quarantined releases, held candidates, failures."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import duckdb

from flows.archive import Archive, CorruptSnapshot, Quarantine, Snapshot
from flows.run import alerts, extract, freshness, holding, metrics, report_files, report_pages
from flows.run.report import Report
from flows.settings import Settings

BLOCKED_FOR = timedelta(days=3)
"""GACC's challenge comes and goes within days (plain on 2026-08-07, challenged on the 19th); longer is worth a word."""


def points(settings: Settings, report: Report, products: Sequence[dict[str, Any]] | None = None) -> dict[str, str]:
    """Key -> sentence for everything that waits for a decision now. `products`: see `_overdue`."""
    found: dict[str, str] = {}
    if report.outcome == "failed":  # the next runs may fail alike: that is the same point
        found[f"failed {report.kind_of_failure()}"] = f"Run {report.run_id} failed. {report.reason}"
    if waiting := holding.held(settings):
        found[f"held {waiting['manifest']['run_id']}"] = holding.decision(settings)
    for key, row in _overdue(_states(settings) if products is None else products).items():
        if row["state"] == "late":
            found[key] = f"{row['product']} {row['expected_period']} is late: {row['reason']}"
    for source, answer in extract.remembered(settings).items():
        since = datetime.fromisoformat(answer["since"])
        if answer["state"] in ("blocked", "keyed", "unreachable") and settings.clock() - since > BLOCKED_FOR:
            found[f"blocked {source} {since:%Y-%m-%d}"] = (
                f"{source} is {answer['state']} since {since:%Y-%m-%d}: {answer['reason']}"
            )
    if room := metrics.cramped(settings):
        found["disk"] = f"The disk is nearly full: {room}. Make room; what is published stands."
    with suppress(duckdb.Error):  # a damaged publication is a point of its own
        found |= {f"cut {release_id}": f"{release_id}: {note}" for _, release_id, note in freshness.cut(settings)}
    archive = Archive(settings.archive)
    over = _replaced(archive)
    for item in Quarantine(settings.quarantine).items():
        if item["sha256"] in over or item.get("code") == "rejected":
            continue  # its publisher corrected it, or a person decided
        name = item.get("release_id") or item.get("name") or item["sha256"][:12]
        found[f"quarantined {item['sha256'][:12]}"] = f"{name} is quarantined: {report_pages.sentence(item)}"
    for snapshot in archive.damaged():
        found[f"damaged {snapshot.sha256[:12]}"] = _sentence(snapshot)
    return found


def _replaced(archive: Archive) -> set[str]:
    """Hashes of editions that a later one at the same address has replaced."""
    newest = {(s.product, s.period, s.url): s.sha256 for s in archive.snapshots()}  # in the order of first sight
    return {s.sha256 for s in archive.snapshots() if s.url and newest[s.product, s.period, s.url] != s.sha256}


def _sentence(snapshot: Snapshot) -> str:
    return f"{CorruptSnapshot(snapshot.path, 'cut or gone', snapshot.url)} What was read from it before stands."


def _overdue(products: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Products whose next release should be there, by the key of their alert, whatever keeps it away; `products` are
    the rows of freshness.current. What never came at all is no news: `status` shows it."""
    rows = [row for row in products if row["days_late"] and row["last_period"]]
    return {f"late {row['product']} {row['expected_period']}": row for row in rows}


def _states(settings: Settings) -> list[dict[str, Any]]:
    """Rows of status.current; none from a publication that is damaged, of which the run speaks itself."""
    with suppress(duckdb.Error):
        return freshness.current(settings)
    return []


def conclude(settings: Settings, report: Report) -> None:
    """Write the run report and send the digest of what is new among the points."""
    products = _states(settings)
    if report.outcome != "unchanged":
        report.products = products
    damaged = Archive(settings.archive).damaged()
    for snapshot in damaged[:3]:
        report.say(_sentence(snapshot))
    if len(damaged) > 3:
        report.say(f"{len(damaged) - 3} more archived files are damaged: `portvault doctor`.")
    if settings.alert_urls:
        report.notes += alerts.tell(settings, points(settings, report, products), still=_overdue(products))
    report_files.save(settings, report)
    metrics.write(settings, products)
