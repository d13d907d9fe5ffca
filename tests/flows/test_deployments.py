"""The schedules in prefect.yaml against a real server: deployed, run by a process worker, one at a time."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
import yaml
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from flows.archive import Archive
from flows.deployments import prefect_yaml
from flows.run.lock import holder, single_writer
from flows.settings import Settings
from flows.sources import sources
from tests.conftest import PORTVAULT, ROOT, free_port, prefect_environment, start_server, stop
from tests.inside import copy_home
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import by_partner_rows
from warehouse.publish import intact

DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]


def prefect(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "prefect", *arguments]
    done = subprocess.run(command, env=os.environ | environment, text=True, capture_output=True, cwd=ROOT, timeout=400)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


SESSION = requests.Session()  # asks again while the server's SQLite is busy, as Prefect's own client does
SESSION.mount(
    "http://", HTTPAdapter(max_retries=Retry(8, backoff_factor=0.3, status_forcelist=[503], allowed_methods=None))
)


def post(environment: dict[str, str], path: str, **body: Any) -> Any:
    answer = SESSION.post(environment["PREFECT_API_URL"] + path, json=body, timeout=30)
    answer.raise_for_status()
    return answer.json()


class Server:
    """A Prefect server of this file's own, which can be restarted; others run nothing on it."""

    def __init__(self, folder: Path) -> None:
        self.environment = prefect_environment(folder, free_port())
        self.start()

    def start(self) -> None:
        self.process = start_server(self.environment)

    def stop(self) -> None:
        stop(self.process)


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    own = Server(tmp_path_factory.mktemp("server"))
    yield own
    own.stop()


