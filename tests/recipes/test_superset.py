"""The sample dashboard in a real Superset, looked at in a browser while a run publishes, and asked while many do.

Superset is 700 MB: installed into a throw-away folder, or into the one that PORTVAULT_TEST_SUPERSET names and keeps.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from tests.browser.driver import look, needs_browser
from tests.conftest import Portvault
from tests.inside import copy_home
from tests.recipes.test_publication import _publish, _state
from warehouse.publish import read_manifest

ROOT = Path(__file__).parents[2]
TITLES = [
    yaml.safe_load(path.read_text("utf-8"))["slice_name"]
    for path in sorted((ROOT / "scripts/superset/dashboard/charts").glob("*.yaml"))
]
DRAWN = f"""{json.dumps(TITLES)}.every((title) => document.body.innerText.includes(title))
    && !document.querySelector('.loading, [data-test="loading-indicator"]')"""
DASHBOARD = "superset/dashboard/portvault/?standalone=1"
RATES = ROOT / "tests" / "replica" / "XML_daily_2025-12-13.xml"
PYTHON = [sys.executable, "-m", "uv", "python", "find", "--no-python-downloads", "3.11"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        subprocess.run(PYTHON, capture_output=True).returncode != 0, reason="Superset needs Python 3.11"
    ),
]


@pytest.fixture(scope="module")
def published(built_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of our own, of real history, whose warehouse Superset shows."""
    return copy_home(built_home, tmp_path_factory.mktemp("published") / "data")


@pytest.fixture(scope="module")
def superset(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a Superset that serves the dashboard."""
    kept = os.environ.get("PORTVAULT_TEST_SUPERSET")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("superset")
    folder.mkdir(exist_ok=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["sh", str(ROOT / "scripts/superset.sh"), str(published / "warehouse.duckdb"), str(folder), str(port)]
    with (folder / "test.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    address = f"http://127.0.0.1:{port}"
    try:
        _until_up(server, f"{address}/health", folder / "test.log")
        yield address
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(120)
        if not kept:
            shutil.rmtree(folder)


def _until_up(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    for _ in range(900):
        assert server.poll() is None, log.read_text()[-3000:]
        try:
            if requests.get(url, timeout=2).ok:
                return
        except requests.RequestException:
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


@needs_browser
def test_the_dashboard_is_whole_while_a_run_publishes(
    superset: str, tools: Path, published: Path, portvault: Portvault, tmp_path: Path
) -> None:
    """Looked at again and again until the run has ended, and once more: each time one publication, at last the new one."""
    before = read_manifest(published / "warehouse.duckdb")
    pages = [look(tools, f"{superset}/{DASHBOARD}", tmp_path / "before.png", DRAWN)]
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(portvault, "ingest", str(RATES), "--published", "2025-12-13", home=published)
        while not run.done():
            pages.append(look(tools, f"{superset}/{DASHBOARD}", tmp_path / f"during{len(pages)}.png", DRAWN))
    assert run.result().returncode == 0, run.result().stdout + run.result().stderr
    pages.append(look(tools, f"{superset}/{DASHBOARD}", tmp_path / "after.png", DRAWN))
    after = read_manifest(published / "warehouse.duckdb")
    assert before and after and before.content_digest != after.content_digest
    for page in pages:
        assert all(title in page for title in TITLES)
        assert not re.search(r"Unexpected error|Data error|An error occurred|No results", page)
    shown = [{m.content_digest for m in (before, after) if m.content_digest in page} for page in pages]
    assert all(len(digests) == 1 for digests in shown)
    assert len(shown) > 2, "nobody looked while the run was under way"
    changes = [digests for number, digests in enumerate(shown) if shown[number - 1 : number] != [digests]]
    assert changes == [{before.content_digest}, {after.content_digest}]
    assert (tmp_path / "after.png").stat().st_size > 50_000


def test_charts_see_whole_publications_and_the_newest_one(superset: str, published: Path, tmp_path: Path) -> None:
    states = [_state(tmp_path, number) for number in range(5)]
    digests, exports = {state[1] for state in states}, {round(state[2] / 1e9, 6) for state in states}
    seen = set()
    for number in range(3 * len(states)):
        newest = states[number % len(states)]
        _publish(tmp_path, newest, published / "warehouse.duckdb")
        digest = _ask(superset, "publication", ["content_digest"])[0]["content_digest"]
        assert digest == newest[1]
        [row] = _ask(superset, "trade_monthly", ["exports", "imports"])
        assert round(row["exports"], 6) in exports
        seen.add(digest)
    assert seen == digests
