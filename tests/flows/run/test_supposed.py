"""What is derived before the gate has spoken is used if all came as supposed, and leaves no trace if not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from flows.archive import Quarantine
from flows.run import assemble, second
from flows.run.read import Read
from flows.run.supposed import Supposed
from tests.flows.run.test_assemble import reads
from transforms import indicators
from transforms.model import Refusal
from warehouse import history
from warehouse.content import Content

REFUSAL = Refusal("gate_failed", expected="all expectations met", got="a sum that does not hold")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Read]]:
    """What was derived from, in order; the second process is there in name, and neither indicators nor a history are."""
    calls: list[Sequence[Read]] = []
    content, whole = assemble.content, history.shipped()
    none = history.History(whole.claims.clear(), whole.releases.clear(), {})

    def counted(given: Sequence[Read], *folders: Path | None) -> Content:
        calls.append(given)
        return content(given, *folders)

    monkeypatch.setattr(indicators, "CATALOG", [])
    monkeypatch.setattr(history, "shipped", lambda: none)
    monkeypatch.setattr(assemble, "content", counted)
    monkeypatch.setattr(second, "running", lambda: True)
    return calls


@pytest.mark.parametrize("full", [False, True])
def test_what_came_as_supposed_is_derived_once(tmp_path: Path, made: list[Sequence[Read]], full: bool) -> None:
    ahead, given = Supposed(tmp_path / "derived", None, full=full), reads(tmp_path / "archive")
    ahead.derive(given, Quarantine(tmp_path / "quarantine"), list)
    assert len(made) == 1 and not (tmp_path / "derived").exists(), "nothing is taken for derived before the gate spoke"
    told = ahead.content([replace(read, checks=({"success": True},)) for read in given])
    assert len(made) == 1
    assert told.digest() == assemble.content(given).digest()
    assert sorted(path.name for path in tmp_path.glob("derived*")) == ["derived"]


@pytest.mark.parametrize("full", [False, True])
def test_a_release_that_the_gate_refused_counts_for_nothing(
    tmp_path: Path, made: list[Sequence[Read]], full: bool
) -> None:
    ahead, given = Supposed(tmp_path / "derived", None, full=full), reads(tmp_path / "archive")
    ahead.derive(given, Quarantine(tmp_path / "quarantine"), list)
    judged = [replace(given[0], reading=None, refusal=REFUSAL), replace(given[1], reading=None, refusal=REFUSAL)]
    told = ahead.content(judged)
    assert made == [given, judged]
    assert told.digest() == assemble.content([]).digest() != assemble.content(given).digest()
    assert set(told.releases.filter(state="quarantined")["release_id"]) == {read.release_id for read in given}
    assert sorted(path.name for path in tmp_path.glob("derived*")) == ["derived"]


def test_what_is_in_quarantine_is_supposed_to_be_refused_again(tmp_path: Path, made: list[Sequence[Read]]) -> None:
    quarantine, given = Quarantine(tmp_path / "quarantine"), reads(tmp_path / "archive")
    refused = replace(given[0], reading=None, refusal=REFUSAL)
    quarantine.put(refused.snapshot.sha256, None, refused.reason())
    ahead = Supposed(tmp_path / "derived", None, full=True)
    ahead.derive(given, quarantine, list)
    assert ahead.content([refused, given[1]]).digest() == assemble.content([refused, given[1]]).digest()
    assert len(made) == 2, "one of them is that of this test"


def test_what_cannot_be_derived_is_no_failure(tmp_path: Path, made: list[Sequence[Read]]) -> None:
    def fails(_: Sequence[Read]) -> list[Read]:
        raise ValueError("figures that the gate would have refused")

    ahead, given = Supposed(tmp_path / "derived", None, full=False), reads(tmp_path / "archive")
    ahead.derive(given, Quarantine(tmp_path / "quarantine"), fails)
    assert ahead.content(given).digest() == assemble.content(given).digest()
