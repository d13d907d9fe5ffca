"""The doctor finds what keeps runs or readers from working, and says what to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from flows.cli.doctor import Finding, examine
from flows.run import metrics
from flows.run.lock import single_writer
from flows.settings import Settings
from tests.replica.addresses import everywhere
from tests.replica.server import Replica
from warehouse.files import sha256_of
from warehouse.publish import read_manifest, write_manifest


def findings(home: Path) -> dict[str, Finding]:
    return {finding.check: finding for finding in examine(Settings(home=home, offline=True))}


@contextmanager
def holding(path: Path, read_only: bool) -> Iterator[int]:
    """Another process with the file open; yields its id."""
    code = f"import duckdb; c = duckdb.connect({str(path)!r}, read_only={read_only}); print(flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    yield process.pid
    process.kill()
    process.wait()


def test_a_sound_home_has_nothing_bad(built_home: Path) -> None:
    assert [f for f in findings(built_home).values() if f.state == "bad"] == []
    assert findings(built_home)["publication"].state == "good"


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="only Linux tells who holds a file")
def test_readers_and_writers_of_the_publication_are_named(home: Path) -> None:
    warehouse = home / "warehouse.duckdb"
    with holding(warehouse, read_only=True) as reader:
        assert str(reader) in findings(home)["reader"].found
        newer = home / "newer.duckdb"
        newer.write_bytes(warehouse.read_bytes())
        newer.replace(warehouse)
        found = findings(home)
        assert "reader" not in found
        assert str(reader) in found["old reader"].found
        assert "connect again" in found["old reader"].advice
    warehouse.chmod(0o644)
    with holding(warehouse, read_only=False) as writer:
        found = findings(home)["writer"]
    assert found.state == "bad"
    assert str(writer) in found.found
    assert found.advice


def test_a_changed_publication_is_told_from_its_manifest(home: Path) -> None:
    warehouse = home / "warehouse.duckdb"
    warehouse.chmod(0o644)
    content = bytearray(warehouse.read_bytes())
    content[len(content) // 2] ^= 1
    warehouse.write_bytes(content)
    found = findings(home)["publication"]
    assert (found.state, "SHA-256" in found.found) == ("bad", True)
    (home / "warehouse.json").unlink()
    assert "warehouse.json is gone" in findings(home)["publication"].found


def test_outputs_that_are_gone_or_cut_are_named(home: Path) -> None:
    assert findings(home)["outputs"].state == "good"
    (home / "parquet" / "trade_total.parquet").unlink()
    (home / "sdmx" / "structure.xml").write_text("<cut")
    found = findings(home)["outputs"]
    assert found.state == "bad"
    assert "parquet/trade_total.parquet" in found.found
    assert "sdmx/structure.xml" in found.found
    assert "portvault run" in found.advice


def test_drivers_that_can_open_the_file_are_read_from_the_file(home: Path) -> None:
    assert "v1.0.0+" in findings(home)["drivers"].found
    warehouse = home / "warehouse.duckdb"
    newer = home / "newer.duckdb"
    with duckdb.connect(str(newer)) as con:  # as any tool of DuckDB 2 writes it
        con.execute(f"ATTACH '{warehouse}' AS old (READ_ONLY); COPY FROM DATABASE old TO newer")
    manifest = read_manifest(warehouse)
    assert manifest
    newer.replace(warehouse)
    write_manifest(warehouse, replace(manifest, sha256=sha256_of(warehouse), size=warehouse.stat().st_size))
    found = findings(home)["drivers"]
    assert (found.state, "v2.0.0+" in found.found) == ("bad", True)
    assert found.advice


def test_a_full_disk_is_foreseen(built_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings(built_home)["disk"].state == "good"
    monkeypatch.setattr(metrics, "ROOM", 10**18)
    assert findings(built_home)["disk"].advice == "Make room."


def test_the_prefect_server_and_its_schedules_are_asked(
    prefect_server: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert findings(tmp_path)["prefect server"].state == "note"
    monkeypatch.setenv("PREFECT_API_URL", prefect_server["PREFECT_API_URL"])
    assert findings(tmp_path)["prefect server"].state == "good"
    assert findings(tmp_path)["schedules"].found
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")  # nobody listens there
    found = findings(tmp_path)["prefect server"]
    assert (found.state, found.advice) == ("bad", "Start it, or unset PREFECT_API_URL.")


def test_each_publisher_is_asked_and_how_it_answered_is_said(tmp_path: Path) -> None:
    with Replica() as site:
        site.put("/", "front page")
        there, absent = site.url, "http://127.0.0.1:9"
        urls = everywhere(absent) | {"gacc_en_url": there, "gacc_zh_url": f"{there}/blocked"}
        settings = Settings(home=tmp_path, **urls)  # type: ignore[arg-type]
        found = {finding.check: finding for finding in examine(settings)}
    assert (found["gacc_en"].state, found["gacc_en"].advice) == ("good", "")
    assert "HTTP 404" in found["gacc_zh"].found
    assert found["cbr"].found.startswith("unreachable")
    assert "portvault ingest" in found["cbr"].advice


def test_a_missing_publication_and_a_running_writer_are_said(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "data")
    code = f"""
import time
from pathlib import Path
from flows.run.lock import single_writer
with single_writer(Path({str(settings.lock)!r}), "another run"):
    print(flush=True)
    time.sleep(600)"""
    other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
    assert other.stdout
    other.stdout.readline()
    found = findings(tmp_path / "data")
    other.kill()
    other.wait()
    assert found["publication"].state == "bad"
    assert "another run" in found["lock"].found
    with single_writer(settings.lock, "the next"):
        pass  # the lock went with its process
