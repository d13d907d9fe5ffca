"""Whatever goes wrong in a run, its report knows the reason before it is saved and told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from flows.run import engine, open_points, report_files
from flows.run.report import Report
from flows.settings import Settings
from flows.sources import SourceReport


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "data", offline=True)


def broken(error: BaseException) -> Any:
    def fingerprint(_: Settings) -> str:
        raise error

    return fingerprint


def saved(settings: Settings, report: Report) -> dict[str, Any]:
    return dict(json.loads((settings.runs / f"{report.run_id}.json").read_bytes()))


def test_a_crash_is_in_the_report_with_its_reason_and_its_story_in_a_file(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine.steps, "fingerprint", broken(KeyError("no such column")))
    report = engine.run(settings)
    assert (report.outcome, report.exit_code, report.error) == ("failed", 1, "KeyError")
    kept = saved(settings, report)
    assert "no such column" in kept["reason"] and kept["outcome"] == "failed"
    assert "no such column" in (settings.runs / f"{report.run_id}.md").read_text("utf-8")
    assert "Traceback" in (settings.runs / f"{report.run_id}.log").read_text("utf-8")


def test_two_different_crashes_are_two_points_and_one_that_repeats_is_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told(error: Exception) -> set[str]:
        monkeypatch.setattr(engine.steps, "fingerprint", broken(error))
        return {key for key in open_points.points(settings, engine.run(settings)) if key.startswith("failed")}

    first = told(ValueError("the first"))
    assert len(first) == 1 and first == told(ValueError("the first"))
    assert first.isdisjoint(told(ValueError("the second")))


def test_who_stops_a_run_is_obeyed_and_the_report_says_so(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine.steps, "fingerprint", broken(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        engine.run(settings, run_id="20260101T000000Z-0001")
    kept = json.loads((settings.runs / "20260101T000000Z-0001.json").read_bytes())
    assert kept["outcome"] == "cancelled" and "KeyboardInterrupt" in kept["reason"]


def test_a_source_that_failed_for_a_reason_of_ours_is_told_by_the_exit_code(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    online = settings.model_copy(update={"offline": False})
    monkeypatch.setattr(
        engine.extract, "visit_source", lambda source, **_: SourceReport(source, "failed", "ours", requests=1)
    )
    monkeypatch.setattr(engine.steps, "already", lambda *_, refused=False: "partial" if refused else "unchanged")
    report = engine.run(online, engine.Request(sources=("cbr",)))
    assert (report.outcome, report.exit_code) == ("partial", 3)


def test_polls_that_found_nothing_do_not_pile_up(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report_files, "QUIET_KEPT", 3)
    for number in range(8):
        outcome = "published" if number == 1 else "unchanged"
        report_files.save(settings, Report(f"2026010{number}T000000Z-0001", settings.clock(), outcome=outcome))
    left = sorted(path.name[7] for path in settings.runs.glob("*.json"))
    assert left == ["1", "5", "6", "7"], "what published stays"
    assert len(list(settings.runs.glob("*.md"))) == 4
