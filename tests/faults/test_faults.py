"""A share of the script, so that it keeps working: one fault of each kind and a handful of kills; and kills at those
moments of a run at which most is half done: readers have one of the two complete states, the next run repairs the rest.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.cli import doctor
from flows.settings import Settings
from tests.faults import work
from tests.faults.damage import examine
from tests.faults.kills import Control, digest, kill

pytestmark = pytest.mark.slow
KILLS = 6
SHARE = (
    "disk full after 500,000 bytes", "read-only folder", "publication: half is left", "manifest: nothing is left",
    "sidecar: half is left", "archived bytes: half is left", "Parquet twin: half is left", "run report: half is left",
    "corrupted publication", "only the archive is left", "corrupted archive entry, all read again",
    "clock goes back two years",
)  # fmt: skip

MOMENTS: dict[str, Callable[[Path, Path], bool]] = {
    "a release is archived": lambda home, old: any((home / "archive").rglob("*.html")),
    "the candidate is being written": lambda home, old: any((home / "cache").glob("candidate-*")),
    "the file is replaced": lambda home, old: (home / "warehouse.duckdb").stat().st_ino != old.stat().st_ino,
    "the outputs are being written": lambda home, old: (
        (home / "warehouse.json").read_bytes() != old.with_suffix(".json").read_bytes()
    ),
}


@pytest.fixture(scope="module")
def control(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Control:
    root = tmp_path_factory.mktemp("faults")
    (root / "history").symlink_to(small)
    return Control(root)


@pytest.fixture(scope="module")
def fresh(control: Control) -> Path:
    """A home after its first run, see Control; not to be changed."""
    first = control.digest(0)
    assert digest(control.fresh) == first
    return control.fresh


@pytest.mark.parametrize("name", SHARE)
def test_readers_keep_a_publication_and_the_next_run_restores_the_rest(name: str, control: Control) -> None:
    outcome = examine(name, control.home.parent, control)
    if "(not tried" in outcome.said:
        pytest.skip(outcome.said)
    assert outcome.good, outcome


def test_kills_at_random_moments_lose_nothing(control: Control) -> None:
    tally = kill(control.home.parent, control, KILLS, seed=1)
    assert tally.kills == KILLS
    assert tally.problems == []


@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_when(moment: str, control: Control, fresh: Path) -> None:
    home = fresh.with_name(re.sub(r"\W+", "-", moment)) / "data"
    shutil.copytree(fresh, home)
    old = home.with_name("old.duckdb")
    os.link(home / "warehouse.duckdb", old)
    shutil.copy(home / "warehouse.json", old.with_suffix(".json"))
    run = work.start(home, 0)
    while not MOMENTS[moment](home, old):
        assert run.is_alive(), "the run ended before the moment came"
        time.sleep(0.002)
    assert run.pid
    os.kill(run.pid, signal.SIGKILL)
    run.join()

    complete = control.digest(1)
    assert digest(home) in {control.digest(0), complete}
    assert work.complete(home)["exit_code"] == 0
    assert digest(home) == complete
    assert [finding for finding in doctor.examine(Settings(home=home, offline=True)) if finding.state == "bad"] == []
    assert not list((home / "cache").glob("candidate-*"))
