"""The downloads that a publication holds: too many rows for memory, poured in once."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from warehouse.content import Content
from warehouse.filling import pour

DOWNLOADS = "ops.download"
"""Which downloads the file holds, with the digest of their rows."""


def downloads(content: Content) -> pl.DataFrame:
    """Rows of ops.download."""
    rows = [
        (release_id, name, rows.rows, rows.digest, *_bounds(rows.path)) for name, release_id, rows in content.spooled
    ]
    schema = {
        **{"release_id": pl.String(), "table_name": pl.String(), "row_count": pl.Int64(), "digest": pl.String()},
        **{"flow": pl.String(), "currency": pl.String(), "start": pl.Date(), "end": pl.Date()},
    }
    found = pl.DataFrame(rows, schema=schema, orient="row")
    others = found.select("release_id", "table_name", "flow", "currency", "start", "end")
    met = found.join(others, on=["table_name", "flow", "currency"], suffix="_other").filter(
        pl.col("release_id") != pl.col("release_id_other"),
        pl.col("start") <= pl.col("end_other"),
        pl.col("start_other") <= pl.col("end"),
    )
    shown = found.select("release_id", "table_name", "row_count", "digest")
    return shown.with_columns(repeated=pl.col("release_id").is_in(met["release_id"].to_list()))


def _bounds(path: Path) -> tuple[str, str, date, date]:
    """Flow and currency of a download, first and last day of its months, from the statistics of its file."""
    from pyarrow import parquet

    file = parquet.ParquetFile(path).metadata
    place = {file.schema.column(i).name: i for i in range(file.num_columns)}

    def of(name: str, bound: str) -> list[Any]:
        groups = range(file.num_row_groups)
        return [getattr(file.row_group(group).column(place[name]).statistics, bound) for group in groups]

    return of("flow", "min")[0], of("currency", "min")[0], min(of("period_start", "min")), max(of("period_end", "max"))


def update_downloads(con: duckdb.DuckDBPyConnection, content: Content) -> set[str]:
    """Drop downloads that are gone or read otherwise now, and pour in those that are new; gives the tables changed."""
    held = {(name, release_id): digest for release_id, name, digest in
            con.execute(f"SELECT release_id, table_name, digest FROM {DOWNLOADS}").fetchall()}  # fmt: skip
    wanted = {(name, release_id): rows for name, release_id, rows in content.spooled}
    changed = set()
    for (name, release_id), digest in held.items():
        if (name, release_id) not in wanted or wanted[name, release_id].digest != digest:
            con.execute(f"DELETE FROM {name} WHERE release_id = ?", [release_id])
            changed.add(name)
    for (name, release_id), rows in wanted.items():
        if held.get((name, release_id)) != rows.digest:
            pour(con, name, rows)
            changed.add(name)
    return changed
