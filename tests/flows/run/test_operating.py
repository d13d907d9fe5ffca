"""What a person who runs it for years is told: the last failure, unknown settings, held runs, gaps of a source."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import typer

from flows.cli import arguments, doctor
from flows.run import alerts, due_periods, holding, report_files
from flows.run.report import Report
from flows.settings import Settings, unknown_variables
from tests.replica.faults import script_challenge
from tests.replica.server import Replica


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("PORTVAULT_HOME", str(tmp_path / "data"))
    return Settings(offline=True)


def save(settings: Settings, number: int, outcome: str, reason: str = "") -> str:
    run_id = f"2026010{number}T000000Z-000{number}"
    report_files.save(settings, Report(run_id, settings.clock(), outcome=outcome, reason=reason))
    return run_id


def test_the_last_failure_is_told_until_a_run_goes_well(settings: Settings) -> None:
    save(settings, 1, "published")
    failed = save(settings, 2, "failed", "the disk is full")
    save(settings, 3, "locked")
    found = {finding.check: finding for finding in doctor.examine(settings)}
    assert found["last run"].state == "bad" and failed in found["last run"].found
    save(settings, 4, "unchanged")
    assert report_files.last_failure(settings) is None
    assert "last run" not in {finding.check for finding in doctor.examine(settings)}


def test_diff_without_a_run_takes_the_newest_that_did_something(settings: Settings) -> None:
    changed = save(settings, 1, "published")
    save(settings, 2, "unchanged")
    assert (report_files.changed(settings) or {})["run_id"] == changed


def test_a_variable_that_is_no_setting_is_told(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    assert unknown_variables() == []
    monkeypatch.setenv("PORTVAULT_CBR_URL", "http://localhost:1")
    monkeypatch.setenv("PORTVAULT_HOEM", "x")
    monkeypatch.setenv("PORTVAULT_CBRR_URL", "http://localhost:1")
    assert unknown_variables() == ["PORTVAULT_CBRR_URL", "PORTVAULT_HOEM"]
    told = [finding.found for finding in doctor.examine(settings) if finding.check == "setting"]
    assert len(told) == 2 and "PORTVAULT_HOEM" in told[1]


def test_approve_takes_the_id_of_the_run_and_of_later_polls_that_found_it_held(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = "20260101T000000Z-0001"
    monkeypatch.setattr(holding, "held", lambda _: {"manifest": {"run_id": held}, "reasons": ["Too large a revision."]})
    assert "Too large a revision." in holding.decision(settings)
    poll = save(settings, 3, "held", holding.decision(settings))
    other = save(settings, 4, "unchanged")
    assert arguments.deciding_on(held)[1] == held == arguments.deciding_on(poll)[1]
    for wrong in (other, "20260109T000000Z-0009", "../../etc/passwd"):
        with pytest.raises(typer.Exit):
            arguments.deciding_on(wrong)


def test_gaps_of_the_chinese_site_are_those_of_the_tables_it_publishes(settings: Settings) -> None:
    chinese = due_periods.gaps(settings, "2025-10", "2025-11", ["gacc_zh"])
    assert chinese and chinese == due_periods.gaps(settings, "2025-10", "2025-11", ["gacc_en"])


def test_how_urgent_a_digest_is(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(alerts, "send", lambda *given: sent.append(given[3]) or [])
    listening = settings.model_copy(update={"alert_urls": ["json://localhost"]})
    alerts.tell(listening, {"held x": "Held."})
    alerts.tell(listening, {"held x": "Held.", "failed y": "Failed."})
    alerts.tell(listening, {})
    assert sent == ["warning", "failure", "success"]


def test_doctor_asks_as_a_run_does(tmp_path: Path) -> None:
    with Replica() as site:
        site.put("/", "<table></table>")
        site.fault("*", script_challenge())
        assert doctor._reach(Settings(home=tmp_path), site.url).startswith("blocked")
        site.heal()
        assert doctor._reach(Settings(home=tmp_path), site.url) == "HTTP 200"
