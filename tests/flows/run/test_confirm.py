"""A person confirms an unread number: the row of a figure with who and why, dated as its report; bad words are told."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from expectations.gate import check
from flows.cli.app import app
from flows.run.confirm import NotConfirmed, confirm
from flows.settings import Settings
from tests.conftest import ROOT
from transforms.model import Payload
from transforms.reports import confirmed

SENTENCE = "The lender of last resort sees 7.4% of odd loans."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home with one unread number of one report."""
    made = Settings(home=tmp_path, now=datetime.fromisoformat("2025-12-08T09:00:00Z"), offline=True)
    made.warehouse.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(made.warehouse)) as connection:
        connection.execute("CREATE SCHEMA ops")
        for name in ("unread_figure", "release"):
            connection.execute((ROOT / f"warehouse/schema/{name}.sql").read_text("utf-8"))
        connection.execute(
            "INSERT INTO ops.unread_figure VALUES ('abc123', 'r1', ?, 'paragraph 3', '7.4%', 7.4, 'percent', '', 'counts what?')",
            [SENTENCE],
        )
        connection.execute(
            "INSERT INTO ops.release (release_id, product, vintage_date, state, url) VALUES ('r1', 'reports.narrative', ?, 'loaded', 'https://example.org/a')",
            [date(2025, 11, 5)],
        )
    return made


def test_a_confirmed_number_is_a_figure_with_who_and_why(settings: Settings) -> None:
    told = {"indicator": "problem_share", "segment": "mortgage", "as_of": "2025-10-01", "originator": "Bank of Russia"}
    snapshot = confirm(settings, "abc123", told, "A. Analyst", "The annex of the report says so.")
    assert (snapshot.product, snapshot.sidecar["published"]) == (confirmed.PRODUCT, "2025-11-05")
    reading = confirmed.read(Payload(snapshot.read()))
    (row,) = reading.records["reported_figure"].to_dicts()
    assert (row["value"], row["unit"], row["segment"], row["as_of"], row["published_date"]) == (
        "7.4", "%", "mortgage", "2025-10-01", "2025-11-05",
    )  # fmt: skip
    assert (row["sentence"], row["place"], row["source"]) == (SENTENCE, "paragraph 3", "https://example.org/a")
    assert all(word in row["note"] for word in ("A. Analyst", "annex", "abc123"))
    assert [r.sentence() for r in check("confirmed", reading.table, where="a confirmation") if not r.success] == []


@pytest.mark.parametrize(
    ("figure_id", "told", "says"),
    [
        ("nothere", {"indicator": "problem_share", "segment": "mortgage"}, "no unread figure nothere"),
        ("abc123", {"segment": "mortgage"}, "indicator"),
        ("abc123", {"indicator": "problem_share", "segment": "mortgage", "colour": "red"}, "colour"),
    ],
)
def test_what_cannot_be_confirmed_is_told(settings: Settings, figure_id: str, told: dict[str, str], says: str) -> None:
    with pytest.raises(NotConfirmed, match=says):
        confirm(settings, figure_id, told, "A. Analyst", "because")
    assert not list((settings.archive).rglob("*.json"))


def test_only_a_file_of_the_command_is_a_confirmation() -> None:
    assert not confirmed.recognise(Payload(json.dumps({"figure": {}, "who": "me"}).encode()))


def test_the_command_confirms_and_says_what_is_missing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTVAULT_HOME", str(settings.root))
    words = ["confirm", "abc123", "--who", "A. Analyst", "--why", "The annex says so.", "--figure"]
    asked = CliRunner().invoke(app, [*words, "indicator=problem_share"])
    assert asked.exit_code == 2 and "segment" in asked.output
    figure = ["indicator=problem_share", "--figure", "segment=mortgage", "--figure", "as_of=2025-10-01"]
    kept = CliRunner().invoke(app, [*words, *figure])
    assert kept.exit_code == 0 and confirmed.PRODUCT in kept.output
    (sidecar,) = [path for path in settings.archive.rglob("*.json") if confirmed.KIND in path.read_text("utf-8")]
    assert json.loads(sidecar.read_text("utf-8"))["figure"]["segment"] == "mortgage"
