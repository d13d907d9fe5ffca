"""The schedules in prefect.yaml against a real server: deployed, run by a process worker, one at a time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from tests.conftest import PORTVAULT, ROOT

DEPLOYMENTS = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]


def prefect(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "prefect", *arguments]
    done = subprocess.run(command, env=os.environ | environment, text=True, capture_output=True, cwd=ROOT, timeout=180)
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


@pytest.fixture(scope="module")
def deployed(prefect_server: dict[str, str]) -> dict[str, str]:
    """The server with a process work pool and the deployments of prefect.yaml."""
    prefect(prefect_server, "work-pool", "create", "portvault", "--type", "process")
    prefect(prefect_server, "--no-prompt", "deploy", "--all")
    return prefect_server


@pytest.fixture(scope="module")
def worker(deployed: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A process worker with a home of its own; yields the home."""
    folder = tmp_path_factory.mktemp("worker")
    log = (folder / "worker.log").open("w")
    environment = os.environ | deployed | {"PORTVAULT_HOME": str(folder / "data")}
    command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "portvault"]
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    yield folder / "data"
    process.terminate()
    process.wait(60)
    log.close()


def test_schedules_are_registered_in_the_publishers_time_zones(deployed: dict[str, str]) -> None:
    found = {d["name"]: d for d in post(deployed, "/deployments/filter")}
    assert set(found) == {entry["name"] for entry in DEPLOYMENTS}
    zones = {name: {s["schedule"]["timezone"] for s in d["schedules"]} for name, d in found.items()}
    assert zones["customs-preliminary"] == {"Asia/Shanghai"}
    assert zones["banking-monthly"] == {"Europe/Moscow"}
    assert all(d["global_concurrency_limit"]["limit"] == 1 for d in found.values())


def test_a_worker_runs_a_deployment_to_completion(deployed: dict[str, str], worker: Path) -> None:
    (deployment,) = [d for d in post(deployed, "/deployments/filter") if d["name"] == "banking-monthly"]
    run = post(deployed, f"/deployments/{deployment['id']}/create_flow_run", parameters={"offline": True})
    deadline = time.monotonic() + 240
    state = run["state"]
    while state["type"] not in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") and time.monotonic() < deadline:
        time.sleep(1)
        state = SESSION.get(f"{deployed['PREFECT_API_URL']}/flow_runs/{run['id']}", timeout=30).json()["state"]
    assert state["type"] == "COMPLETED", (state, (worker.parent / "worker.log").read_text()[-3000:])
    assert (worker / "warehouse.duckdb").exists()
    (report,) = [json.loads(path.read_bytes()) for path in (worker / "runs").glob("*.json")]
    assert report["outcome"] == "published"
    artifacts = post(deployed, "/artifacts/filter")
    assert any(report["run_id"] in (artifact["data"] or "") for artifact in artifacts)


def test_serve_without_a_server_says_what_to_do(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PREFECT_API_URL"}
    done = subprocess.run(
        [str(PORTVAULT), "serve"], env=environment, text=True, capture_output=True, cwd=tmp_path, timeout=60
    )
    assert done.returncode == 2
    assert "prefect server start" in done.stderr


@pytest.mark.slow
def test_serve_registers_every_schedule(prefect_server: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / "serve.log"
    environment = os.environ | prefect_server | {"PORTVAULT_HOME": str(tmp_path / "data"), "COLUMNS": "200"}
    with path.open("w") as log:
        process = subprocess.Popen(
            [str(PORTVAULT), "serve"], env=environment, stdout=log, stderr=subprocess.STDOUT, cwd=tmp_path
        )
        wanted = {f"portvault/{entry['name']}" for entry in DEPLOYMENTS}
        deadline = time.monotonic() + 90
        while missing := {name for name in wanted if name not in path.read_text()}:
            if time.monotonic() > deadline or process.poll() is not None:
                break
            time.sleep(0.5)
        process.terminate()
        process.wait(60)
    assert not missing, path.read_text()[-2000:]
