"""kill -9 at random moments of a run, again and again on one home that is never repaired by hand."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from flows.archive import Archive
from flows.cli.doctor import examine
from flows.settings import Settings
from tests.faults import work


@dataclass
class Tally:
    """What the kills did: by the stage they hit, which publication readers had afterwards, and what went wrong."""

    before: Counter[str] = field(default_factory=Counter)
    after: Counter[str] = field(default_factory=Counter)
    survived: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def kills(self) -> int:
        return self.before.total() + self.after.total()


class Control:
    """A home in which nothing is ever killed: what every state must look like. `fresh` is its copy after the first run."""

    def __init__(self, root: Path) -> None:
        self.home, self.fresh = root / "control", root / "fresh"
        self.digests: list[str] = []
        self.seconds = 0.0

    def digest(self, editions: int) -> str:
        """The digest with the first `editions` editions ingested."""
        while len(self.digests) <= editions:
            began, number = time.monotonic(), len(self.digests) - 1
            report = work.complete(self.home, number if number >= 0 else None)
            assert report["exit_code"] == 0, report
            if number < 0:
                shutil.copytree(self.home, self.fresh)
            self.seconds = time.monotonic() - began
            self.digests.append(digest(self.home))
        return self.digests[editions]


def digest(home: Path) -> str:
    """What a reader sees; opening the file and reading every table must work."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        for schema, name in con.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall():
            con.execute(f"SELECT bit_xor(hash(t)) FROM {schema}.{name} AS t").fetchall()
        return str(con.execute("SELECT content_digest FROM publication").fetchall()[0][0])


def lost(home: Path, known: set[str]) -> list[str]:
    """Archived releases that are gone or damaged, of those `known` (which grows by those that are new)."""
    archive = Archive(home / "archive")
    sound = {snapshot.sha256 for snapshot in archive.snapshots() if archive.intact(snapshot)}
    gone = known - sound
    known |= sound
    return sorted(gone)


def kill(root: Path, control: Control, count: int, seed: int, tell: Callable[[str], None] = lambda text: None) -> Tally:
    """Kill `count` runs. A run that outlives its moment has ingested an edition; then the next edition's turn comes."""
    chance, tally = random.Random(seed), Tally()
    control.digest(0)
    home, edition, known = root / "killed", work.PAGES, set[str]()
    while tally.kills < count:
        if edition == work.PAGES:  # all editions are in: begin again
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(control.fresh, home)
            edition, known = 0, set()
        allowed = {control.digest(edition): tally.before, control.digest(edition + 1): tally.after}
        process = work.start(home, edition)
        process.join(chance.uniform(0, 1.5 * control.seconds))
        if process.is_alive():
            assert process.pid
            os.kill(process.pid, signal.SIGKILL)
            process.join()
            found, stage = digest(home), work.stage(home)
            allowed.get(found, Counter())[stage] += 1
            if found not in allowed:
                tally.problems.append(f"killed at {stage!r} of edition {edition}: readers have digest {found}")
                tally.before[stage] += 1
        else:
            tally.survived += 1
            report = work.report_of(home) or {"exit_code": None, "reason": process.exitcode}
            if report["exit_code"] != 0 or digest(home) != control.digest(edition + 1):
                tally.problems.append(f"edition {edition} after kills: {report['exit_code']}, {report['reason']}")
            edition += 1
        tally.problems += [f"lost from the archive: {sha256}" for sha256 in lost(home, known)]
        tell(f"{tally.kills} of {count} kills, {tally.survived} runs came through")
    work.complete(home, edition if edition < work.PAGES else None)
    tally.problems += [f"doctor: {f}" for f in examine(Settings(home=home, offline=True)) if f.state == "bad"]
    tally.problems += [f"left behind: {path}" for path in (home / "cache").glob("candidate-*")]
    return tally
