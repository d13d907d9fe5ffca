"""`portvault sql` reads one publication and can do nothing else, whatever the query says."""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

import duckdb
import pytest

from tests.expectations.small import printed, warehouse
from warehouse.query import figure, run_readonly


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("home") / "warehouse.duckdb"
    warehouse(path, printed()).close()
    (path.parent / "secret.csv").write_text("password\nhunter2\n")
    return path


@pytest.mark.slow
def test_answers_with_names_types_and_rows(file: Path) -> None:
    result = run_readonly(file, "SELECT period_end::VARCHAR AS month, exports FROM trade_total")
    assert (result.columns, result.numeric, result.notice) == (["month", "exports"], [False, True], "")
    assert result.rows == [("2025-12-31", 357.78e9)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "query",
    [
        "FROM trade_total", "WITH t AS (FROM series) SELECT count(*) FROM t", "DESCRIBE trade_total", "SHOW ALL TABLES",
        "SUMMARIZE trade_total", "EXPLAIN FROM series", "PIVOT series ON flow USING count(*) GROUP BY dataset",
        "FROM observation_as_of(DATE '2026-02-01')", "SELECT 1 -- ; SELECT 2",
    ],
)  # fmt: skip
def test_every_form_of_a_query_is_allowed(file: Path, query: str) -> None:
    assert run_readonly(file, query).rows


@pytest.mark.parametrize(
    "query",
    [
        "FROM read_csv('{folder}/secret.csv')",
        "FROM '{folder}/secret.csv'",
        "FROM read_text('{folder}/secret.csv')",
        "FROM glob('{folder}/*')",
        "FROM sniff_csv('{folder}/secret.csv')",
        "COPY series TO '{folder}/stolen.csv'",
        "EXPORT DATABASE '{folder}/stolen'",
        "ATTACH '{folder}/other.duckdb'",
        "FROM 'https://example.com/a.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "FROM duckdb_secrets()",
        "SET memory_limit = '100GB'",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA enable_profiling",
        "DROP TABLE series",
        "UPDATE series SET title = 'x'",
        "DELETE FROM vintage.observation",
        "CREATE TABLE x AS SELECT 1",
        "CREATE TEMP TABLE x AS SELECT 1",
        "CHECKPOINT",
        "VACUUM",
        "BEGIN",
        "USE memory",
        "SELECT 1; DROP TABLE series",
        "FROM variable_of_the_caller",
        "",
    ],
)
def test_everything_else_is_refused_and_leaves_no_trace(file: Path, query: str) -> None:
    variable_of_the_caller = duckdb.sql("SELECT 1").to_arrow_table()
    before = sorted(file.parent.iterdir()), hashlib.sha256(file.read_bytes()).hexdigest()
    with pytest.raises((duckdb.Error, ValueError)):
        run_readonly(file, query.format(folder=file.parent))
    assert (sorted(file.parent.iterdir()), hashlib.sha256(file.read_bytes()).hexdigest()) == before
    assert variable_of_the_caller.num_rows == 1


def test_json_loses_no_column_and_no_digit_and_is_json(file: Path) -> None:
    """Two columns of one name, decimals, what is no number, dates within lists."""
    query = """SELECT 1 AS a, 2 AS a, 1.50 AS d, 12345678901234567890.25 AS long, 1 / 0 AS inf, 'nan'::DOUBLE AS nan,
        NULL AS n, {'days': [DATE '2025-12-31']} AS s, '贸易 «долг»' AS t"""
    text = run_readonly(file, query).json()
    assert "贸易 «долг»" in text
    assert json.loads(text) == [
        {"a": 1, "a_1": 2, "d": 1.5, "long": "12345678901234567890.25", "inf": None, "nan": None, "n": None,
         "s": {"days": ["2025-12-31"]}, "t": "贸易 «долг»"}
    ]  # fmt: skip
    assert run_readonly(file, "FROM trade_total WHERE false").json() == "[]"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(357.78e9, "357,780,000,000"), (5.9, "5.9"), (0.0, "0"), (0.00001, "1e-05"), (-0.00345678, "-0.003457")],
)
def test_no_figure_is_shown_as_nothing(value: float, shown: str) -> None:
    assert figure(value) == shown


def test_too_many_rows_are_cut_with_a_notice(file: Path) -> None:
    result = run_readonly(file, "FROM range(50)", limit=10)
    assert len(result.rows) == 10
    assert "only the first 10 rows" in result.notice
    assert run_readonly(file, "FROM range(10)", limit=10).notice == ""


def test_a_query_that_takes_too_long_is_stopped(file: Path) -> None:
    started = time.monotonic()
    with pytest.raises(ValueError, match=r"stopped after 0\.5 seconds"):
        run_readonly(
            file, "SELECT count(*) FROM range(10000000) a, range(10000000) b WHERE a.range + b.range = 7", seconds=0.5
        )
    assert time.monotonic() - started < 20


def test_memory_is_limited_and_nothing_spills_to_disk(file: Path) -> None:
    before = sorted(file.parent.iterdir())
    with pytest.raises(duckdb.OutOfMemoryException):
        run_readonly(file, "SELECT * FROM range(50000000) t(i) ORDER BY hash(i)", memory="100MB")
    assert sorted(file.parent.iterdir()) == before


def test_no_publication_is_an_error_and_creates_none(tmp_path: Path) -> None:
    with pytest.raises(duckdb.Error):
        run_readonly(tmp_path / "warehouse.duckdb", "SELECT 1")
    assert list(tmp_path.iterdir()) == []
