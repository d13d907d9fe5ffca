"""One digest a run, each problem told once, and no secret anywhere."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.run import open_points
from flows.run.alerts import send, tell
from flows.run.report import Report
from flows.settings import Settings
from tests.replica import Replica, faults

LATE = {"late:gacc.total_preliminary": "gacc.total_preliminary 2026-03 is 3 days late"}
HELD = {"held:20260414": "run 20260414 waits for approval"}


@pytest.fixture
def hook() -> Iterator[Replica]:
    with Replica() as replica:
        replica.put("/hook", b"ok")
        yield replica


def settings(hook: Replica, home: Path, *more: str) -> Settings:
    return Settings(home=home, alert_urls=[hook.url.replace("http", "json") + "/hook", *more])


def messages(hook: Replica) -> list[dict[str, str]]:
    return [json.loads(r.body) for r in hook.log if r.method == "POST"]


@pytest.mark.slow
def test_webhook_gets_title_and_body(hook: Replica, tmp_path: Path) -> None:
    assert send(settings(hook, tmp_path), "Portvault: 1 to decide", "- late") == []
    (message,) = messages(hook)
    assert (message["title"], message["message"]) == ("Portvault: 1 to decide", "- late")


def test_without_addresses_nothing_is_sent_and_apprise_is_not_needed(tmp_path: Path) -> None:
    assert send(Settings(home=tmp_path), "x", "y") == []
    assert tell(Settings(home=tmp_path), LATE) == []
    assert list(tmp_path.iterdir()) == []


def test_many_points_make_one_digest(hook: Replica, tmp_path: Path) -> None:
    tell(settings(hook, tmp_path), {f"late:{i}": f"product {i} is late" for i in range(40)})
    (message,) = messages(hook)
    assert message["title"] == "Portvault: 40 to decide"
    assert message["message"].count("is late") == 40


def test_a_problem_is_told_once_and_its_end_is_told(hook: Replica, tmp_path: Path) -> None:
    for points in (LATE, LATE, LATE | HELD, LATE, {}, {}):
        tell(settings(hook, tmp_path), points)
    assert [m["title"] for m in messages(hook)] == [
        "Portvault: 1 to decide", "Portvault: 1 to decide", "Portvault: 1 over", "Portvault: 1 over",
    ]  # fmt: skip
    assert "told before and still open" in messages(hook)[1]["message"]
    assert "over: run 20260414" in messages(hook)[2]["message"]


def test_growing_days_of_a_late_release_are_not_told_daily(hook: Replica, tmp_path: Path) -> None:
    for days in (3, 4, 5):
        tell(settings(hook, tmp_path), {"late:gacc.total_preliminary 2026-03": f"{days} days late"})
    assert len(messages(hook)) == 1


def test_what_nobody_received_is_told_again(hook: Replica, tmp_path: Path) -> None:
    hook.fault("/hook", faults.status(500), times=1)
    assert tell(settings(hook, tmp_path), LATE) == ["alert address 1 (json) did not take the message"]
    assert tell(settings(hook, tmp_path), LATE) == []
    assert len(messages(hook)) == 2


def test_one_dead_address_does_not_silence_the_others(hook: Replica, tmp_path: Path) -> None:
    failures = send(settings(hook, tmp_path, "json://127.0.0.1:1/x"), "t", "b")
    assert failures == ["alert address 2 (json) did not take the message"]
    assert len(messages(hook)) == 1


def test_secrets_of_addresses_never_appear(
    hook: Replica, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    secret = "hunter2secret"
    addresses = (
        f"json://user:{secret}@127.0.0.1:1/x", f"nonsense://{secret}", f"slack://T1JJ3T3L2/{secret}", secret,
    )  # fmt: skip
    with caplog.at_level(logging.DEBUG):
        failures = send(settings(hook, tmp_path, *addresses), "t", "b")
    assert len(failures) == 4
    output = capfd.readouterr()
    everything = "".join([*failures, *(r.getMessage() for r in caplog.records), output.out, output.err])
    assert secret not in everything


def test_damaged_memory_tells_again(hook: Replica, tmp_path: Path) -> None:
    tell(settings(hook, tmp_path), LATE)
    (tmp_path / "cache" / "alerts.json").write_bytes(b"{")
    tell(settings(hook, tmp_path), LATE)
    assert len(messages(hook)) == 2


def test_what_something_else_hides_is_not_over(hook: Replica, tmp_path: Path) -> None:
    """A late release whose site is now blocked is still late."""
    tell(settings(hook, tmp_path), LATE)
    tell(settings(hook, tmp_path), {}, still=[*LATE, "late:never told"])
    assert len(messages(hook)) == 1
    tell(settings(hook, tmp_path), {})
    assert messages(hook)[1]["title"] == "Portvault: 1 over"


def test_a_held_candidate_is_told_once_however_often_runs_look(hook: Replica, tmp_path: Path) -> None:
    now = datetime(2003, 1, 5, tzinfo=UTC)  # before the first release: nothing is late
    asked = settings(hook, tmp_path).model_copy(update={"now": now})
    asked.held.mkdir()
    (asked.held / "R1.duckdb").touch()
    (asked.held / "R1.json").write_text('{"manifest": {"run_id": "R1"}}')
    for run_id in ("R1", "R2", "R3"):
        open_points.conclude(asked, Report(run_id, now, outcome="held"))
    (asked.held / "R1.duckdb").unlink()
    open_points.conclude(asked, Report("R4", now, outcome="unchanged"))
    first, last = messages(hook)
    assert "portvault approve R1" in first["message"] and "is late" not in first["message"]
    assert "over: Run R1" in last["message"]


def test_runs_that_fail_alike_are_told_once(hook: Replica, tmp_path: Path) -> None:
    now = datetime(2003, 1, 5, tzinfo=UTC)
    asked = settings(hook, tmp_path).model_copy(update={"now": now})
    for run_id in ("R1", "R2"):
        open_points.conclude(asked, Report(run_id, now, outcome="failed", reason="the disk is full"))
    open_points.conclude(asked, Report("R3", now, outcome="published"))
    assert ["the disk is full" in message["message"] for message in messages(hook)] == [True, True]
    assert "over" in messages(hook)[1]["title"]
