"""The readers' contract: any driver opens the file, nobody is disturbed by a publication, nobody sees half of one."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import duckdb
import pytest

from tests.expectations.small import PRINTED, printed, warehouse
from tests.recipes.conftest import Environment
from warehouse.publish import OLDEST_DRIVER, Manifest, publish
from warehouse.schema import tables

VERSIONS = ("1.1.3", "1.2.2", "1.3.2", "1.4.4", "1.5.6", "2.0.0")
PUBLICATIONS, STATES = 100, 10
pytestmark = pytest.mark.slow

OPEN = """
import duckdb, json
path = "data/warehouse.duckdb"
with duckdb.connect(path, read_only=True) as con:
    seen = {
        "version": duckdb.__version__,
        "table": con.execute("SELECT imports FROM trade_total").fetchall(),
        "view": con.execute("SELECT count(*) FROM first_release").fetchall(),
        "read": sorted(name for (name,) in con.execute(
            "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal UNION ALL "
            "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal").fetchall()
            if con.execute(f"SELECT * FROM {name}").fetchall() is not None),
        "after": con.execute("SELECT imports FROM trade_total_as_of(DATE '2026-01-14')").fetchall(),
        "vintages": con.execute("SELECT count(*) FROM vintage.observation").fetchall(),
        "comment": con.execute("SELECT comment FROM duckdb_columns() WHERE table_name = 'trade_total' "
                               "AND column_name = 'imports'").fetchall(),
    }
    try:
        con.execute("FROM trade_total_as_of(DATE '2026-01-13')").fetchall()
    except duckdb.Error as error:
        seen["before"] = "the first is of 2026-01-14" in str(error)
con = duckdb.connect()
con.execute(f"ATTACH '{path}' AS other (READ_ONLY)")
seen["attached"] = con.execute("SELECT imports FROM other.trade_total").fetchall()
con.execute("USE other")
seen["used"] = con.execute("SELECT imports FROM trade_total_as_of(DATE '2026-01-14')").fetchall()
macros = con.execute("SELECT DISTINCT function_name FROM duckdb_functions() "
                     "WHERE database_name = 'other' AND function_name LIKE '%_as_of'").fetchall()
seen["macros"] = {name: con.execute(f"SELECT count(*) FROM {name}('2026-01-14')").fetchall()[0][0] for (name,) in macros}
print(json.dumps(seen))
"""

REPLACED = """
import duckdb, json, os, shutil
shutil.copy("data/warehouse.duckdb", "mine.duckdb")
shutil.copy("other.duckdb", "next.duckdb")
count = "SELECT imports FROM trade_total"
first = duckdb.connect("mine.duckdb", read_only=True)
seen = [first.execute(count).fetchall()[0][0]]
os.replace("next.duckdb", "mine.duckdb")
seen.append(first.execute(count).fetchall()[0][0])
second = duckdb.connect("mine.duckdb", read_only=True)
seen.append(second.execute(count).fetchall()[0][0])
first.close(); second.close()
with duckdb.connect("mine.duckdb", read_only=True) as third:
    seen.append(third.execute(count).fetchall()[0][0])
