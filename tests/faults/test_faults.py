"""A share of the script, so that it keeps working: one fault of each kind and a handful of kills."""

from __future__ import annotations

import pytest

from tests.faults.damage import examine
from tests.faults.kills import Control, kill
from tests.plain import save_small_history

pytestmark = pytest.mark.slow
KILLS = 6
SHARE = (
    "disk full after 500,000 bytes", "read-only folder", "publication: half is left", "manifest: nothing is left",
    "sidecar: half is left", "archived bytes: half is left", "Parquet twin: half is left", "run report: half is left",
    "corrupted publication", "only the archive is left", "corrupted archive entry, all read again",
    "clock goes back two years",
)  # fmt: skip


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory) -> Control:
    root = tmp_path_factory.mktemp("faults")
    save_small_history(root / "history")
    return Control(root)


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
