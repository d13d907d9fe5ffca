"""Official files of the Bank of Russia by hand: archived and read, or refused for a good reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.archive import Archive
from flows.run.ingest import ingest_files
from flows.run.reading import read_snapshot
from flows.settings import Settings
from tests.transforms.banking.books import SHARED
from tests.transforms.form_101.test_form_101 import table
from tests.transforms.form_102.test_form_102 import WIDE

REFUSED = {  # tables beside the figures of a form, and a person's copy that is no file of the bank
    "42012NP1.DBF": "companion_table",
    "42012SP1.DBF": "companion_table",
    "NAMES.DBF": "companion_table",
    "SPRAV1.DBF": "companion_table",
    "bulk_f101_b.112015_B.bz2": "unrecognised",
}


def states(settings: Settings) -> dict[str, str]:
    """What became of each archived file when it was read from the archive, by the name it was ingested under."""
    return {s.sidecar["ingested_name"]: read_snapshot(s).state for s in Archive(settings.archive).snapshots()}


def test_form_102_tells_its_quarter_by_its_name_in_the_archive_too(tmp_path: Path) -> None:
    file, settings = tmp_path / "42012_P1.DBF", Settings(home=tmp_path / "data")
    file.write_bytes(table(WIDE, [("1.0", "10000", "655314708", "14850042", "670164750")]))
    assert ingest_files(settings, [file]) == []
    unnamed = tmp_path / "saved.dbf"
    unnamed.write_bytes(table(WIDE, [("2.0", "10000", "1", "1", "2")]))
    (reason,) = ingest_files(settings, [unnamed])
    assert (reason["code"], "--option period=" in reason["expected"]) == ("no_date", True)
    assert ingest_files(settings, [unnamed], options={"period": "2013-03"}) == []
    assert states(settings) == {"42012_P1.DBF": "loaded", "saved.dbf": "loaded"}


@pytest.mark.slow
def test_small_official_files_are_archived_or_refused_for_their_reason(tmp_path: Path) -> None:
    """The long ones are read by the tests of their products; all 28 went through the command line once."""
    files = sorted(
        path
        for path in (SHARED / "raw").glob("*/*")
        if path.is_file() and path.suffix != ".md" and path.stat().st_size < 110_000
    )
    if not files:
        pytest.skip("the official files are not on this machine")
    refused = {reason["name"]: reason["code"] for reason in ingest_files(Settings(home=tmp_path / "data"), files)}
    assert refused == {name: code for name, code in REFUSED.items() if name in {path.name for path in files}}
