"""Reports of runs: one JSON and one Markdown file a run below `runs/`, and the table ops.run made from them."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import polars as pl

from flows.archive import write_atomic
from flows.settings import Settings

EXIT = {"published": 0, "unchanged": 0, "failed": 1, "partial": 3, "held": 4, "locked": 5}
SCHEMA = {
    "run_id": pl.String(),
    "started_at": pl.Datetime("us"),
    "finished_at": pl.Datetime("us"),
    "outcome": pl.String(),
    "new_releases": pl.Int32(),
    "quarantined": pl.Int32(),
    "added": pl.Int32(),
    "revised": pl.Int32(),
    "sources": pl.String(),
    "stages": pl.String(),
}
KEPT_IN_TABLE = 1000


class RunFailed(Exception):
    """A run ended without publishing; its report says why."""


@dataclass
class Report:
    """What a run did, filled in while it goes."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    outcome: str = "failed"
    reason: str = ""
    sources: list[dict[str, Any]] = field(default_factory=list)  # source, state, reason, new, seen, requests
    new_releases: list[str] = field(default_factory=list)
    quarantined: list[dict[str, Any]] = field(default_factory=list)  # release_id, code, expected, got, where, hint
    notes: list[str] = field(default_factory=list)
    added: dict[str, int] = field(default_factory=dict)
    revised_count: int = 0
    revised: list[dict[str, Any]] = field(default_factory=list)
    lost_count: int = 0
    checks: dict[str, int] = field(default_factory=dict)  # met, warned, failed
    failing_checks: list[dict[str, Any]] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    publication: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)

    @property
    def exit_code(self) -> int:
        return EXIT[self.outcome]


def new_run_id(now: datetime) -> str:
    """Sorts by time; the tail tells two runs of one second apart."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def save(settings: Settings, report: Report) -> None:
    report.finished_at = report.finished_at or settings.clock()
    path = settings.runs / f"{report.run_id}.json"
    facts = vars(report) | {"exit_code": report.exit_code}
    write_atomic(path, (json.dumps(facts, indent=1, default=_iso, ensure_ascii=False) + "\n").encode())
    write_atomic(path.with_suffix(".md"), markdown(report).encode())


def load(settings: Settings, run_id: str | None = None) -> dict[str, Any] | None:
    """The report of a run, of the newest if none is named; None if there is none."""
    paths = sorted(settings.runs.glob(f"{run_id or '*'}.json"))
    return json.loads(paths[-1].read_bytes()) if paths else None


def table(settings: Settings) -> pl.DataFrame:
    """The newest runs as rows of ops.run. The run that builds a publication appears in the next one."""
    rows = []
    for path in sorted(settings.runs.glob("*.json"))[-KEPT_IN_TABLE:]:
        run = json.loads(path.read_bytes())
        rows.append(
            {
                "run_id": run["run_id"],
                "started_at": _naive(run["started_at"]),
                "finished_at": _naive(run["finished_at"]),
                "outcome": run["outcome"],
                "new_releases": len(run["new_releases"]),
                "quarantined": len(run["quarantined"]),
                "added": sum(run["added"].values()),
                "revised": run["revised_count"],
                "sources": json.dumps(run["sources"], ensure_ascii=False),
                "stages": json.dumps(run["stages"]),
            }
        )
    return pl.DataFrame(rows, schema=SCHEMA)


def markdown(report: Report) -> str:
    """The report for people: what happened, what changed, what needs a decision."""
    lines = [f"# Run {report.run_id}: {report.outcome}", ""]
    if report.reason:
        lines += [report.reason, ""]
    lines += ["| source | state | new | reason |", "|---|---|---|---|"]
    lines += [f"| {s['source']} | {s['state']} | {s['new']} | {_cell(s['reason'])} |" for s in report.sources]
    lines += [
        "",
        f"Added {sum(report.added.values()):,} values, revised {report.revised_count:,}, lost {report.lost_count:,}.",
    ]
    if report.added:
        lines += ["", "| dataset | values added |", "|---|---|"]
        lines += [f"| {dataset} | {count:,} |" for dataset, count in report.added.items()]
    if report.revised:
        lines += ["", "## Largest revisions", "", "| series | period | before | now | % |", "|---|---|---|---|---|"]
        lines += [
            f"| {_cell(r['title'])} | {r['period_end']} | {r['previous_value']:,} | {r['value']:,} | "
            f"{r['change_percent']:+.2f} |"
            for r in report.revised
        ]
    if report.quarantined:
        lines += ["", "## Quarantined", ""]
        lines += [f"- `{q.get('release_id', q.get('name'))}`: {_cell(sentence(q))}" for q in report.quarantined]
    if report.failing_checks:
        lines += ["", "## Checks not met", ""]
        lines += [
            f"- {c['severity']} {c['suite']}.{c['column']}: {_cell(c['observed'])}" for c in report.failing_checks
        ]
    if report.notes:
        lines += ["", "## Notes", "", *[f"- {_cell(note)}" for note in report.notes]]
    lines += ["", "Seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in report.stages.items()), ""]
    return "\n".join(lines)


def sentence(refusal: dict[str, Any]) -> str:
    """A refusal in one line: code, where, expected, got, hint."""
    where = f" at {refusal['where']}" if refusal.get("where") else ""
    expected = f"expected {refusal['expected']}, " if refusal.get("expected") else ""
    hint = f". {refusal['hint']}" if refusal.get("hint") else ""
    return f"{refusal.get('code', 'refused')}{where}: {expected}got {refusal.get('got', '?')}{hint}"


def _cell(text: Any) -> str:
    return str(text).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def _naive(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)


def _iso(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
