"""A dry run says what files are and would load, and writes nothing."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.run.dry_run import dry_run
from flows.settings import Settings
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import by_partner_rows

HEAD = "Date of data,Trading partner code,Trading partner,Commodity code,Commodity,First Quantity,Unit,US dollar"


def files_of(folder: Path) -> dict[str, int]:
    return {str(path.relative_to(folder)): path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_download_shows_its_rows_and_one_without_flow_asks_for_it(tmp_path: Path) -> None:
    path = tmp_path / "downloadData.csv"
    rows = [["202601", "110", "Hong Kong,China", "29012920", "Acetylene", "81782", "Kilogram", "315,286"]]
    text = "".join('"' + '","'.join(cells) + '",\n' for cells in [HEAD.split(","), *rows])
    path.write_text(text, "utf-8")
    settings = Settings(home=tmp_path / "data")
    (asked,) = dry_run(settings, [path])
    assert (asked["state"], asked["refusal"]["code"]) == ("refused", "flow_unknown")
    (said,) = dry_run(settings, [path], options={"flow": "import"})
    assert (said["state"], said["product"], said["release"]["period"]) == ("loads", "gacc.online_query", "2026-01")
    (row,) = said["records"]["customs_microdata"]
    assert (row["partner"], row["hs8"], row["quantity"], row["value"]) == ("HKG", "29012920", 81782.0, 315286.0)
    assert not settings.root.exists()


def test_what_would_change_is_told_and_nothing_is_written(built_home: Path, tmp_path: Path) -> None:
    """The page of March 2026 is in the shipped history in dollars, so in yuan its figures are new."""
    path = tmp_path / "page.html"
    title, rows = by_partner_rows("2026-03", "CNY")
    path.write_bytes(english(title, rows))
    before = files_of(built_home)
    (said,) = dry_run(Settings(home=built_home), [path], published=date(2026, 4, 14))
    assert said["state"] == "loads"
    assert sum(said["changes"].values()) == len(said["observations"]) > 100
    assert files_of(built_home) == before
    rows[9] = ["Atlantis", *rows[9][1:]]
    path.write_bytes(english(title, rows))
    (partial,) = dry_run(Settings(home=built_home), [path], published=date(2026, 4, 14))
    assert (partial["state"], [row["code"] for row in partial["set_aside"]]) == ("partial", ["unknown_partner"])


def test_a_dry_run_explains_the_numbers_of_a_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTVAULT_HOME", str(tmp_path / "data"))
    path = tmp_path / "note.txt"
    said = "As of 1 October 2025 the share of problem mortgages was 1.7% and that of odd loans 9%, the Bank of Russia says."
    path.write_text(f"Loans\n28 November 2025, Bank of Russia\n{said}\n", "utf-8")
    alone = CliRunner().invoke(app, ["ingest", "--explain", str(path)])
    assert alone.exit_code == 2
    shown = CliRunner().invoke(app, ["ingest", "--dry-run", "--explain", str(path)])
    (answer,) = json.loads(shown.output)
    assert [row["value"] for row in answer["records"]["reported_figure"]] == [1.7]
    read, listed = answer["notes"]
    assert "1.7% is problem_share mortgage" in read and "'problem'" in read
    assert "9% is not certainly" in listed and "'odd'" in listed
