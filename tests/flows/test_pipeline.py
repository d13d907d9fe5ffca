"""What Prefect shows of a run: its name, a task for each source with a state that says what happened, tables, logs.

Prefect is imported by the tests: it takes seconds, and every worker collects this file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from polars.testing import assert_frame_equal

from flows.archive import Archive
from flows.run import carrier, engine
from flows.run.report import RUN_ID, Report
from flows.settings import Settings
from flows.sources import SourceReport
from tests.flows.run.test_carrier import fill, outcome


@pytest.fixture
def api(prefect_server: dict[str, str]) -> Iterator[str]:
    from prefect.settings import PREFECT_API_URL, temporary_settings

    url = prefect_server["PREFECT_API_URL"]
    with temporary_settings({PREFECT_API_URL: url}):
        yield url


def post(api: str, path: str, **body: Any) -> list[dict[str, Any]]:
    answer = requests.post(api + path, json=body, timeout=30)
    answer.raise_for_status()
    return list(answer.json())


@pytest.fixture
def visited(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    """A home whose sources answer as they like, and nothing to build."""
    states = {"gacc_en": "blocked", "cbr": "unreachable", "inbox": "reachable"}

    def visit(source: str, **_: Any) -> SourceReport:
        engine.log.info("visiting", extra={"source": source})
        return SourceReport(source, states[source], f"because {source}", seen=2, requests=1)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.extract, "visit_source", visit)
    monkeypatch.setattr(engine.steps, "already", lambda *_, **__: "unchanged")
    monkeypatch.setenv("PORTVAULT_HOME", str(tmp_path / "data"))
    return Settings()


def test_a_task_a_source_says_how_its_site_answered_and_the_logs_are_there(api: str, visited: Settings) -> None:
    from prefect.client.schemas.objects import StateType

    from flows import pipeline

    state = pipeline.portvault(sources=["gacc_en", "cbr", "inbox"], return_state=True)
    assert (state.type, state.name) == (StateType.COMPLETED, "Unchanged")
    assert {"gacc_en", "cbr"} <= set(re.findall(r"\w+", state.message or ""))
    run = str(state.state_details.flow_run_id)
    named = requests.get(f"{api}/flow_runs/{run}", timeout=30).json()["name"]
    assert RUN_ID.fullmatch(named) and (visited.runs / f"{named}.json").exists(), "the run's name is the run id"
    tasks = post(api, "/task_runs/filter", flow_runs={"id": {"any_": [run]}})
    assert {task["name"]: (task["state"]["name"], task["state"]["type"]) for task in tasks} == {
        "ask gacc_en": ("Blocked", "FAILED"),
        "ask cbr": ("Unreachable", "FAILED"),
        "ask inbox": ("Reachable", "COMPLETED"),
    }
    artifacts = {a["key"] for a in post(api, "/artifacts/filter", flow_runs={"id": {"any_": [run]}})}
    assert {"run-report", "sources"} <= artifacts
    lines: list[str] = []
    for _ in range(400):  # Prefect sends them in batches, late on a busy machine
        lines = [line["message"] for line in post(api, "/logs/filter", logs={"flow_run_id": {"any_": [run]}})]
        if any("run ended" in line for line in lines):
            break
        engine.time.sleep(0.5)
    assert any("visiting" in line and "source=cbr" in line for line in lines)
    assert not any("Traceback" in line or "Error encountered when computing cache key" in line for line in lines)


def test_only_public_parameters_that_are_known_are_taken(api: str, visited: Settings) -> None:
    from flows import pipeline

    assert set(pipeline.portvault.parameters.properties) == {"sources", "offline", "full", "since", "until"}
    for wrong in ({"sources": ["nobody"]}, {"since": "2025-13"}, {"run_id": "x"}):
        with pytest.raises((TypeError, ValueError, Exception)):
            pipeline.portvault(**wrong)
    assert not visited.runs.exists()


def test_what_needs_a_person_is_not_green() -> None:
    from prefect.client.schemas.objects import StateType

    from flows import pipeline

    def state(outcome: str) -> StateType:
        return pipeline.state_of(Report("x", Settings().clock(), outcome=outcome)).type

    assert {name for name in pipeline.TYPES if state(name) == StateType.COMPLETED} == {"published", "unchanged"}
    assert state("locked") == state("cancelled") == StateType.CANCELLED


def test_a_run_that_no_publisher_answered_is_not_green() -> None:
    from flows import pipeline

    def state(**answers: str) -> str | None:
        visits = [SourceReport(name, answer, requests=name != "inbox") for name, answer in answers.items()]  # type: ignore[arg-type]
        return pipeline.state_of(Report("x", Settings().clock(), outcome="unchanged", sources=visits)).name

    assert state(cbr="unreachable", bis="unreachable", inbox="reachable") == "Unreachable"
    assert state(cbr="unreachable", bis="blocked") == state(cbr="reachable") == state(inbox="reachable") == "Unchanged"


@pytest.mark.slow
@pytest.mark.parametrize("runner", ["threads", "processes"])
def test_all_task_runners_read_what_this_process_reads_in_the_same_order(api: str, tmp_path: Path, runner: str) -> None:
    from prefect import flow

    from flows import pipeline

    snapshots = fill(Archive(tmp_path / "archive")).snapshots()
    alone = list(carrier.Here().read(snapshots))
    reads: list[Any] = []

    @flow
    def reading() -> None:
        reads.extend(pipeline.Tasks(Settings(task_runner=runner)).read(snapshots))

    reading()
    assert [outcome(read) for read in alone] == [outcome(read) for read in reads]
    for one, other in zip(alone, reads, strict=True):
        assert (one.reading is None) == (other.reading is None)
        if one.reading and other.reading:
            assert_frame_equal(one.reading.observations, other.reading.observations)
    assert sum(read.reading is not None for read in alone) == 3, "one of them is refused later, by the gate"
    assert [read.snapshot.sightings for read in reads] == [snapshot.sightings for snapshot in snapshots]


def test_a_worker_with_other_readers_is_refused() -> None:
    from flows import pipeline

    with pytest.raises(pipeline.OtherCode):
        pipeline.read_releases.fn("first", [], "another hash")


def test_a_server_is_named_by_the_variable_or_the_active_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.prefect_address import named

    for name in ("PREFECT_API_URL", "PREFECT_PROFILE", "PREFECT_PROFILES_PATH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    assert named() == ""
    (tmp_path / "profiles.toml").write_text(
        'active = "far"\n[profiles.far]\nPREFECT_API_URL = "http://far/api"\n[profiles.near]\n'
    )
    assert named() == "http://far/api"
    monkeypatch.setenv("PREFECT_PROFILE", "near")
    assert named() == ""
    monkeypatch.setenv("PREFECT_API_URL", "http://own/api")
    assert named() == "http://own/api"
