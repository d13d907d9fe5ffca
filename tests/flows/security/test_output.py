"""Words from outside stay words: no formula in a CSV, no markup in the terminal, no code in a file we read back."""

from __future__ import annotations

import ast
import csv
import io
from pathlib import Path

import duckdb
import polars as pl
import pytest
from rich.console import Console

from flows.cli.sql import show
from flows.settings import Settings
from warehouse.query import inert, inert_texts

ROOT = Path(__file__).parents[3]
HOSTILE = ['=HYPERLINK("http://evil.org")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "a\r=1"]


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A publication with one table of hostile labels."""
    settings = Settings(home=tmp_path)
    with duckdb.connect(str(settings.warehouse)) as con:
        con.execute("CREATE TABLE labels (label VARCHAR, value DOUBLE)")
        con.executemany("INSERT INTO labels VALUES (?, ?)", [[text, -1.5] for text in [*HOSTILE, "[/bold] [red]x"]])
    return settings


def test_csv_holds_no_formula_and_numbers_stay_numbers(home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    out = Console(file=io.StringIO())
    assert show(home, "SELECT label, value FROM labels", "csv", 100, out, out) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out, newline="")))[1:]
    assert [row[0] for row in rows[: len(HOSTILE)]] == [
        "'" + text.replace("\r", "\n") if text != "a\r=1" else "a\n=1" for text in HOSTILE
    ]
    assert {row[1] for row in rows} == {"-1.5"}


def test_the_columns_of_an_export_hold_no_formula_either() -> None:
    """SDMX-CSV is written from a frame: the same cells, the same guard."""
    words = [*HOSTILE, "China", "1-2", "", None]
    frame = inert_texts(pl.DataFrame({"label": words, "value": [-1.5] * len(words)}))
    assert frame["label"].to_list() == [inert(word) for word in words]
    assert set(frame["value"]) == {-1.5}


def test_column_names_of_a_query_hold_no_formula(home: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    out = Console(file=io.StringIO())
    show(home, 'SELECT value AS "=cmd()" FROM labels', "csv", 1, out, out)
    assert capsys.readouterr().out.startswith("'=cmd()")


def test_table_prints_labels_as_they_are(home: Settings) -> None:
    text = io.StringIO()
    assert show(home, "SELECT label FROM labels", "table", 100, Console(file=text), Console(file=text)) == 0
    assert "[/bold] [red]x" in text.getvalue()


@pytest.mark.parametrize("value", [-1.5, 3, None, "China", "", "1-2"])
def test_harmless_cells_are_untouched(value: object) -> None:
    assert inert(value) == value


def test_hostile_reasons_and_names_do_not_break_the_summary() -> None:
    from flows.cli.summary import summarise

    text = io.StringIO()
    report = {
        "run_id": "20260414", "outcome": "partial", "reason": "[/] because", "added": {}, "revised_count": 0,
        "lost_count": 0, "failing_checks": [], "outputs": {}, "notes": [],
        "set_aside": [{"release_id": "[/x]", "row": "[b]Atlantis", "reason": "[/c]"}],
        "sources": [{"source": "cbr", "state": "reachable", "new": 0, "seen": 0, "reason": "[/red] [link=x]"}],
        "quarantined": [{"name": "report [/final].html", "code": "x", "expected": "[a]", "got": "[/b]", "where": ""}],
    }  # fmt: skip
    summarise(report, Console(file=text, width=200))
    for word in ("[/] because", "[/red] [link=x]", "report [/final].html", "[/b]", "[b]Atlantis", "[/c]"):
        assert word in text.getvalue()


BETWEEN_OWN_PROCESSES = ROOT / "flows" / "run" / "second.py"
"""A run and the process that it started talk through a pair of sockets without a name: nobody else can write there."""


@pytest.mark.slow
def test_nothing_is_unpickled_or_evaluated() -> None:
    """Results that come from outside are JSON or Parquet; neither runs code."""
    forbidden = {"pickle", "cloudpickle", "marshal", "shelve", "dill", "jsonpickle"}
    for folder in ("flows", "transforms", "expectations", "warehouse"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                names = {alias.name for alias in node.names} if isinstance(node, ast.Import) else set()
                names |= {node.module or ""} if isinstance(node, ast.ImportFrom) else set()
                assert not {name.partition(".")[0] for name in names} & forbidden, path
                if path != BETWEEN_OWN_PROCESSES:
                    assert "multiprocessing.connection" not in names, path
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in ("eval", "exec"), path
                if isinstance(node, ast.Attribute):
                    loader = ast.unparse(node)
                    assert loader not in ("yaml.Loader", "yaml.UnsafeLoader", "yaml.FullLoader"), path


def test_results_of_runs_are_json_and_nothing_that_runs_code() -> None:
    """Prefect's default is pickle, which executes what it reads."""
    from flows.pipeline import portvault

    assert (portvault.persist_result, portvault.result_serializer) == (False, "json")


def test_xml_is_parsed_by_a_parser_that_refuses_entities() -> None:
    for folder in ("flows", "transforms"):
        for path in (ROOT / folder).rglob("*.py"):
            text = path.read_text("utf-8")
            assert "import xml.etree" not in text, path
            assert "ElementTree import fromstring" not in text or "defusedxml" in text, path
            assert "etree.fromstring" not in text and "etree.parse" not in text, path
