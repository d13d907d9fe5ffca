"""Files on their way into the archive: copied and hashed at once, and gone where nobody took them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from upath import UPath

from flows.archive import Archive
from flows.archive.arrival import PIECE
from warehouse.files import WRITING, Place

NOW = datetime(2026, 4, 14, tzinfo=UTC)
CONTENT = bytes(range(256)) * (PIECE // 256) + b"and more than one piece"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a name.csv"
    path.write_bytes(CONTENT)
    return path


@pytest.mark.parametrize("far", [False, True])
def test_what_arrives_is_stored_under_its_hash(file: Path, tmp_path: Path, far: bool) -> None:
    root: Place = UPath(f"memory://{tmp_path.name}/archive") if far else tmp_path / "archive"
    archive = Archive(root)
    for created in (True, False):  # the same bytes again are the same snapshot
        with archive.arriving(file) as arrived:
            snapshot = archive.store(arrived(), source="gacc_query", product="gacc.online_query", period="2024-01",
                                     extension="csv", url="", now=NOW)  # fmt: skip
        assert (snapshot.sha256, snapshot.created) == (hashlib.sha256(CONTENT).hexdigest(), created)
        assert snapshot.read() == CONTENT and snapshot.sidecar["size"] == len(CONTENT)
    assert file.read_bytes() == CONTENT
    assert far or not list((tmp_path / "archive").rglob(f"{WRITING}*"))


def test_a_file_that_is_refused_leaves_no_copy_and_the_next_one_removes_those_of_killed_runs(
    file: Path, tmp_path: Path
) -> None:
    root = tmp_path / "archive"
    root.mkdir()
    (root / f"{WRITING}left").write_bytes(b"half")
    with pytest.raises(LookupError), Archive(root).arriving(file):
        raise LookupError
    assert not list(root.iterdir())
    assert Archive(root).snapshots() == []


def test_a_full_disk_is_told_to_whoever_waits_for_the_file(file: Path, tmp_path: Path) -> None:
    root = tmp_path / "archive"
    root.write_bytes(b"no folder")
    with Archive(root).arriving(file) as arrived, pytest.raises(OSError):
        arrived()
