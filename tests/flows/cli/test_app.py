"""Wrong usage is one clear line with what there is instead, exit code 2, and nothing on the disk."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from flows.cli.app import app, main


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PORTVAULT_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PORTVAULT_OFFLINE", "1")
    monkeypatch.setenv("PORTVAULT_NOW", "2025-12-08T10:00:00+08:00")
    (tmp_path / "page.html").write_text("<html></html>")
    return tmp_path / "home"


def call(*words: str) -> Result:
    return CliRunner().invoke(app, words)


def said(result: Result) -> str:
    return re.sub(r"\s+", " ", result.stderr)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "--source", "nope"), "unknown source nope; there are: alfred, "),
        (("ingest", "page.html", "--product", "nope"), "unknown product nope; there are: alfred.fred_graph, "),
        (("ingest", "page.html", "--published", "8 December"), "--published wants a day such as 2025-12-08"),
        (("ingest", "page.html", "--published", "2025-12-10"), "--published 2025-12-10 is still to come"),
        (("ingest", "gone.html"), "no such file: gone.html"),
        (("ingest", "."), "a folder is no file: ."),
        (("backfill", "--from", "2026-01", "--to", "2026-02"), "--from 2026-01 is still to come: it is 2025-12"),
        (("backfill", "--from", "2025-02", "--to", "2025-01"), "--from 2025-02 is after --to 2025-01"),
        (("diff",), "there is nothing at"),
        (("publish",), "there is nothing at"),
        (("bulletin",), "there is no publication at"),
        (("approve", "R1"), "run R1 is not held; nothing is"),
        (("reject", "R1"), "run R1 is not held; nothing is"),
    ],
)
def test_wrong_usage_says_what_is_right_and_leaves_no_trace(home: Path, words: tuple[str, ...], says: str) -> None:
    result = call(*words)
    assert (result.exit_code, says in said(result)) == (2, True), said(result)
    assert not home.exists()


def test_status_needs_no_home_and_makes_none(home: Path) -> None:
    """Before the first run it tells what is to be expected."""
    result = call("status", "--json")
    rows = json.loads(result.stdout)
    assert (result.exit_code, home.exists()) == (0, False)
    assert {row["last_period"] for row in rows} == {None} and any(row["expected_date"] for row in rows)


def test_unknown_names_below_a_home(home: Path) -> None:
    home.mkdir()
    for words, says in (
        (("status", "--product", "nope"), "unknown product nope; there are: alfred.fred_graph, "),
        (("diff", "R1"), "no run R1 below"),
        (("diff",), "no run yet below"),
        (("publish", "--rollback", "--run", "R1"), "no kept publication R1; there are: none"),
    ):
        result = call(*words)
        assert (result.exit_code, says in said(result)) == (2, True), said(result)


@pytest.mark.parametrize("toml", ["home = ", "hom = 'x'", "task_runner = 'ray'"])
def test_settings_that_cannot_be_read_are_no_traceback(tmp_path: Path, home: Path, toml: str) -> None:
    (tmp_path / "portvault.toml").write_text(toml)
    result = call("status")
    assert (result.exit_code, "portvault.toml" in said(result)) == (2, True)


def test_doctor_makes_no_folder(home: Path) -> None:
    result = call("doctor", "--json")
    assert (result.exit_code, home.exists()) == (1, False)
    assert '"check": "lock"' in result.stdout


@pytest.mark.parametrize("content", [b"", b"no database"])
def test_damaged_publication_is_one_line_with_what_to_do(
    home: Path, content: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home.mkdir()
    (home / "warehouse.duckdb").write_bytes(content)
    monkeypatch.setattr("sys.argv", ["portvault", "bulletin", "--format", "md"])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 1
    assert "`portvault run` builds the publication again" in " ".join(capsys.readouterr().err.split())
