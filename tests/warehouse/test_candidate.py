"""On what a candidate is built: the last publication, or nothing where that is too full of holes."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.expectations import small
from warehouse.candidate import LOOSE, _free


def marked(path: Path, holes: bool) -> Path:
    """A publication with a table that no schema knows, behind the blocks of one that was dropped if there are holes."""
    small.warehouse(path, small.printed()).close()
    path.chmod(0o644)
    with duckdb.connect(str(path)) as con:
        con.execute(
            "CREATE TABLE dropped AS SELECT hash(n) AS n FROM range(3_000_000) AS r(n)" if holes else "SELECT 1"
        )
        con.execute("CHECKPOINT; CREATE TABLE mark AS SELECT hash(n) AS n FROM range(100_000) AS r(n); CHECKPOINT")
        con.execute("DROP TABLE IF EXISTS dropped; CHECKPOINT")
    return path


@pytest.mark.slow
@pytest.mark.parametrize("holes", [False, True])
def test_a_publication_full_of_holes_is_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, holes: bool
) -> None:
    base = marked(tmp_path / "base.duckdb", holes)
    assert (_free(base) > LOOSE) is holes
    monkeypatch.setattr(small, "_empty", lambda: base)
    with small.warehouse(tmp_path / "next.duckdb", small.printed()) as con:
        kept = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'mark'").fetchall()
        values = con.execute("SELECT exports, imports FROM trade_total").fetchall()
    assert kept == [(0 if holes else 1,)], "a copy keeps what a build from nothing does not know"
    assert values == [(small.PRINTED["export"], small.PRINTED["import"])]
    assert _free(tmp_path / "next.duckdb") <= LOOSE
