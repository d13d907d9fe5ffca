"""Where the archive is and who reads it make no difference: disk or S3, this process or a Dask cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import requests
from fsspec.implementations.memory import MemoryFileSystem
from pydantic import ValidationError
from s3fs import S3FileSystem
from upath import UPath

from flows.archive import Archive, CorruptSnapshot
from flows.run.read import Read
from flows.settings import Settings
from tests.conftest import ROOT, Portvault, free_port, stop
from tests.inside import copy_home
from tests.plain import ON_SMALL_HISTORY, small_history
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import by_partner_rows
from warehouse.files import mirror, names_below

NOW = datetime(2026, 4, 14, 3, tzinfo=UTC)
PAGES = [
    ("2025-02", "CNY"),
    ("2026-03", "CNY"),
    ("2026-03", "USD"),
    ("2025-10", "CNY"),
    ("2025-11", "CNY"),
    ("2025-12", "CNY"),
]
"""Two that hold figures; figures in the wrong unit; three without rows."""


def fill(archive: Archive) -> Archive:
    """Seven snapshots, of which five are refused, each for its reason."""
    for month, currency in PAGES:
        page = english(*by_partner_rows(month, currency))
        facts = {"source": "gacc_en", "product": "gacc.by_partner_preliminary", "extension": "html", "url": ""}
        archive.store(page, period=month, now=NOW, **facts)
    archive.store(b"<html>what is this</html>", period="2026-02", now=NOW, **facts)
    return archive


def outcome(read: Read) -> tuple[str, str, tuple[object, ...]]:
    return read.release_id, str(read.refusal), read.checks


def test_an_archive_in_an_object_store_is_the_archive_on_disk(tmp_path: Path) -> None:
    far = UPath("memory://" + tmp_path.name) / "archive"
    near = fill(Archive(tmp_path / "archive"))
    fill(Archive(far))
    assert sorted(names_below(far)) == sorted(names_below(tmp_path / "archive"))
    again = Archive(far)
    assert [dict(s.sidecar) for s in again.snapshots()] == [dict(s.sidecar) for s in near.snapshots()]
    first = again.snapshots()[0]
    assert first.read() == near.snapshots()[0].read()
    first.path.with_name(f"{first.sha256}.json").unlink()
    assert [s.sha256 for s in Archive(far).snapshots()] == [s.sha256 for s in near.snapshots()]  # sidecar rebuilt
    first.path.write_bytes(b"cut")
    with pytest.raises(CorruptSnapshot, match="3 bytes"):
        first.read()


def test_an_object_store_that_fails_half_way_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever write fails: no release is half there, and storing the same pages again completes the archive."""
    whole = fill(Archive(UPath("memory://whole" + tmp_path.name) / "archive"))
    wanted = [dict(snapshot.sidecar) for snapshot in whole.snapshots()]
    written, real = [0, -1], MemoryFileSystem._open

    def failing(self: MemoryFileSystem, path: str, mode: str = "rb", **given: object) -> object:
        if "r" not in mode:
            written[0] += 1
            if written[0] == written[1]:
                raise OSError("the connection to the store broke")
        return real(self, path, mode, **given)

    monkeypatch.setattr(MemoryFileSystem, "_open", failing)
    fill(Archive(UPath("memory://count" + tmp_path.name) / "archive"))
    writes = written[0]
    assert writes >= 2 * len(wanted)
    for broken in range(1, writes + 1):
        written[:] = [0, broken]
        far = UPath(f"memory://broken{broken}{tmp_path.name}") / "archive"
        with pytest.raises(OSError, match="connection"):
            fill(Archive(far))
        for snapshot in Archive(far).snapshots():
            assert snapshot.read()  # its bytes are those of its hash
        written[1] = -1
        assert [dict(snapshot.sidecar) for snapshot in fill(Archive(far)).snapshots()] == wanted


