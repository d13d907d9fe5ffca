"""Parquet of downloads beside the publication: the files of the reader, named, linked, compared and passed over."""

from __future__ import annotations

import json
from collections import Counter
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from pyarrow import parquet
from upath import UPath

from flows.archive.long_tables import name_release, spool, unnamed
from flows.run import reading_cache
from flows.run.ingest import ingest_files
from flows.settings import Settings
from tests.flows.run.microdata import NOW, SAMPLES, again, content, ingested, publish
from tests.transforms.online_query.test_online_query import HEAD, ROW
from transforms.customs import online_query, query_fields
from warehouse.export import write_parquet
from warehouse.files import mirror, sha256_of
from warehouse.parquet_file import GROUP
from warehouse.tables import by_release, relations


class Watched(MemoryFileSystem):
    """An object store in memory that counts the bytes taken of each file."""

    cachable = False
    taken: Counter[str]

    def _open(self, path: str, *given: Any, **options: Any) -> Any:
        file = super()._open(path, *given, **options)
        if not hasattr(file, "bare"):
            file.bare = file.read

        def read(size: int = -1) -> bytes:
            content: bytes = file.bare(size)
            self.taken[path] += len(content)
            return content

        file.read = read
        return file


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "data", now=NOW)


@pytest.mark.slow
@pytest.mark.parametrize("cache", ["whole", "lost", "damaged", "of other words"])
def test_the_parquet_beside_it_says_the_same_file_by_file(settings: Settings, cache: str) -> None:
    """Readers get the files that the reader wrote; what the cache has lost DuckDB writes, with the same rows."""
    reads = ingested(settings)
    path = publish(settings, content(reads))
    kept = sorted(settings.readings.rglob("*.customs_microdata.parquet"))
    wanted = [sha256_of(file) for file in kept]
    if cache == "lost":
        for file in kept:
            file.unlink()
    if cache == "damaged":
        for file in kept:
            file.write_bytes(file.read_bytes().replace(b"USA", b"DEU"))
    if cache == "of other words":
        path.chmod(0o644)
        with duckdb.connect(str(path)) as con:
            con.execute("COMMENT ON COLUMN customs_microdata.value IS 'Value in thousands'")
    found = partial(reading_cache.rows_of, settings.readings)
    with duckdb.connect(str(path), read_only=True) as con:
        manifest = write_parquet(con, settings.parquet, found)
        stored = con.sql("FROM customs_microdata ORDER BY ALL").pl()
        comments = dict(con.sql("SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'customs_microdata'"
                                ).fetchall())  # fmt: skip
    files = [file for file in manifest["files"] if file["table"] == "customs_microdata"]
    assert len(files) == len(SAMPLES) and sum(file["rows"] for file in files) == len(stored)
    assert (sorted(file["sha256"] for file in files) == sorted(wanted)) is (cache == "whole")
    for table in ("customs_microdata", "customs_microdata_newest"):
        beside = duckdb.sql(f"FROM read_parquet('{settings.parquet}/{table}/*.parquet') ORDER BY ALL").pl()
        assert beside.equals(stored)
    for file in manifest["files"]:
        assert sha256_of(settings.parquet / file["path"]) == file["sha256"]
    for file in files:
        newest = settings.parquet / file["path"].replace("customs_microdata/", "customs_microdata_newest/")
        assert newest.samefile(settings.parquet / file["path"])
        assert {
            field.name: (field.metadata or {})[b"comment"].decode() for field in parquet.read_schema(newest)
        } == comments
        assert json.loads(parquet.read_metadata(newest).metadata[b"column_comments"]) == comments
    (settings.parquet / files[0]["path"]).write_bytes(b"cut")  # and with it its second name
    with duckdb.connect(str(path), read_only=True) as con:
        assert write_parquet(con, settings.parquet, found) == manifest
    assert all(sha256_of(settings.parquet / file["path"]) == file["sha256"] for file in manifest["files"])


def test_rows_get_the_release_that_they_turn_out_to_be(tmp_path: Path) -> None:
    """Also where a row prints what stands for it, in each of several row groups, and in the statistics readers skip by."""
    made = unnamed(online_query.PRODUCT)
    schema = dict(query_fields.SCHEMA)
    frame = pl.DataFrame({"hs8": [f"{i:08}" for i in range(GROUP + 5)], "hs_name": "gacc.online_query/0000-00/"},
                         schema_overrides={name: schema[name] for name in ("hs8", "hs_name")})  # fmt: skip
    frame = frame.with_columns(
        pl.lit(None, kind).alias(name) for name, kind in schema.items() if name not in frame.columns
    )
    rows = spool([frame.select(*schema)], tmp_path / "rows.parquet", "customs_microdata", made)
    assert not name_release(rows.path, "gacc.online_query/2024/0123456789ab")
    before = pl.read_parquet(rows.path)
    assert before["release_id"].unique().to_list() == [made]
    wanted = "gacc.online_query/2024-12/0123456789ab"
    assert name_release(rows.path, wanted)
    assert pl.read_parquet(rows.path).equals(before.with_columns(release_id=pl.lit(wanted)))
    about = parquet.ParquetFile(rows.path).metadata
    bounds = [about.row_group(n).column(about.num_columns - 1).statistics for n in range(about.num_row_groups)]
    assert [(one.min, one.max) for one in bounds] == [(wanted, wanted)] * 2
    assert duckdb.sql(f"SELECT count(*) FROM '{rows.path}' WHERE release_id = '{wanted}'").fetchall() == [(GROUP + 5,)]
    assert spool([frame.select(*schema)], tmp_path / "again.parquet", "customs_microdata", wanted).digest == rows.digest
    assert sha256_of(tmp_path / "again.parquet") == sha256_of(rows.path)


