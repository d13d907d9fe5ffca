"""What a person sees of a run in the terminal: a line that moves while it works, a table when it ends."""

from __future__ import annotations

from typing import Any, Self

from rich.console import Console
from rich.markup import escape  # names and reasons come from outside: brackets in them are no markup
from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Column, Table

from flows.run.progress import Progress
from flows.run.report_pages import sentence

MEANING = {
    "published": "[green]published[/green]",
    "unchanged": "[green]nothing new[/green]: the publication stands as it is",
    "partial": "[yellow]published, but some releases or rows were set aside[/yellow]",
    "held": "[yellow]held for approval[/yellow]",
    "failed": "[red]failed[/red]: nothing was published",
    "locked": "[red]not run[/red]",
    "cancelled": "[red]stopped[/red]: nothing was published",
}
NOTES_SHOWN = 5
SHOWN = 60
"""Characters of a title in the line that moves; fewer where the terminal is narrow."""
BAR, COUNT = 16, len("999 of 999")
STATES = {
    "failed": "red",
    "reachable": "green",
    "unreachable": "yellow",
    "blocked": "yellow",
    "keyed": "yellow",
    "suspended": "dim",
}


class Bar(Progress):
    """A line for each stage, and below it one for each publisher asked; finished ones stay with their seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}", table_column=Column(ratio=1, no_wrap=True, overflow="ellipsis")),
            BarColumn(bar_width=BAR),
            TextColumn("{task.fields[count]}", table_column=Column(min_width=COUNT)),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            expand=True,
        )
        self._tasks: dict[str, Any] = {}
        self._parts: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def started(self, name: str) -> None:
        self._tasks[name] = self._bar.add_task(name, total=None, count="")

    def finished(self, name: str) -> None:
        for task in [*self._parts.values(), self._tasks[name]]:
            self._bar.update(task, total=1, completed=1)
        self._bar.update(self._tasks[name], description=name)
        self._parts.clear()

    def say(self, text: str, done: int = 0, total: int = 0, part: str = "") -> None:
        if not self._tasks:
            return
        if part and part not in self._parts:
            self._parts[part] = self._bar.add_task("", total=None, count="")
        name, task = (f"  {part}", self._parts[part]) if part else list(self._tasks.items())[-1]
        description = escape(f"{name}: {text}" if len(text) <= SHOWN else f"{name}: {text[: SHOWN - 1]}…")
        if total:
            self._bar.update(task, description=description, completed=done, total=total, count=f"{done} of {total}")
        else:
            self._bar.update(task, description=description)


def summarise(report: dict[str, Any], out: Console) -> None:
    """Outcome, sources, what changed, what was refused and where to look further."""
    out.print(f"[bold]Run {report['run_id']}[/bold]: {MEANING[report['outcome']]}", highlight=False)
    if report["reason"]:
        out.print(report["reason"], highlight=False, markup=False)
    if silent := [row["source"] for row in report["sources"] if row["state"] in ("blocked", "keyed", "unreachable")]:
        out.print(f"[yellow]No answer[/yellow] from {', '.join(silent)}: what they have published since is not known.")
    if report["sources"]:
        table = Table("source", "state", "new", "listed", Column("reason", overflow="fold"), header_style="bold")
        for row in report["sources"]:
            state = f"[{STATES[row['state']]}]{row['state']}[/]"
            table.add_row(row["source"], state, str(row["new"]), str(row["seen"]), escape(row["reason"]))
        out.print(table)
    if report["added"] or report["revised_count"]:
        table = Table("dataset", "values added", header_style="bold")
        for dataset, count in sorted(report["added"].items()):
            table.add_row(dataset, f"{count:,}")
        out.print(table)
        out.print(f"{report['revised_count']:,} values revised, {report['lost_count']:,} lost", highlight=False)
    for note in report["notes"][:NOTES_SHOWN]:
        out.print(f"note: {note}", highlight=False, markup=False)
    if (more := len(report["notes"]) - NOTES_SHOWN) > 0:
        out.print(f"... and {more} more notes: portvault diff", highlight=False)
    for refusal in report["quarantined"]:
        name = refusal.get("release_id") or refusal.get("name", "")
        out.print(f"[yellow]quarantined[/yellow] {escape(name)}: ", end="", highlight=False)
        out.print(sentence(refusal), highlight=False, markup=False)
    for row in report["set_aside"][:NOTES_SHOWN]:
        out.print(f"[yellow]row set aside[/yellow] {escape(row['release_id'])}: ", end="", highlight=False)
        out.print(f"{row['row']!r}: {row['reason']}", highlight=False, markup=False)
    if (more := len(report["set_aside"]) - NOTES_SHOWN) > 0:
        out.print(f"... and {more} more rows set aside: table ops.row_set_aside", highlight=False)
    for check in report["failing_checks"]:
        if check["suite"].startswith(("candidate", "history_")) and (
            check["severity"] != "warn" or report["outcome"] == "failed"
        ):
            out.print(f"[red]check[/red] {check['suite']}: ", end="", highlight=False)
            out.print(f"{check['why']} Found: {check['observed']}", highlight=False, markup=False)
    if report.get("gaps"):
        table = Table(header_style="bold")
        for heading in ("still missing", "periods", "state"):
            table.add_column(heading, no_wrap=True)
        table.add_column("reason of the last")
        for (product, state), rows in _by_state(report["gaps"]).items():
            told = [rows[0]["period"], *([rows[-1]["period"]] if len(rows) > 1 else [])]
            table.add_row(product, f"{' … '.join(told)} ({len(rows)})", state, escape(rows[-1]["reason"]))
        out.print(table)
    elif "gaps" in report:
        out.print("No release of these months is missing.")
    for name, path in report["outputs"].items():
        out.print(f"{name}: {path}", highlight=False, soft_wrap=True)


def _by_state(gaps: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in gaps:
        groups.setdefault((row["product"], row["state"]), []).append(row)
    return groups
