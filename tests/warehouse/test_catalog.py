"""The catalogue explains every table and column of the file it was made from, alone and safely."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import duckdb
import pytest

from tests.expectations.small import claims, printed, warehouse
from warehouse.catalog import write_catalog
from warehouse.catalog.lineage import feeds
from warehouse.catalog.samples import query
from warehouse.tables import relations


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    return warehouse(tmp_path / "small.duckdb", printed())


@pytest.fixture
def page(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> Path:
    unmet = {"success": False, "severity": "warn", "column": "months_sum_to_year_to_date"}
    return write_catalog(con, tmp_path / "catalog/index.html", [unmet, unmet | {"success": True, "column": "x"}])


@pytest.mark.slow
def test_every_table_and_column_with_its_comment_is_there(con: duckdb.DuckDBPyConnection, page: Path) -> None:
    text = unescape(page.read_text("utf-8"))
    found = {f"{schema}.{table}" if schema != "main" else table for schema, table in con.execute(
        "SELECT DISTINCT table_schema, table_name FROM data_dictionary WHERE data_type <> 'MACRO'"
    ).fetchall()}  # fmt: skip
    for table in relations(con):
        assert f"<h2>{table.qualified}</h2><p>{table.comment}</p>" in text
        assert table.comment, table.name
        for column in table.columns:
            assert f"<td>{column.comment}</td>" in text
            assert column.comment, f"{table.name}.{column.name}"
    assert found <= {table.qualified for table in relations(con)}


def test_rows_reach_and_macro_of_the_first_print(page: Path) -> None:
    section = page.read_text("utf-8").split('id="trade_total"')[1].split("</section>")[0]
    assert "<b>1</b> rows" in section
    assert "from <b>2025-12-31</b> to <b>2025-12-31</b>" in section
    assert "FROM trade_total_as_of(DATE '2025-12-08')" in section
    assert "357,780,000,000" in section
    assert "gacc.test" in section


def test_every_sample_query_works(con: duckdb.DuckDBPyConnection) -> None:
    for table in relations(con):
        assert con.execute(query(table)).description


def test_lineage_counts_values_releases_and_newest_vintage(con: duckdb.DuckDBPyConnection) -> None:
    [feed] = feeds(con)["trade_total"]
    assert (feed.product, feed.values, feed.releases, feed.newest) == ("gacc.test", 4, 1, "2026-01-14")


def test_unmet_checks_of_the_whole_are_named(page: Path) -> None:
    assert "1 of 2 checks of the whole met: months_sum_to_year_to_date" in page.read_text("utf-8")


def test_nothing_is_requested_from_elsewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", text)
    assert not re.search(r"@import|url\(|fetch\(|XMLHttpRequest|<link|<img|<iframe", text)


def test_labels_of_the_source_cannot_become_markup(tmp_path: Path) -> None:
    attack = claims(("export", printed()["period_end"][0], printed()["vintage_date"][0], 1.0),
                    native_title="</td><script>alert(1)</script>")  # fmt: skip
    with warehouse(tmp_path / "evil.duckdb", attack) as con:
        text = write_catalog(con, tmp_path / "index.html").read_text("utf-8")
    assert text.count("<script>") == 1


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("chromium"), reason="needs a browser")
@pytest.mark.parametrize(
    ("words", "shown", "hidden"),
    [("free+on+board", "trade_total", "key_rate"), ("key+rate+Russia", "key_rate", "trade_total")],
)
def test_search_in_a_real_browser(page: Path, words: str, shown: str, hidden: str) -> None:
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom", f"{page.as_uri()}?q={words}"]
    text = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    opening = {m[1]: m[0] for m in re.finditer(r'<section id="([\w-]+)"[^>]*>', text)}
    assert "hidden" not in opening[shown]
    assert "hidden" in opening[hidden]