@pytest.fixture(scope="module")
def deployed(own_server: Server) -> dict[str, str]:
    """The environment of the server with a process work pool and the deployments of prefect.yaml."""
    done = subprocess.run(
        [str(PORTVAULT), "deploy"], env=os.environ | own_server.environment, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stderr
    return own_server.environment


@pytest.fixture(scope="module")
def home(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A built home for all runs of this module: a run that finds nothing new is short."""
    return copy_home(built_home, tmp_path_factory.mktemp("worker") / "data")


@pytest.fixture(scope="module")
def worker(deployed: dict[str, str], home: Path) -> Iterator[Path]:
    """A process worker; yields its home."""
    process = start_worker(deployed, home)
    yield home
    stop(process)


def start_worker(environment: dict[str, str], home: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "portvault"]
    own = os.environ | environment | {"PORTVAULT_HOME": str(home), "PORTVAULT_OFFLINE": "true"}
    with (home.parent / "worker.log").open("a") as log:
        return subprocess.Popen(command, env=own, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)


def named(environment: dict[str, str], name: str) -> dict[str, Any]:
    (deployment,) = [d for d in post(environment, "/deployments/filter") if d["name"] == name]
    return deployment


def start_run(environment: dict[str, str], name: str, **parameters: Any) -> str:
    """A run by hand; its id."""
    path = f"/deployments/{named(environment, name)['id']}/create_flow_run"
    return str(post(environment, path, parameters=parameters)["id"])


def state_of(environment: dict[str, str], run: str) -> dict[str, Any]:
    """Type, name and message of a run's state."""
    answer = SESSION.get(f"{environment['PREFECT_API_URL']}/flow_runs/{run}", timeout=30)
    return dict(answer.json()["state"])


def until(done: Callable[[], Any], what: str, log: Path, seconds: float = 400) -> Any:
    """What `done` returns, as soon as it is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := done():
            return found
        time.sleep(0.5)
    pytest.fail(f"not within {seconds} s: {what}\n{log.read_text()[-3000:]}")


def ended(environment: dict[str, str], run: str, home: Path) -> str:
    """How a run ended."""
    over = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
    log = home.parent / "worker.log"
    return str(until(lambda: (state := state_of(environment, run)["type"]) in over and state, run, log))


def at_work(environment: dict[str, str], run: str, home: Path) -> int:
    """The process of a run, as soon as it holds the lock: its name in Prefect is the run id."""

    def process() -> int | None:
        owner = holder(Settings(home=home).lock)
        name = SESSION.get(f"{environment['PREFECT_API_URL']}/flow_runs/{run}", timeout=30).json()["name"]
        return owner["pid"] if owner.get("run_id") == name else None

    return int(until(process, f"run {run} at work", home.parent / "worker.log"))


def reports(home: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted((home / "runs").glob("*.json"))]


def test_schedules_are_registered_in_the_publishers_time_zones(deployed: dict[str, str]) -> None:
    found = {d["name"]: d for d in post(deployed, "/deployments/filter")}
    assert set(found) == {entry["name"] for entry in DEPLOYMENTS}
    zones = {name: {s["schedule"]["timezone"] for s in d["schedules"]} for name, d in found.items()}
    assert {zones[name].pop() for name in zones if name.startswith("customs")} == {"Asia/Shanghai"}
    assert {zones[name].pop() for name in zones if name.startswith("banking")} == {"Europe/Moscow"}
    for deployment in found.values():
        assert deployment["global_concurrency_limit"]["limit"] == 1
        assert deployment["concurrency_options"]["collision_strategy"] == "CANCEL_NEW"
        assert deployment["version"] and deployment["tags"] and deployment["parameters"]["sources"]


def test_prefect_yaml_is_what_the_sources_declare_and_asks_all_of_them() -> None:
    for entry in DEPLOYMENTS:
        assert set(entry["parameters"]["sources"]) <= set(sources())
    assert (ROOT / "prefect.yaml").read_text("utf-8") == prefect_yaml(), "portvault deploy --print > prefect.yaml"
    assert {name for entry in DEPLOYMENTS for name in entry["parameters"]["sources"]} == set(sources())


def test_versions_are_those_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert {entry["version"] for entry in DEPLOYMENTS} == {project["version"]}


def polls(name: str, day: date) -> int:
    """How often a deployment runs on a day, by the publisher's clock."""
    from prefect.server.schemas.schedules import CronSchedule  # seconds: not in each worker that collects this

    (entry,) = [entry for entry in DEPLOYMENTS if entry["name"] == name]
    found = 0
    for schedule in entry["schedules"]:
        start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(schedule["timezone"]))
        end = start + timedelta(hours=23, minutes=59)
        found += len(asyncio.run(CronSchedule(**schedule).get_dates(100, start, end)))
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "group", "often"),
    [
        ("customs-preliminary", "preliminary", 20),
        ("customs-bulletin", "bulletin", 10),
        ("customs-query", "online_query", 10),
    ],
)
def test_customs_are_polled_often_on_the_days_of_releases_and_hardly_on_others(
    name: str, group: str, often: int
) -> None:
    """By the official calendar and what was observed since 2020; in October 2022 a release was put off by ten days."""
    with (ROOT / "warehouse/calendar/gacc.csv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines) if row["group"] == group]
    days = {date.fromisoformat(row[kind]) for row in rows for kind in ("scheduled", "observed") if row[kind] >= "2020"}
    days -= {date(2022, 10, 24)}
    assert days and {polls(name, day) for day in days} == {often}
    month = [date(2026, 11, 1) + timedelta(days=number) for number in range(30)]
    assert {polls(name, day) for day in month} <= {0, 1, often}, "once a day outside the window"


def test_the_server_plans_runs_at_the_publishers_hours(deployed: dict[str, str]) -> None:
    def planned() -> list[dict[str, Any]]:
        planned = {"state": {"type": {"any_": ["SCHEDULED"]}}}
        return [run for run in post(deployed, "/flow_runs/filter", flow_runs=planned) if run["auto_scheduled"]]

    log = Path(deployed["PREFECT_HOME"]) / "server.log"
    wanted = {named(deployed, entry["name"])["id"] for entry in DEPLOYMENTS}
    until(lambda: {run["deployment_id"] for run in planned()} == wanted, "runs of all deployments", log)
    daily = named(deployed, "banking-daily")["id"]
    for run in planned():
        if run["deployment_id"] == daily:
            local = datetime.fromisoformat(run["next_scheduled_start_time"]).astimezone(ZoneInfo("Europe/Moscow"))
            assert (local.hour, local.minute) == (19, 30) and local.weekday() < 5


def test_a_worker_does_a_scheduled_run(deployed: dict[str, str], worker: Path) -> None:
    deployment, known = named(deployed, "banking-monthly")["id"], len(reports(worker))
    log = worker.parent / "worker.log"
    schedule = {"active": True, "schedule": {"interval": 15.0, "timezone": "Europe/Moscow"}}
    (made,) = post_list(deployed, f"/deployments/{deployment}/schedules", [schedule])
    try:
        until(lambda: len(reports(worker)) > known, "the scheduled run", log)
    finally:
        SESSION.delete(f"{deployed['PREFECT_API_URL']}/deployments/{deployment}/schedules/{made['id']}", timeout=30)
    started = {"type": {"any_": ["PENDING", "RUNNING"]}}  # the next one of the schedule may be, and hold the lock
    own = {"flow_runs": {"state": started}, "deployments": {"id": {"any_": [deployment]}}}
    until(lambda: not post(deployed, "/flow_runs/filter", **own), "all over", log)
    assert reports(worker)[-1]["outcome"] == "unchanged"


def test_a_worker_does_a_run_by_hand_and_cancels_another_one_that_overlaps_it(
    deployed: dict[str, str], worker: Path
) -> None:
    """With a page that nobody has read yet, so that it publishes; it shows its report."""
    page = english(*by_partner_rows("2026-03", "CNY"))
    facts = {"source": "gacc_en", "product": "gacc.by_partner_preliminary", "extension": "html", "url": ""}
    Archive(worker / "archive").store(page, period="2026-03", now=datetime(2026, 4, 14, 3, tzinfo=UTC), **facts)
    run = start_run(deployed, "customs-bulletin")
    process = at_work(deployed, run, worker)
    os.kill(process, signal.SIGSTOP)  # so that it is still at work, however long the second one takes
    try:
        assert ended(deployed, start_run(deployed, "customs-bulletin"), worker) == "CANCELLED"
    finally:
        os.kill(process, signal.SIGCONT)
    assert ended(deployed, run, worker) == "COMPLETED"
    assert state_of(deployed, run)["name"] == "Published"
    report = reports(worker)[-1]
    assert report["outcome"] == "published"
    artifacts = post(deployed, "/artifacts/filter", flow_runs={"id": {"any_": [run]}})
    (shown,) = [a["data"] for a in artifacts if a["key"] == "run-report" and report["run_id"] in a["data"]]
    assert report["outputs"]["bulletin"] in shown, "the way to the bulletin"


def test_a_run_that_meets_the_lock_of_another_deployment_is_cancelled_and_says_whose(
    deployed: dict[str, str], worker: Path
) -> None:
    with single_writer(Settings(home=worker).lock, "the other", wait_seconds=60):
        run = start_run(deployed, "banking-daily")
        assert ended(deployed, run, worker) == "CANCELLED"
    assert "another run is writing: run the other" in state_of(deployed, run)["message"]


def test_a_cancelled_run_leaves_the_lock_free_and_the_publication_whole(deployed: dict[str, str], worker: Path) -> None:
    settings = Settings(home=worker)
    before = settings.warehouse.read_bytes()
    run = start_run(deployed, "customs-preliminary", full=True)
    at_work(deployed, run, worker)
    post(deployed, f"/flow_runs/{run}/set_state", state={"type": "CANCELLING"})
    assert ended(deployed, run, worker) == "CANCELLED"
    with single_writer(settings.lock, "test", wait_seconds=30):
        assert settings.warehouse.read_bytes() == before
        assert intact(settings.warehouse)
    assert ended(deployed, start_run(deployed, "customs-preliminary"), worker) == "COMPLETED"


def test_a_worker_outlives_a_restart_of_the_server(deployed: dict[str, str], worker: Path, own_server: Server) -> None:
    """With the deployments as Prefect's own command takes them from prefect.yaml."""
    for known in post(deployed, "/deployments/filter"):
        SESSION.delete(f"{deployed['PREFECT_API_URL']}/deployments/{known['id']}", timeout=30).raise_for_status()
    prefect(deployed, "--no-prompt", "deploy", "--all")
    log = worker.parent / "worker.log"
    until(lambda: post(deployed, "/work_pools/portvault/workers/filter"), "worker", log)
    own_server.stop()
    own_server.start()
    assert {d["name"] for d in post(deployed, "/deployments/filter")} == {e["name"] for e in DEPLOYMENTS}
    assert ended(deployed, start_run(deployed, "banking-daily"), worker) == "COMPLETED"


@pytest.mark.slow
def test_serve_starts_a_server_runs_the_schedules_and_stops_both(home: Path, tmp_path: Path) -> None:
    """Twice, as a machine that is switched off and on: the second time the schedules are resumed, and a run is done."""
    environment = prefect_environment(tmp_path, free_port())
    own = {k: v for k, v in (os.environ | environment).items() if k != "PREFECT_API_URL"}
    own |= {"PORTVAULT_HOME": str(home), "PORTVAULT_OFFLINE": "true"}
    log = tmp_path / "serve.log"
    for again in (False, True):
        with log.open("w") as out:
            process = subprocess.Popen([str(PORTVAULT), "serve"], env=own, stdout=out, stderr=out, cwd=tmp_path)
        try:
            until(lambda: "Serving until stopped" in log.read_text(), "serving", log)
            deployments = post(environment, "/deployments/filter")
            assert {d["name"] for d in deployments} == {entry["name"] for entry in DEPLOYMENTS}
            assert not any(d["paused"] for d in deployments)
            assert all(schedule["active"] for d in deployments for schedule in d["schedules"])
            if again:
                assert ended(environment, start_run(environment, "banking-daily"), home) == "COMPLETED"
        finally:
            stop(process)
        assert process.returncode == 0, log.read_text()[-2000:]
        assert "started for this" in log.read_text()
        with pytest.raises(requests.ConnectionError):
            requests.get(environment["PREFECT_API_URL"] + "/health", timeout=5)


@pytest.mark.slow
def test_serve_says_when_the_server_of_the_settings_does_not_answer(tmp_path: Path) -> None:
    environment = os.environ | {"PREFECT_API_URL": f"http://127.0.0.1:{free_port()}/api"}
    done = subprocess.run(
        [str(PORTVAULT), "serve"], env=environment, text=True, capture_output=True, cwd=tmp_path, timeout=120
    )
    assert done.returncode == 1
    assert "no Prefect server answers" in done.stderr and "Traceback" not in done.stderr


def post_list(environment: dict[str, str], path: str, items: list[dict[str, Any]]) -> Any:
    answer = SESSION.post(environment["PREFECT_API_URL"] + path, json=items, timeout=30)
    answer.raise_for_status()
    return answer.json()
