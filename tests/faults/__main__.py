"""The script: prints what was done to runs, homes and disks, and what came of it. Exit code 1 if anything was lost."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.faults.damage import FAULTS, Outcome, examine
from tests.faults.kills import Control, Tally, kill
from tests.plain import save_small_history

os.environ.setdefault("PYTHONWARNINGS", "ignore")  # of the resource tracker about killed children
out = Console(width=None if sys.stdout.isatty() else 200)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=200, help="runs to kill at random moments")
    parser.add_argument("--no-faults", action="store_true", help="only the kills")
    parser.add_argument("--seed", type=int, default=20251208, help="of the random moments")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="portvault-faults-") as folder:
        root = Path(folder)
        save_small_history(root / "history")
        with out.status("") as status:
            control = Control(root)
            outcomes = {}
            for name in [] if asked.no_faults else FAULTS:
                status.update(name)
                outcomes[name] = examine(name, root, control)
            tally = kill(root, control, asked.kills, asked.seed, status.update)
    if outcomes:
        show_faults(outcomes)
    show_kills(tally)
    return 1 if tally.problems or not all(outcome.good for outcome in outcomes.values()) else 0


def show_faults(outcomes: dict[str, Outcome]) -> None:
    table = Table(
        "fault", "exit", "readers had", "next run", "lost", "what the run said", title=f"{len(outcomes)} faults"
    )
    for name, outcome in outcomes.items():
        restored = "all there" if outcome.restored else "[red]NOT restored"
        table.add_row(
            name, str(outcome.exit_code), outcome.readers, restored, str(len(outcome.lost)), escape(outcome.said)
        )
    out.print(table)


def show_kills(tally: Tally) -> None:
    table = Table("killed during", "kills", "readers had the old one", "the new one", title=f"{tally.kills} kills -9")
    for stage in sorted(tally.before | tally.after):
        before, after = tally.before[stage], tally.after[stage]
        table.add_row(stage, str(before + after), str(before), str(after))
    out.print(table)
    out.print(f"{tally.survived} runs came through in between; {len(tally.problems)} problems")
    for problem in tally.problems:
        out.print(f"[red]{problem}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
