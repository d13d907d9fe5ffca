"""The doctor finds what keeps runs or readers from working, and says what to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.doctor import Finding, examine
from flows.lock import single_writer
from flows.settings import Settings


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
    assert findings(home)["publication"].state == "bad"


def test_a_missing_publication_and_a_running_writer_are_said(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "data")
    code = f"""
import time
from pathlib import Path
from flows.lock import single_writer
with single_writer(Path({str(settings.lock)!r}), "another run"):
    print(flush=True)
    time.sleep(60)"""
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