print(json.dumps(seen))
"""


@pytest.mark.parametrize("version", VERSIONS)
def test_every_driver_opens_tables_views_macros_and_comments(
    environment: Environment, home: Path, version: str
) -> None:
    python = environment(f"duckdb=={version}") / "python"
    done = subprocess.run([str(python), "-c", OPEN], cwd=home, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "version": version,
        "table": [[PRINTED["import"]]],
        "view": [[4]],
        "read": sorted(f"{t.schema}.{t.name.rpartition('.')[2]}" for t in tables()),
        "before": True,
        "after": [[PRINTED["import"]]],
        "vintages": [[4]],
        "comment": [["Imports, cost insurance freight (进口)"]],
        "attached": [[PRINTED["import"]]],
        "used": [[PRINTED["import"]]],
        "macros": {t.macro: {"observation": 4, "trade_total": 1}.get(t.name, 0) for t in tables() if t.macro}
        | {"panel_as_of": 4},
    }


@pytest.mark.parametrize("version", ["1.1.3", "2.0.0"])
def test_an_open_connection_keeps_its_publication_until_all_of_the_process_close(
    environment: Environment, home: Path, tmp_path: Path, version: str
) -> None:
    """As docs/recipes/python-duckdb.md says: also a second connection of the same process sees the old one."""
    shutil.copytree(home / "data", tmp_path / "data")
    warehouse(tmp_path / "other.duckdb", printed(**{"import": 245.3e9, "total": 603.08e9, "balance": 112.48e9})).close()
    python = environment(f"duckdb=={version}") / "python"
    done = subprocess.run([str(python), "-c", REPLACED], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [243.64e9, 243.64e9, 243.64e9, 245.3e9]


def test_eight_readers_of_six_versions_see_whole_states_through_a_hundred_publications(
    environment: Environment, tmp_path: Path
) -> None:
    states = [_state(tmp_path, number) for number in range(STATES)]
    target, stop = tmp_path / "warehouse.duckdb", tmp_path / "stop"
    _publish(tmp_path, states[0], target)
    pythons = [environment(f"duckdb=={version}") / "python" for version in (*VERSIONS, VERSIONS[0], VERSIONS[-1])]
    script = str(Path(__file__).with_name("reader.py"))
    outputs = [tmp_path / f"reader{number}.jsonl" for number in range(len(pythons))]
    readers = []
    try:
        for python, output in zip(pythons, outputs, strict=True):
            with output.open("w") as file:
                readers.append(subprocess.Popen([str(python), script, str(target), str(stop)], stdout=file))
        _wait(lambda: all(output.stat().st_size for output in outputs))
        for number in count(1):
            newest = states[number % STATES]
            _publish(tmp_path, newest, target)
            time.sleep(0.03)  # each one is there for a moment
            if number >= PUBLICATIONS and all(output.read_text().count("\n") > 10 for output in outputs):
                break  # a busy machine gives the readers less often a look
        stop.touch()
        for reader in readers:
            assert reader.wait(timeout=120) == 0
    finally:
        for reader in readers:
            reader.kill()
    known = {(digest, exports) for _, digest, exports in states}
    for output, python in zip(outputs, pythons, strict=True):
        looks = [json.loads(line) for line in output.read_text().splitlines()]
        assert [look["error"] for look in looks if "error" in look] == [], python
        assert {(look["digest"], look["exports"]) for look in looks} <= known
        assert all(look["exports"] == look["observed"] and look["again"] for look in looks)
        assert looks[-1]["digest"] == newest[1], "a new connection sees the newest publication"
        assert len(Counter(look["digest"] for look in looks)) > 2, "the reader saw publications change"


def test_the_file_names_the_oldest_driver_that_is_tested(home: Path) -> None:
    assert VERSIONS[0] == OLDEST_DRIVER
    with duckdb.connect(str(home / "data/warehouse.duckdb"), read_only=True) as con:
        assert con.execute("SELECT oldest_driver FROM publication").fetchall() == [(OLDEST_DRIVER,)]


def test_publications_are_read_only_files(tmp_path: Path) -> None:
    target = tmp_path / "warehouse.duckdb"
    _publish(tmp_path, _state(tmp_path, 0), target)
    assert target.stat().st_mode & 0o222 == 0
    with duckdb.connect(str(target), read_only=True) as con, pytest.raises(duckdb.Error, match="read-only"):
        con.execute("DELETE FROM series")


State = tuple[Path, str, float]  # file, digest, exports


def _state(folder: Path, number: int) -> State:
    """A complete publication whose exports differ from those of the others."""
    exports = PRINTED["export"] + number * 1e8
    changed = {
        "export": exports,
        "total": PRINTED["total"] + number * 1e8,
        "balance": PRINTED["balance"] + number * 1e8,
    }
    path = folder / f"state{number}.duckdb"
    with warehouse(path, printed(**changed)) as con:
        digest = con.execute("SELECT content_digest FROM publication").fetchall()[0][0]
    return path, digest, exports


def _publish(folder: Path, state: State, target: Path) -> None:
    """Publish a copy of a prepared state by the project's own means."""
    candidate = folder / "candidate.duckdb"
    shutil.copyfile(state[0], candidate)
    now = datetime.now(UTC).isoformat()
    publish(candidate, target, Manifest(now, "run", state[1], "none", "v1.0.0", "0"))


def _wait(done: Callable[[], bool], seconds: float = 300) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "the readers did not start"
        time.sleep(0.1)
