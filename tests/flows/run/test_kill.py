"""kill -9 of `portvault ingest` with a Prefect server, at the moment when the publication was just replaced and nothing
that goes with it is written; tests/faults has the other moments, without Prefect."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import ROOT, Portvault
from tests.inside import copy_home
from tests.plain import ON_SMALL_HISTORY, small_history
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import by_partner_rows


def digest(home: Path) -> str:
    """What a reader sees; opening and reading every table must work."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        for (name,) in con.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall():
            con.execute(f"SELECT count(*) FROM {name}").fetchall()
        return str(con.execute("SELECT content_digest FROM publication").fetchall()[0][0])


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "page.html"
    path.write_bytes(english(*by_partner_rows("2026-03", "CNY")))
    return path


@pytest.fixture(autouse=True)
def on_small_history(small: Path) -> Iterator[None]:
    """Runs within this process build on the small history."""
    with small_history(small):
        yield


@pytest.mark.slow
def test_killed_when_the_file_is_replaced(
    small: Path, small_home: Path, portvault: Portvault, page: Path, prefect_server: dict[str, str], tmp_path: Path
) -> None:
    home, untouched = copy_home(small_home, tmp_path / "data"), copy_home(small_home, tmp_path / "untouched" / "data")
    assert portvault("ingest", str(page), "--published", "2026-04-14", home=untouched).returncode == 0
    before, complete = digest(home), digest(untouched)
    old = tmp_path / "old.duckdb"
    os.link(home / "warehouse.duckdb", old)
    environment = os.environ | prefect_server | {"PORTVAULT_HOME": str(home)}
    command = [sys.executable, "-c", ON_SMALL_HISTORY, str(small), "ingest", str(page), "--published", "2026-04-14"]
    run = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while (home / "warehouse.duckdb").stat().st_ino == old.stat().st_ino:
        assert run.poll() is None, "the run ended before the moment came"
        time.sleep(0.002)
    run.send_signal(signal.SIGKILL)
    run.wait()

    assert digest(home) in {before, complete}
    repaired = portvault("run", "--offline", home=home)
    assert repaired.returncode == 0, repaired.stdout + repaired.stderr
    assert digest(home) == complete
    assert portvault("doctor", home=home).returncode == 0
    assert not list((home / "cache").glob("candidate-*"))
