"""What a person sees of a run in the terminal: a line that moves while it works, a table when it ends."""

from __future__ import annotations

from typing import Any, Self

from rich.console import Console
from rich.markup import escape  # names and reasons come from outside: brackets in them are no markup
from rich.progress import Progress as RichProgress
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from flows.progress import Progress
from flows.report import sentence

MEANING = {
    "published": "[green]published[/green]",
    "unchanged": "[green]nothing new[/green]: the publication stands as it is",
    "partial": "[yellow]published, but some releases were quarantined[/yellow]",
    "held": "[yellow]held for approval[/yellow]",
    "failed": "[red]failed[/red]: nothing was published",
    "locked": "[red]not run[/red]",
}
NOTES_SHOWN = 5
STATES = {"reachable": "green", "unreachable": "yellow", "blocked": "yellow", "suspended": "dim"}


class Bar(Progress):
    """A spinner with the present stage; finished stages stay as lines with their seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def started(self, name: str) -> None:
        self._tasks[name] = self._bar.add_task(name, total=1)

    def finished(self, name: str) -> None:
        self._bar.update(self._tasks[name], completed=1, description=name)

    def say(self, text: str) -> None:
        if self._tasks:
            name, task = list(self._tasks.items())[-1]
            self._bar.update(task, description=f"{name}: {escape(text)}")


def summarise(report: dict[str, Any], out: Console) -> None:
    """Outcome, sources, what changed, what was refused and where to look further."""
    out.print(f"[bold]Run {report['run_id']}[/bold]: {MEANING[report['outcome']]}", highlight=False)
    if report["reason"]:
        out.print(report["reason"], highlight=False, markup=False)
    if report["sources"]:
        table = Table("source", "state", "new", "listed", "reason", header_style="bold")
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
    for check in report["failing_checks"]:
        if check["suite"] == "candidate" and (check["severity"] != "warn" or report["outcome"] == "failed"):
            out.print(f"[red]check[/red] {check['suite']}: ", end="", highlight=False)
            out.print(f"{check['why']} Found: {check['observed']}", highlight=False, markup=False)
    for name, path in report["outputs"].items():
        out.print(f"{name}: {path}", highlight=False, soft_wrap=True)
