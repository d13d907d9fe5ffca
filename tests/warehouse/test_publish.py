"""A publication is whole or absent: what a crash leaves apart is mended from the file, what is damaged is not trusted."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from flows.cli.doctor import examine
from flows.run import steps
from flows.settings import Settings
from warehouse import publish
from warehouse.diff import difference
from warehouse.files import sha256_of
from warehouse.publish import intact, keep, read_manifest, restore


def test_manifest_and_file_agree(built_home: Path) -> None:
    manifest = intact(built_home / "warehouse.duckdb")
    assert manifest is not None
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        assert con.execute("SELECT content_digest, run_id FROM publication").fetchall() == [
            (manifest.content_digest, manifest.run_id)
        ]


def test_a_lost_manifest_is_written_again_from_the_file(home: Path) -> None:
    warehouse = home / "warehouse.duckdb"
    before = read_manifest(warehouse)
    (home / "warehouse.json").unlink()
    assert intact(warehouse) is None
    assert restore(warehouse) == before == read_manifest(warehouse)


@pytest.mark.parametrize("share", [0, 0.3, 0.9])
def test_a_truncated_publication_is_not_trusted(home: Path, share: float) -> None:
    """What a power cut may leave of the newest file."""
    warehouse = home / "warehouse.duckdb"
    content = warehouse.read_bytes()
    warehouse.chmod(0o644)
    warehouse.write_bytes(content[: int(len(content) * share)])
    assert restore(warehouse) is None


def test_only_the_last_publications_are_kept(home: Path, tmp_path: Path) -> None:
    manifest = read_manifest(home / "warehouse.duckdb")
    assert manifest
    for number in range(4):
        changed = type(manifest)(**(vars(manifest) | {"run_id": f"2026010{number}T000000Z-0000"}))
        keep(home / "warehouse.duckdb", tmp_path / "publications", changed, 2)
    kept = sorted(path.name for path in (tmp_path / "publications").glob("*.duckdb"))
    assert kept == ["warehouse-20260102T000000Z-0000.duckdb", "warehouse-20260103T000000Z-0000.duckdb"]


def test_where_an_open_file_cannot_be_replaced_a_pointer_names_the_dated_one(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: the old file stays for those who have it open, Portvault's own commands follow the pointer."""
    settings = Settings(home=home, offline=True)
    before = settings.target.read_bytes()
    freely = Path.replace

    def refuse(path: Path, to: Path) -> Path:
        if to == settings.target:
            raise PermissionError(13, "The process cannot access the file because it is being used by another process")
        return freely(path, to)

    monkeypatch.setattr(Path, "replace", refuse)
    first = steps.publish(settings, _candidate(settings, "20991231T000000Z-0001"))
    assert settings.target.read_bytes() == before
    assert (home / "warehouse.path").read_text() == "publications/warehouse-20991231T000000Z-0001.duckdb"
    assert settings.warehouse == home / "publications/warehouse-20991231T000000Z-0001.duckdb"
    assert intact(settings.warehouse) == first
    found = {finding.check: finding for finding in examine(settings)}
    assert found["publication"].state == "good" and first.run_id in found["publication"].found
    assert found["pointer"].advice

    monkeypatch.undo()  # nobody has it open any more
    second = steps.publish(settings, _candidate(settings, "20991231T000000Z-0002"))
    assert settings.warehouse == settings.target
    assert not (home / "warehouse.path").exists()
    assert intact(settings.target) == second


def _candidate(settings: Settings, run_id: str) -> steps.Candidate:
    path = settings.root / "cache" / "candidate.duckdb"
    path.write_bytes(settings.warehouse.read_bytes())
    manifest = read_manifest(settings.warehouse)
    assert manifest
    return steps.Candidate(path, replace(manifest, run_id=run_id))


def test_a_warehouse_does_not_differ_from_itself(built_home: Path) -> None:
    same = difference(built_home / "warehouse.duckdb", built_home / "warehouse.duckdb")
    assert (same.added, same.revised_count, same.lost_count) == ({}, 0, 0)


def test_without_an_old_one_everything_is_added_and_nothing_revised(built_home: Path) -> None:
    first = difference(built_home / "warehouse.duckdb", None)
    assert first.added["household_loans"] > 1000
    assert (first.revised_count, first.lost_count) == (0, 0)


def test_a_value_known_from_an_earlier_day_is_not_lost(built_home: Path, tmp_path: Path) -> None:
    old, new = built_home / "warehouse.duckdb", tmp_path / "new.duckdb"
    new.write_bytes(old.read_bytes())
    with duckdb.connect(str(new)) as con:
        con.execute("UPDATE vintage.observation SET vintage_date = vintage_date - 1 WHERE series_id LIKE 'key_rate:%'")
        con.execute(
            "DELETE FROM vintage.observation WHERE series_id LIKE 'fx_rate:%' AND period_end = DATE '2025-06-10'"
        )
    found = difference(new, old)
    assert [(row["period_end"].isoformat(), row["value"]) for row in found.lost.to_dicts()] == [("2025-06-10", 79.1543)]
    assert difference(old, new).lost_count == 66, "known from a later day only: each change of the key rate"


def test_a_publication_is_hashed_once_until_something_is_done_to_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also by later processes, and again where it was written to and its time of writing set back."""
    warehouse = home / "warehouse.duckdb"
    hashed: list[Path] = []

    def watched(path: Path) -> str:
        hashed.append(path)
        return sha256_of(path)

    monkeypatch.setattr(publish, "sha256_of", watched)
    monkeypatch.setattr(publish, "_CHECKSUMS", {})
    publish.remember(warehouse)
    monkeypatch.setattr(publish, "_CHECKSUMS", {})
    assert intact(warehouse) and hashed == [warehouse]
    before = warehouse.stat()
    warehouse.chmod(0o644)
    with warehouse.open("r+b") as file:
        file.seek(-1, os.SEEK_END)
        last = file.read(1)
        file.seek(-1, os.SEEK_END)
        file.write(bytes([last[0] ^ 1]))
    os.utime(warehouse, ns=(before.st_atime_ns, before.st_mtime_ns))
    monkeypatch.setattr(publish, "_CHECKSUMS", {})
    assert intact(warehouse) is None and len(hashed) == 2
