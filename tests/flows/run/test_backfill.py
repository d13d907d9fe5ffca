"""What a backfill says is still missing, and how it looks."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
from rich.console import Console

from flows.cli.summary import Bar, summarise
from flows.run.due_periods import gaps
from flows.settings import Settings

REPORT = {
    "run_id": "r", "outcome": "published", "reason": "", "sources": [], "added": {}, "revised_count": 0, "lost_count": 0,
    "quarantined": [], "set_aside": [], "failing_checks": [], "outputs": {}, "notes": [],
}  # fmt: skip


def shown(rows: list[dict[str, object]]) -> str:
    text = io.StringIO()
    summarise(REPORT | {"gaps": rows}, Console(file=text, width=160))
    return text.getvalue()


def test_gaps_are_the_due_months_without_values(built_home: Path) -> None:
    settings = Settings(home=built_home)
    rows = gaps(settings, "2024-01", "2024-12", ["gacc_en", "gacc_zh"])
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        held = set(
            con.execute("""SELECT DISTINCT coalesce(continues, product), strftime(period_end, '%Y-%m')
                FROM vintage.observation JOIN ops.release USING (release_id)""").fetchall()
        )
    assert rows, "the history does not hold every table of 2024"
    assert all(row["product"].startswith("gacc.") and "2024-01" <= row["period"] <= "2024-12" for row in rows)
    assert not {(row["product"], row["period"]) for row in rows} & held
    assert not any(row["period"] == "2024-01" for row in rows if "preliminary" in row["product"])  # comes with February
    assert all(row["reason"] for row in rows)


def test_the_summary_groups_them_by_product_and_state() -> None:
    rows = [
        {"product": "cbr.mortgage", "period": f"2024-0{n}", "state": "late", "reason": f"reason {n}"} for n in (1, 2, 3)
    ]
    text = shown([*rows, {"product": "cbr.mortgage", "period": "2024-04", "state": "blocked", "reason": "[/shield]"}])
    assert "2024-01 … 2024-03 (3)" in text and "reason 3" in text
    assert "2024-04 (1)" in text and "[/shield]" in text
    assert "No release of these months is missing." in shown([])


def test_the_bar_counts_what_each_publisher_gives() -> None:
    bar = Bar()
    bar._bar.live.console = Console(file=io.StringIO(), width=160)
    bar.started("ask the publishers")
    bar.say("Loans [/red]", 3, 40, part="cbr")
    bar.say("By country", 1, 2, part="gacc_en")
    lines = {task.description: task for task in bar._bar.tasks}
    assert lines["  cbr: Loans \\[/red]"].completed == 3 and lines["  cbr: Loans \\[/red]"].total == 40
    assert lines["  gacc_en: By country"].fields["count"] == "1 of 2"
    bar.finished("ask the publishers")
    assert all(task.finished for task in bar._bar.tasks)
