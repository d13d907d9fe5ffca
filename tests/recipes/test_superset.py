"""The sample dashboard in a real Superset, while publications are replaced under it.

Superset is 700 MB and takes minutes to install, so this runs only where PORTVAULT_TEST_SUPERSET names a folder for
it (kept between runs): PORTVAULT_TEST_SUPERSET=/tmp/superset pytest tests/recipes/test_superset.py
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.recipes.test_publication import State, _publish, _state

ROOT = Path(__file__).parents[2]
FOLDER = os.environ.get("PORTVAULT_TEST_SUPERSET")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not FOLDER, reason="set PORTVAULT_TEST_SUPERSET to a folder")]


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> list[State]:
    folder = tmp_path_factory.mktemp("states")
    return [_state(folder, number) for number in range(5)]


@pytest.fixture(scope="module")
def superset(states: list[State]) -> Iterator[tuple[str, Path]]:
    """(address, warehouse) of a Superset that serves the dashboard on the first state."""
    assert FOLDER
    target = Path(FOLDER) / "published" / "warehouse.duckdb"
    target.parent.mkdir(parents=True, exist_ok=True)
    _publish(target.parent, states[0], target)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["sh", str(ROOT / "scripts" / "superset.sh"), str(target), FOLDER, str(port)]
    with (Path(FOLDER) / "test.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        _until_up(server, f"{address}/health")
        yield address, target
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)


def _until_up(server: subprocess.Popen[bytes], url: str) -> None:
    for _ in range(900):
        assert server.poll() is None, "superset.sh ended; see test.log in its folder"
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.ConnectionError:
            time.sleep(1)
    raise AssertionError("Superset did not start")


def _ask(address: str, dataset: str, columns: list[str]) -> list[dict[str, Any]]:
    """Rows of a dataset as a chart gets them, past Superset's cache."""
    found = requests.get(f"{address}/api/v1/dataset/", timeout=30).json()["result"]
    number = next(row["id"] for row in found if row["table_name"] == dataset)
    body = {
        "datasource": {"id": number, "type": "table"},
        "force": True,
        "queries": [{"columns": columns, "row_limit": 10}],
        "result_format": "json",
        "result_type": "full",
    }
    answer = requests.post(f"{address}/api/v1/chart/data", json=body, timeout=60)
    assert answer.ok, answer.text[:500]
    return list(answer.json()["result"][0]["data"])


def test_charts_see_whole_publications_and_the_newest_one(superset: tuple[str, Path], states: list[State]) -> None:
    address, target = superset
    digests, exports = {state[1] for state in states}, {round(state[2] / 1e9, 6) for state in states}
    seen = set()
    for number in range(40):
        newest = states[number % len(states)]
        _publish(target.parent, newest, target)
        digest = _ask(address, "publication", ["content_digest"])[0]["content_digest"]
        assert digest == newest[1]
        [row] = _ask(address, "trade_monthly", ["exports", "imports"])
        assert round(row["exports"], 6) in exports
        seen.add(digest)
    assert seen == digests


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs a browser")
def test_the_dashboard_shows_itself_in_a_browser(superset: tuple[str, Path], tmp_path: Path) -> None:
    address, _ = superset
    shot = tmp_path / "dashboard.png"
    page = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--window-size=1400,1700",
         "--virtual-time-budget=60000", "--dump-dom", f"--screenshot={shot}",
         f"{address}/superset/dashboard/portvault/?standalone=1"],
        capture_output=True, text=True, timeout=240, check=True,
    ).stdout  # fmt: skip
    titles = [
        yaml.safe_load(path.read_text("utf-8"))["slice_name"]
        for path in (ROOT / "scripts/superset/dashboard/charts").glob("*.yaml")
    ]
    assert all(title in page for title in titles)
    assert not re.search(r"Unexpected error|Data error|An error occurred", page)
    assert shot.stat().st_size > 20_000
