"""Row groups taken over as bytes: every reader reads what the files that they came from say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl
import pyarrow.parquet as parquet
import pytest

from tests.expectations.small import DECEMBER, FIRST, claims, printed, warehouse
from warehouse import parquet_parts
from warehouse.export import write_parquet
from warehouse.row_groups import join, read_footer, rows_of
from warehouse.splice import Kept

QUERY = """SELECT range AS a, 'text ' || (range % 10) AS b, 'id ' || range AS c, range / 3 AS d, DATE '2020-01-31' AS e,
    CASE WHEN range % 3 = 0 THEN range END AS f, range % 2 = 0 AS g, TIMESTAMP '2020-01-31 12:00:00' AS h
    FROM range({}, {})"""


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / f"{name}.parquet" for name in ("one", "two", "none")]
    with duckdb.connect() as con:
        for path, (start, end) in zip(paths, ((0, 5000), (5000, 12000), (0, 0)), strict=True):
            options = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048"
            con.execute(
                f"COPY ({QUERY.format(start, end)}) TO '{path}' ({options}, KV_METADATA {{said: '{path.stem}'}})"
            )
    return paths


@pytest.mark.parametrize("wanted", [(None, None), (range(1), range(1, 3)), (range(2), range(0)), (None, range(3, 4))])
def test_rows_and_statistics_are_those_of_the_files(files: list[Path], wanted: Sequence[range | None]) -> None:
    one, two, none = files
    target = one.with_name("joined.parquet")
    came = join(target, [(one, wanted[0]), (none, None), (two, wanted[1])])
    taken = [range(n) if some is None else some for n, some in zip((3, 4), wanted, strict=True)]
    parts = [
        parquet.ParquetFile(path).read_row_groups([*groups]) for path, groups in zip((one, two), taken, strict=True)
    ]
    expected = pl.concat([pl.DataFrame(part) for part in parts])
    assert pl.read_parquet(target).equals(expected)
    assert pl.DataFrame(parquet.read_table(target)).equals(expected)
    with duckdb.connect() as con:
        assert con.sql(f"FROM '{target}'").pl().equals(expected)
        assert con.sql(f"SELECT count(*) FROM '{target}' WHERE c = 'id 4'").fetchall() == [
            (expected.filter(c="id 4").height,)
        ]
    about = parquet.read_metadata(target)
    assert about.num_rows == rows_of(target) == expected.height
    assert about.metadata[b"said"] == b"one"
    assert [len(groups) for groups in came] == [len(taken[0]), 0, len(taken[1])]
    assert about.row_group(0).column(0).statistics.max == 2047


def test_other_columns_and_what_is_no_parquet_are_refused(files: list[Path], tmp_path: Path) -> None:
    other = tmp_path / "other.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(other)
    with pytest.raises(ValueError, match="columns"):
        join(tmp_path / "joined.parquet", [(files[0], None), (other, None)])
    other.write_bytes(files[0].read_bytes()[:-1])
    with pytest.raises(ValueError, match="no whole Parquet"):
        read_footer(other)


RUSSIA = claims(("export", DECEMBER, FIRST, 4e9), dataset="trade_by_partner", counterpart_area="RUS", release="partner")
CHANGED = claims(
    ("export", DECEMBER, FIRST, 5e9), dataset="trade_by_partner", counterpart_area="RUS", release="partner"
)


def test_large_parts_that_did_not_change_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every part of at least four rows counts as large: that of the totals, which has four, not that of one partner."""
    monkeypatch.setattr(parquet_parts, "GROUP", 4)
    kept, asked = Kept(tmp_path / "cache", "code"), []
    write = parquet_parts.LongTables.write

    def watched(self: object, name: str, path: Path, temporary: Path, about: str, copy: parquet_parts.Copy) -> object:
        def copied(query: str, to: Path) -> None:
            asked.append(query)
            copy(query, to)

        return write(self, name, path, temporary, about, copied)  # type: ignore[arg-type]

    monkeypatch.setattr(parquet_parts.LongTables, "write", watched)
    states = {"first": [printed(), RUSSIA], "small": [printed(), CHANGED], "large": [printed(total=6e11), CHANGED]}
    for name, state in states.items():
        asked.clear()
        with warehouse(tmp_path / f"{name}.duckdb", *state) as con:
            manifest = write_parquet(con, tmp_path / "parquet", kept=kept)
            for file in manifest["files"]:
                if file["table"] in parquet_parts.LONG:
                    frame = pl.read_parquet(tmp_path / "parquet" / file["path"])
                    whole = con.sql(f"FROM {file['table']}").pl()
                    assert frame.sort(pl.all()).equals(whole.sort(pl.all())) and file["rows"] == whole.height
        large = {query.split()[1] for query in asked if query.endswith("= 'trade_total'")}
        expected = {"vintage.observation", "observation", "first_release"} if name != "small" else set()
        assert large == expected, name
    assert not list((tmp_path / "parquet").rglob(".writing-*"))