@pytest.mark.slow
def test_a_reader_of_the_object_store_passes_over_files_of_other_months(settings: Settings, tmp_path: Path) -> None:
    """Of three downloads of a month each, DuckDB takes the rows of one; of the others only the statistics at their ends."""
    sums = {}
    for number, month in enumerate(("202401", "202402", "202403")):
        path = tmp_path / f"{month}.csv"
        values = [(i + number) * 7919 % 1_000_003 for i in range(60_000)]  # hardly to be compressed
        rows = "".join(ROW.format(hs=f"{12_000_000 + i:08d}", value=value) for i, value in enumerate(values))
        path.write_bytes((HEAD + rows.replace('"202401"', f'"{month}"')).encode("gb18030"))
        assert not ingest_files(settings, [path], options={"flow": "import"})
        sums[month] = float(sum(values))
    with duckdb.connect(str(publish(settings, content(again(settings)))), read_only=True) as con:
        write_parquet(con, settings.parquet)
    far = "memory://" + tmp_path.name
    mirror(settings.parquet, UPath(far))
    store = Watched()
    store.taken = Counter()
    with duckdb.connect() as con:
        con.register_filesystem(store)
        files = f"read_parquet('{far}/customs_microdata/*.parquet')"
        asked = f"SELECT count(*), sum(value) FROM {files} WHERE period_end = DATE '2024-02-29'"
        assert con.execute(asked).fetchall() == [(60_000, sums["202402"])]
    share = {Path(name).stem[:7]: taken / store.size(name) for name, taken in store.taken.items()}
    assert {month: part > 0.5 for month, part in share.items()} == {"2024-01": False, "2024-02": True, "2024-03": False}


@pytest.mark.slow
def test_beside_downloads_that_repeat_each_other_one_that_does_not_keeps_its_file(
    settings: Settings, tmp_path: Path
) -> None:
    """Of four downloads two have one month: their rows are compared in a file of their own, which is written again when
    the day of one of them is another."""
    for number, month in enumerate(("202401", "202402", "202402", "202403")):
        path = tmp_path / f"{number}.csv"
        row = ROW.format(hs=f"1201901{number}", value=number).replace('"202401"', f'"{month}"')
        path.write_bytes((HEAD + row).encode("gb18030"))
        assert not ingest_files(settings, [path], options={"flow": "import"})
    made, found = content(again(settings)), partial(reading_cache.rows_of, settings.readings)
    warehouse = publish(settings, made)
    warehouse.chmod(0o644)
    folder = settings.parquet / "customs_microdata_newest"
    with duckdb.connect(str(warehouse)) as con:
        manifest = write_parquet(con, settings.parquet, found)
        stored = con.sql("SELECT hs8, value FROM customs_microdata_newest ORDER BY ALL").fetchall()
        told = {one.name: (one.rows, one.first, one.last) for one in relations(con)}
        whole = "SELECT count(*), min(period_end)::VARCHAR, max(period_end)::VARCHAR FROM {}"
        for table in ("customs_microdata", "customs_microdata_newest"):
            assert [told[table]] == con.sql(whole.format(table)).fetchall()
            asked = f"SELECT release_id, count(*) FROM {table} GROUP BY ALL ORDER BY ALL"
            assert con.sql(f"{by_release(con, 'main', table)} ORDER BY ALL").fetchall() == con.sql(asked).fetchall()
        assert sorted(path.name[:7] for path in folder.iterdir()) == ["2024-01", "2024-03", "compare"]
        assert pl.read_parquet(folder / "*.parquet").select("hs8", "value").sort("hs8").rows() == stored
        con.execute("UPDATE ops.release SET vintage_date = DATE '2024-05-01'")
        moved = write_parquet(con, settings.parquet, found)
    prints = [{file["path"]: file["print"] for file in one["files"]} for one in (manifest, moved)]
    assert {path for path in prints[0] if prints[0][path] != prints[1][path]} == {
        "customs_microdata_newest/compared.parquet", "ops/release.parquet"}  # fmt: skip