def test_a_mirror_holds_what_the_folder_holds(tmp_path: Path) -> None:
    folder, far = tmp_path / "parquet", UPath("memory://" + tmp_path.name) / "parquet"
    for name, content in (("a.parquet", b"1"), ("ops/run.parquet", b"2"), ("manifest.json", b"{}")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    mirror(folder, far)
    (folder / "a.parquet").unlink()
    (folder / "manifest.json").write_bytes(b"[]")
    mirror(folder, far)
    assert {"/".join(name): far.joinpath(*name).read_bytes() for name in names_below(far)} == {
        "ops/run.parquet": b"2", "manifest.json": b"[]",
    }  # fmt: skip


@pytest.mark.parametrize("url", ["bucket/archive", "nonsense://bucket/archive"])
def test_addresses_that_lead_nowhere_are_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        Settings(archive_url=url)


@pytest.fixture
def cluster(s3: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """A Dask scheduler with a worker process of two threads that knows S3; yields its address."""
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    commands = [
        [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"],
        [sys.executable, "-m", "distributed.cli.dask_worker", address, "--nthreads", "2", "--no-nanny", "--no-dashboard"],
    ]  # fmt: skip
    with (tmp_path / "dask.log").open("w") as log:
        processes = [
            subprocess.Popen(command, env=os.environ | s3, stdout=log, stderr=subprocess.STDOUT, cwd=tmp_path)
            for command in commands
        ]
    yield address
    for process in reversed(processes):
        stop(process)


def apart(one: Path, other: Path) -> list[tuple[str, int, object]]:
    """Tables of figures in which two publications differ, by how many rows, and one of them."""
    found: list[tuple[str, int, object]] = []
    with duckdb.connect() as con:
        for name, home in (("one", one), ("other", other)):
            con.execute(f"ATTACH '{home / 'warehouse.duckdb'}' AS {name} (READ_ONLY)")
        names = con.execute("""SELECT schema_name || '.' || table_name FROM duckdb_tables()
            WHERE database_name = 'one' AND schema_name IN ('main', 'vintage')""").fetchall()
        for (name,) in names:
            for a, b in (("one", "other"), ("other", "one")):
                rows = con.execute(f"FROM {a}.{name} EXCEPT ALL FROM {b}.{name}").fetchall()
                found += [(f"{a}.{name}", len(rows), rows[0])] if rows else []
    return found


@pytest.mark.slow
def test_a_run_on_dask_and_s3_publishes_the_same_figures(
    small: Path, small_home: Path, portvault: Portvault, prefect_server: dict[str, str], s3: dict[str, str], cluster: str,
    tmp_path: Path,
) -> None:  # fmt: skip
    home = copy_home(small_home, tmp_path / "data")
    fill(Archive(home / "archive"))
    store = S3FileSystem(key="key", secret="secret", endpoint_url=s3["FSSPEC_S3_ENDPOINT_URL"])
    store.put(str(home / "archive"), "bucket/archive", recursive=True)
    shutil.copytree(home, tmp_path / "far" / "data", ignore=shutil.ignore_patterns("archive"))
    far = tmp_path / "far" / "data"

    with small_history(small):
        near = portvault("run", "--offline", home=home)
    assert near.returncode == 3, near.stdout + near.stderr  # one page is quarantined
    settings = {"PORTVAULT_ARCHIVE_URL": "s3://bucket/archive", "PORTVAULT_PARQUET_URL": "s3://bucket/parquet",
                "PORTVAULT_TASK_RUNNER": "dask", "PORTVAULT_DASK_ADDRESS": cluster}  # fmt: skip
    own = {"PORTVAULT_HOME": str(far)} | s3 | settings | prefect_server
    done = subprocess.run(  # boto reads its variables once a process
        [sys.executable, "-c", ON_SMALL_HISTORY, str(small), "run", "--offline"], env=os.environ | own, cwd=ROOT,
        text=True, capture_output=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 3, done.stdout + done.stderr + (tmp_path / "dask.log").read_text()[-3000:]

    def published(folder: Path) -> tuple[str, int]:
        with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True) as con:
            digest = con.execute("SELECT content_digest FROM publication").fetchall()[0][0]
            return digest, con.execute("SELECT count(*) FROM ops.release WHERE product LIKE 'gacc.by_p%'").fetchall()[
                0
            ][0]

    assert published(far) == published(home), apart(far, home)
    assert not (far / "archive").exists()
    for name in names_below(far / "parquet"):
        assert store.cat("bucket/parquet/" + "/".join(name)) == far.joinpath("parquet", *name).read_bytes()
    named = [path.stem for path in (far / "runs").glob("*.json")]  # other tests share the server
    mine = {"flow_runs": {"name": {"any_": named}}}
    tasks = requests.post(prefect_server["PREFECT_API_URL"] + "/task_runs/filter", json=mine, timeout=30).json()
    read = [task for task in tasks if task["name"].startswith("read gacc")]
    assert len(read) == 2 and {task["state"]["type"] for task in read} == {"COMPLETED"}
