"""kill -9 of `portvault ingest` on the whole history and with a Prefect server, at the moment when the publication was
just replaced and nothing that goes with it is written; tests/faults has the other moments, on a small history."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import duckdb
import pytest

from tests.conftest import PORTVAULT, Portvault
from tests.inside import copy_home
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


@pytest.fixture(scope="module")
def complete(built_home: Path, portvault: Portvault, page: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The digest after the page was ingested without a kill."""
    home = copy_home(built_home, tmp_path_factory.mktemp("complete") / "data")
    assert portvault("ingest", str(page), "--published", "2026-04-14", home=home).returncode == 0
    return digest(home)


@pytest.mark.slow
def test_killed_when_the_file_is_replaced(
    home: Path, portvault: Portvault, page: Path, complete: str, prefect_server: dict[str, str]
) -> None:
    before = digest(home)
    old = home.parent / "old.duckdb"
    os.link(home / "warehouse.duckdb", old)
    environment = os.environ | prefect_server | {"PORTVAULT_HOME": str(home)}
    run = subprocess.Popen([str(PORTVAULT), "ingest", str(page), "--published", "2026-04-14"], env=environment,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # fmt: skip
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
