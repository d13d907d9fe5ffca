"""The loader of blocks: exact, and strict about everything the .yaml does not explain."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from transforms.model import ReadError
from warehouse.history import History, load

HEAD = """
title: T
publisher: P
source: https://example.org
vintage: {kind: observed, date: 2025-03-11, rule: the day of the download}
constants: {dataset: d, ref_area: CHN, measure: value, basis: month}
"""


def block(folder: Path, table: str, meaning: str) -> History:
    (folder / "b.csv").write_text(table, "utf-8")
    (folder / "b.yaml").write_text(HEAD + meaning, "utf-8")
    return load(folder)


def test_a_value_is_scaled_exactly_and_knows_its_last_place(tmp_path: Path) -> None:
    claims = block(tmp_path, "period,v\n2025-01,41046.4\n", "values: {v: {unit: CNY, factor: 100000000}}").claims
    row = claims.row(0, named=True)
    assert (row["value"], row["precision"]) == (4_104_640_000_000.0, 5_000_000.0)
    assert (row["period_end"], row["vintage_date"]) == (date(2025, 1, 31), date(2025, 3, 11))
    assert row["release_id"] == "history/b"


def test_places_restore_dropped_zeros_and_shed_added_ones(tmp_path: Path) -> None:
    meaning = "values: {a: {unit: percent, places: 1}, b: {unit: USD, factor: 1000, places: -2}}"
    claims = block(tmp_path, "period,a,b\n2025-01,8,412387100\n2025-02,8.25,412387150\n", meaning).claims
    assert claims.filter(unit="percent")["precision"].to_list() == [0.05, 0.005]
    assert claims.filter(unit="USD")["precision"].to_list() == [50_000.0, 500.0]


def test_the_unit_may_stand_in_a_column(tmp_path: Path) -> None:
    meaning = """
values: {v: {unit_from: printed}}
units: {吨: {unit: kg, factor: 1000}, 万台: {unit: count, factor: 10000}}
"""
    claims = block(tmp_path, "period,v,printed\n2025-01,2.5,吨\n2025-02,3,万台\n2025-03,,\n", meaning).claims
    assert claims.select("value", "unit").rows() == [(2500.0, "kg"), (30000.0, "count")]
    with pytest.raises(ReadError, match=r"unknown_unit at history/b\.csv row 2 v"):
        block(tmp_path, "period,v,printed\n2025-01,2.5,盎司\n", meaning)


def test_a_column_the_yaml_does_not_explain_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"leftover_column.*surprise"):
        block(tmp_path, "period,v,surprise\n2025-01,1,2\n", "values: {v: {unit: USD}}")


def test_a_bad_cell_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"not_a_number at history/b\.csv row 3 v"):
        block(tmp_path, "period,v\n2025-01,1\n2025-02,one\n", "values: {v: {unit: USD}}")


def test_a_value_without_a_unit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="unknown_unit"):
        block(tmp_path, "period,v\n2025-01,1\n", "values: {v: {}}")


def test_rows_may_carry_their_own_vintage_kind_and_source(tmp_path: Path) -> None:
    columns = "period,vintage_date,vintage_kind,source_ref,v\n"
    table = columns + "2025-01,2025-02-09,inferred,x,1\n2025-02,2025-03-09,observed,y,2\n"
    (tmp_path / "b.csv").write_text(table, "utf-8")
    head = HEAD.replace("source: https://example.org", "sources: {x: https://x.org, y: https://y.org}")
    (tmp_path / "b.yaml").write_text(head + "values: {v: {unit: USD}}", "utf-8")
    shipped = load(tmp_path)
    assert shipped.claims.select("vintage_date", "vintage_kind", "release_id").rows() == [
        (date(2025, 2, 9), "inferred", "history/b#x"),
        (date(2025, 3, 9), "observed", "history/b#y"),
    ]
    assert dict(shipped.releases.select("release_id", "url").rows()) == {
        "history/b#x": "https://x.org",
        "history/b#y": "https://y.org",
    }


def test_records_get_their_source_and_base_units(tmp_path: Path) -> None:
    table = "indicator,forecast,unit\nbalance,100.2,USD billion\nexports,3.8,percent\ncpi,,percent\n"
    records = block(tmp_path, table, "table: consensus_forecast\nscale: [forecast]").records["consensus_forecast"]
    assert records.select("forecast", "unit", "source", "release_id").rows() == [
        ("100200000000.0", "USD", "https://example.org", "history/b"),
        ("3.8", "percent", "https://example.org", "history/b"),
        (None, "percent", "https://example.org", "history/b"),
    ]
