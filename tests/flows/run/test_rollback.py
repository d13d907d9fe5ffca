"""Roll-back: readers get a kept publication again, whole, and a withdrawn one does not come back by itself."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from flows.run import steps
from flows.run.rollback import kept, rollback, withdrawn
from flows.settings import Settings
from tests.expectations.small import PRINTED, printed, warehouse
from tests.inside import copy_home
from warehouse.files import sha256_of
from warehouse.publish import Manifest, keep, publish, read_manifest, write_manifest

RUNS = ("20260114T000000Z-aaaa", "20260218T000000Z-bbbb", "20260318T000000Z-cccc")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with three publications, whose exports of December 2025 rise by a billion each time."""
    folder = tmp_path_factory.mktemp("published")
    made = Settings(home=folder / "data")
    made.root.mkdir()
    for number, run_id in enumerate(RUNS):
        step = number * 1e9
        candidate = folder / "candidate.duckdb"
        warehouse(candidate, printed(**{name: PRINTED[name] + step for name in ("export", "total", "balance")})).close()
        manifest = Manifest(
            f"2026-0{number + 1}-14T00:00:00+00:00", run_id, f"digest{number}", f"inputs{number}", "v1.0.0", "0"
        )
        complete = publish(candidate, made.warehouse, manifest)
        keep(made.warehouse, made.root / "publications", complete, 5)
    return made.root


@pytest.fixture
def settings(published: Path, tmp_path: Path) -> Settings:
    return Settings(home=copy_home(published, tmp_path / "data"))


def exports(settings: Settings) -> float:
    with duckdb.connect(str(settings.warehouse), read_only=True) as con:
        return float(con.execute("SELECT exports FROM trade_total").fetchall()[0][0])


@pytest.mark.slow
def test_back_to_the_one_before_and_then_to_any(settings: Settings) -> None:
    assert exports(settings) == 359.78e9
    assert rollback(settings).exit_code == 0
    assert exports(settings) == 358.78e9
    manifest = read_manifest(settings.warehouse)
    assert manifest
    assert manifest.run_id == RUNS[1]
    assert settings.warehouse.stat().st_mode & 0o222 == 0
    assert rollback(settings, RUNS[0]).exit_code == 0
    assert exports(settings) == 357.78e9
    assert rollback(settings, RUNS[2]).exit_code == 0
    assert exports(settings) == 359.78e9
    assert [m.run_id for m in kept(settings)] == list(RUNS)


@pytest.mark.slow
def test_the_outputs_follow(settings: Settings) -> None:
    report = rollback(settings).facts()
    assert Path(report["outputs"]["catalogue"]).exists()
    assert (settings.parquet / "trade_total.parquet").exists()


@pytest.mark.slow
def test_back_to_a_file_whose_tables_are_of_another_version(settings: Settings) -> None:
    """As after an upgrade that is to be undone: readers get the file, the report says which pages could not be made."""
    dated = settings.root / "publications" / f"warehouse-{RUNS[1]}.duckdb"
    older = settings.root / "older.duckdb"
    shutil.copyfile(dated, older)
    older.chmod(0o644)
    with duckdb.connect(str(older)) as con:
        con.execute("ALTER TABLE indicator DROP COLUMN title")
    older.replace(dated)
    write_manifest(dated, replace(kept(settings)[1], sha256=sha256_of(dated), size=dated.stat().st_size))
    report = rollback(settings).facts()
    assert (report["exit_code"], exports(settings)) == (0, 358.78e9)
    assert "another version of Portvault" in report["reason"]
    assert (settings.parquet / "indicator.parquet").exists()


@pytest.mark.slow
def test_what_was_withdrawn_is_not_published_again_until_something_changes(settings: Settings) -> None:
    rollback(settings)
    assert withdrawn(settings, "inputs2")
    assert steps.already(settings, "inputs2") == "unchanged"
    assert steps.already(settings, "inputs3") is None
    rollback(settings, RUNS[2])
    assert not withdrawn(settings, "inputs2")


@pytest.mark.slow
def test_nothing_to_go_back_to_changes_nothing(settings: Settings) -> None:
    rollback(settings, RUNS[0])
    before = settings.warehouse.stat().st_ino
    report = rollback(settings).facts()
    assert report["exit_code"] == 1
    assert RUNS[1] in report["reason"]
    assert rollback(settings, "unknown").exit_code == 1
    assert settings.warehouse.stat().st_ino == before


@pytest.mark.slow
def test_a_damaged_kept_file_is_refused(settings: Settings) -> None:
    dated = settings.root / "publications" / f"warehouse-{RUNS[1]}.duckdb"
    content = bytearray(dated.read_bytes())
    content[len(content) // 2] ^= 0xFF
    dated.unlink()
    dated.write_bytes(content)
    report = rollback(settings, RUNS[1]).facts()
    assert report["exit_code"] == 1
    assert "damaged" in report["reason"]
    assert exports(settings) == 359.78e9
