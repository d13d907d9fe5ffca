"""Every table and column that readers get is documented, and the documentation fits the file."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from warehouse.schema import parse, tables

CONTRACT = {
    "observation", "series", "indicator", "indicator_catalog", "trade_total", "trade_by_partner", "trade_by_commodity",
    "trade_by_regime", "loan_portfolio", "household_loans", "household_lending_risk", "mortgage", "sme_loans",
    "key_rate", "fx_rate", "reported_figure", "early_warning_signal", "consensus_forecast", "policy_event", "freshness",
    "data_dictionary", "vintage.observation", "revision", "ops.release", "ops.run", "ops.check_result",
    "ops.correction",
}  # fmt: skip


def test_the_schema_has_every_table_of_the_contract() -> None:
    assert {table.name for table in tables()} >= CONTRACT


def test_a_file_without_a_description_is_refused() -> None:
    with pytest.raises(ValueError, match="does not say what the table is"):
        parse("-- a: something\nCREATE TABLE t (a INTEGER);", "t.sql")


def test_every_table_and_column_carries_a_comment(built_home: Path) -> None:
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        silent = con.execute("""
            SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE NOT internal AND coalesce(comment, '') = ''
            UNION ALL SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal AND coalesce(comment, '') = ''
            UNION ALL SELECT schema_name || '.' || table_name || '.' || column_name FROM duckdb_columns()
            WHERE NOT internal AND coalesce(comment, '') = ''""").fetchall()
        described = con.execute("SELECT table_name, column_name FROM data_dictionary").fetchall()
    assert silent == []
    assert ("trade_total_as_of", None) in described
    assert ("trade_total", "exports") in described


def test_headers_name_the_columns_the_tables_have(built_home: Path) -> None:
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        for table in tables():
            columns = [row[0] for row in con.execute(f"DESCRIBE {table.name}").fetchall()]
            assert list(table.columns) == columns, table.name


def test_every_published_figure_of_a_wide_table_names_the_label_of_its_source(built_home: Path) -> None:
    """In Chinese, in Russian, or quoted in English where the source prints English."""
    wide = {table.name for table in tables() if table.kind == "macro" and "observation" not in table.name}
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        columns = con.execute(
            """SELECT table_name, column_name, comment FROM duckdb_columns()
               WHERE schema_name = 'main' AND data_type = 'DOUBLE' AND NOT column_name LIKE '%_computed'
                   AND NOT starts_with(comment, 'Old name of ')"""
        ).fetchall()
    published = [row for row in columns if row[0] in wide - {"indicator"}]
    assert len(published) > 40
    assert [row for row in published if not re.search(r'\([^()]*[\u4e00-\u9fff]|\(«.+»\)|\(".+"\)', row[2])] == []
