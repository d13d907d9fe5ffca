"""CONTRIBUTING's "Add a source", executed: a copy of the project, a scaffolded source, a run, a value in the warehouse."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli.scaffold import FILES, CannotScaffold, new_source
from tests.conftest import ROOT
from tests.replica.server import Replica

RUN = """
import json, sys
from pathlib import Path
import duckdb
from flows.run import engine
from flows.settings import Settings
from flows.sources import sources
from tests.plain import small_history
assert sources()["acme"].publisher == "Acme Institute"
settings = Settings()
with small_history(Path(sys.argv[1])):
    report = engine.run(settings, engine.Request(sources=("acme",)))
rows = []
if settings.warehouse.exists():
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        rows = con.execute("SELECT period_end::VARCHAR, value FROM vintage.observation WHERE series_id LIKE 'acme:%' ORDER BY ALL").fetchall()
        rows += con.execute("SELECT product, publisher FROM ops.release WHERE product = 'acme.acme'").fetchall()
print(json.dumps({"outcome": report.outcome, "reason": report.reason, "quarantined": report.quarantined, "rows": rows}, default=str))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for room in ("flows", "transforms", "expectations", "warehouse", "tests"):
        shutil.copytree(ROOT / room, tmp_path / "project" / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "project")
    return tmp_path / "project"


def run(project: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(project)} | environment
    return subprocess.run(command, cwd=project, env=env, text=True, capture_output=True, timeout=280)


@pytest.mark.slow
def test_a_scaffolded_source_gets_a_value_into_the_warehouse(project: Path, tmp_path: Path, small: Path) -> None:
    before = {path for path in project.rglob("*") if path.is_file()}
    made = run(project, sys.executable, "-c", "from flows.cli import main; main()", "new", "source", "acme",
               "--publisher", "Acme Institute", "--url", "https://data.example.org")  # fmt: skip
    assert made.returncode == 0, made.stderr
    written = {path for path in project.rglob("*") if path.is_file() and "__pycache__" not in path.parts} - before
    assert written == {project / name.format(id="acme") for name in FILES.values()}, "four new files and no old one"
    with Replica() as site:
        site.put("/monthly.csv", "period,value\n2025-10,100.9\n2025-11,101.3\n", media_type="text/csv")
        done = run(project, sys.executable, "-c", RUN, str(small), PORTVAULT_ACME_URL=site.url,
                   PORTVAULT_HOME=str(tmp_path / "data"), PORTVAULT_NOW="2025-12-16T00:00:00Z")  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["outcome"] == "published", told
    assert told["rows"] == [["2025-10-31", 100.9], ["2025-11-30", 101.3], ["acme.acme", "Acme Institute"]]


@pytest.mark.parametrize(
    ("name", "publisher"), [("cbr", "P"), ("With Space", "P"), ("visit", "P"), ("acme", 'A "quoted" name')]
)
def test_what_cannot_be_scaffolded_writes_nothing(name: str, publisher: str, tmp_path: Path) -> None:
    (tmp_path / "flows/sources").mkdir(parents=True)
    for file in ("source.py", "visit.py"):
        (tmp_path / "flows/sources" / file).touch()
    with pytest.raises(CannotScaffold):
        new_source(tmp_path, name, publisher, "https://data.example.org", "free")
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2
    with pytest.raises(CannotScaffold):
        new_source(tmp_path / "elsewhere", "acme", "P", "https://data.example.org", "free")
