"""Parquet, data package and SDMX carry the same figures as the file, their meanings, and proof of what they are."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import polars as pl
import pyarrow.parquet as parquet
import pytest

from tests.expectations.small import claims, printed, warehouse
from transforms.model import DIMENSIONS
from warehouse import files
from warehouse.export import write_parquet
from warehouse.sdmx import write_sdmx
from warehouse.tables import relations

STRUCTURE = "{http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure}"


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    return warehouse(tmp_path / "small.duckdb", printed())


@pytest.mark.slow
def test_every_table_and_view_is_written_whole(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    manifest = write_parquet(con, tmp_path / "parquet")
    written = {file["table"]: file for file in manifest["files"]}
    assert set(written) == {relation.qualified for relation in relations(con)}
    assert {"trade_total", "revision", "vintage.observation", "ops.release"} <= set(written)
    for name, file in written.items():
        path = tmp_path / "parquet" / file["path"]
        assert file["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert file["bytes"] == path.stat().st_size
        assert pl.read_parquet(path).sort(pl.all()).equals(con.sql(f"FROM {name}").pl().sort(pl.all())), name
    assert json.loads((tmp_path / "parquet/manifest.json").read_text("utf-8")) == manifest


@pytest.mark.slow
def test_first_print_of_december_2025_reads_back(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_parquet(con, tmp_path)
    row = pl.read_parquet(tmp_path / "trade_total.parquet").row(0, named=True)
    assert (row["exports"], row["imports"], row["balance"]) == (357.78e9, 243.64e9, 114.14e9)


@pytest.mark.slow
def test_comments_travel_with_the_columns(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_parquet(con, tmp_path)
    comment = con.execute(
        "SELECT comment FROM duckdb_columns() WHERE table_name = 'trade_total' AND column_name = 'exports'"
    ).fetchall()[0][0]
    file = parquet.ParquetFile(tmp_path / "trade_total.parquet")
    assert file.schema_arrow.field("exports").metadata[b"comment"].decode() == comment
    own = file.metadata.metadata
    assert json.loads(own[b"column_comments"])["exports"] == comment
    assert file.metadata.row_group(0).column(0).compression == "ZSTD"


@pytest.mark.slow
def test_same_publication_same_bytes_and_dropped_tables_go(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    first = write_parquet(con, tmp_path)
    (tmp_path / "ops/withdrawn.parquet").write_bytes(b"old")
    (tmp_path / "series.parquet.tmp").write_bytes(b"left by a crash")
    assert write_parquet(con, tmp_path) == first
    assert not (tmp_path / "ops/withdrawn.parquet").exists()
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.slow
def test_a_file_is_written_only_where_its_table_changed(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_parquet(con, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.parquet")}
    (tmp_path / "area.parquet").write_bytes(b"cut")
    con.close()
    (tmp_path / "small.duckdb").chmod(0o644)
    with duckdb.connect(str(tmp_path / "small.duckdb")) as other:
        other.execute("UPDATE vintage.observation SET value = value + 1 WHERE rowid = 0")
        other.execute("UPDATE ops.part SET print = 'other' WHERE part = 'trade_total'")
        manifest = write_parquet(other, tmp_path)
    written = {
        path.relative_to(tmp_path).as_posix() for path, then in before.items() if path.stat().st_mtime_ns != then
    }
    assert {"area.parquet", "vintage/observation.parquet", "observation.parquet", "first_release.parquet"} <= written
    assert not {"trade_total.parquet", "series.parquet", "indicator.parquet", "commodity.parquet"} & written
    for file in manifest["files"]:
        content = (tmp_path / file["path"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == file["sha256"]


@pytest.mark.slow
def test_data_package_describes_every_file(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    manifest = write_parquet(con, tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert [resource["path"] for resource in package["resources"]] == [file["path"] for file in manifest["files"]]
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names)
    total = next(r for r in package["resources"] if r["name"] == "trade_total")
    fields = {field["name"]: field for field in total["schema"]["fields"]}
    assert fields["period_end"]["type"] == "date"
    assert fields["exports"]["type"] == "number"
    assert "free on board" in fields["exports"]["description"]
    assert all(f["type"] != "any" for r in package["resources"] for f in r["schema"]["fields"])


def test_sdmx_csv_has_every_observation_and_the_structure_explains_every_column(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    data, _, structure = write_sdmx(con, tmp_path)
    with data.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == con.sql("FROM observation").shape[0] == 4
    imports = next(row for row in rows if row["FLOW"] == "import")
    assert (imports["STRUCTURE"], imports["STRUCTURE_ID"], imports["ACTION"]) == (
        "datastructure", "PORTVAULT:OBSERVATION(1.0.0)", "I",
    )  # fmt: skip
    assert (imports["TIME_PERIOD"], float(imports["OBS_VALUE"]), imports["VINTAGE_DATE"]) == (
        "2025-12", 243.64e9, "2026-01-14",
    )  # fmt: skip
    components = described(structure, "OBSERVATION")
    assert components[: len(DIMENSIONS)] == [name.upper() for name in DIMENSIONS]
    assert sorted(components) == sorted(list(rows[0])[3:])


def described(structure: Path, name: str) -> list[str]:
    """Components of a data structure in their order; each has a concept."""
    root = ElementTree.parse(structure).getroot()
    [one] = [element for element in root.iter(f"{STRUCTURE}DataStructure") if element.get("id") == name]
    components = [str(element.get("id")) for element in one.iter() if element.tag.startswith(STRUCTURE) and
                  element.find(f"{STRUCTURE}ConceptIdentity") is not None]  # fmt: skip
    assert set(components) <= {element.get("id") for element in root.iter(f"{STRUCTURE}Concept")}
    return components


def test_sdmx_history_has_every_vintage_and_says_until_when_it_held(tmp_path: Path) -> None:
    revised = claims(("import", date(2025, 12, 31), date(2026, 7, 7), 244.9e9), release="second")
    with warehouse(tmp_path / "small.duckdb", printed(), revised) as con:
        _, history, structure = write_sdmx(con, tmp_path)
    with history.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    imports = [(r["VALID_FROM"], r["VALID_TO"], float(r["OBS_VALUE"])) for r in rows if r["FLOW"] == "import"]
    assert imports == [("2026-01-14", "2026-07-07", 243.64e9), ("2026-07-07", "", 244.9e9)]
    assert sorted(described(structure, "OBSERVATION_HISTORY")) == sorted(list(rows[0])[3:])


def test_sdmx_csv_runs_no_formula_in_a_spreadsheet(tmp_path: Path) -> None:
    hostile = printed().with_columns(definition=pl.lit("=HYPERLINK(1)"))
    with warehouse(tmp_path / "small.duckdb", hostile) as con:
        data, _, _ = write_sdmx(con, tmp_path)
    with data.open(encoding="utf-8", newline="") as file:
        assert {row["DEFINITION"] for row in csv.DictReader(file)} == {"'=HYPERLINK(1)"}


@pytest.mark.slow
def test_an_export_cut_short_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with warehouse(tmp_path / "old.duckdb", printed()) as old:
        write_parquet(old, tmp_path / "parquet")
    before = (tmp_path / "parquet/trade_total.parquet").read_bytes()

    def full(*_: object, **__: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(files, "sync", full)
    with warehouse(tmp_path / "new.duckdb", printed(total=601.43e9)) as new, pytest.raises(OSError, match="No space"):
        write_parquet(new, tmp_path / "parquet")
    assert (tmp_path / "parquet/trade_total.parquet").read_bytes() == before


@pytest.mark.slow
def test_the_data_package_keeps_the_rules_of_its_second_version(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """datapackage.org, version 2.0: `$schema` in place of `profile`, names once, safe paths, keys of fields that are there."""
    write_parquet(con, tmp_path)
    package = json.loads((tmp_path / "datapackage.json").read_text("utf-8"))
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json" and "profile" not in package
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", package["created"])
    names = [resource["name"] for resource in package["resources"]]
    assert len(set(names)) == len(names) == len(relations(con))
    types = {"string", "number", "integer", "boolean", "date", "datetime", "any"}
    for resource in package["resources"]:
        paths = resource["path"] if isinstance(resource["path"], list) else [resource["path"]]
        assert paths and all((tmp_path / path).is_file() and not path.startswith(("/", ".")) for path in paths)
        fields = [field["name"] for field in resource["schema"]["fields"]]
        assert len(set(fields)) == len(fields) > 0 and set(resource["schema"].get("primaryKey", [])) <= set(fields)
        assert {field["type"] for field in resource["schema"]["fields"]} <= types
    keys = {resource["name"]: resource["schema"].get("primaryKey") for resource in package["resources"]}
    assert keys["trade_total"] == ["period_end", "basis", "currency"]


@pytest.mark.slow
def test_croissant_names_every_file_with_its_hash(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    manifest = write_parquet(con, tmp_path)
    told = json.loads((tmp_path / "croissant.json").read_text("utf-8"))
    files = {file["@id"]: (file["sha256"], file["contentSize"]) for file in told["distribution"]}
    assert files == {f["path"]: (f["sha256"], f"{f['bytes']} B") for f in manifest["files"] if f["rows"]}
    for record in told["recordSet"]:
        assert {field["source"]["fileObject"]["@id"] for field in record["field"]} <= set(files)
        assert {key["@id"] for key in record.get("key", [])} <= {field["@id"] for field in record["field"]}
