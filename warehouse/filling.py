"""Rows and comments into the tables of a candidate."""

from __future__ import annotations

import duckdb
import polars as pl

from transforms.model import Spooled
from warehouse.publish import literal
from warehouse.schema import Table


def fill(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Insert the columns that the table has; the others of the frame are not for readers."""
    if frame.is_empty():
        return
    columns = ", ".join(register(con, name, frame))
    con.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM frame_")
    con.unregister("frame_")


def register(con: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> list[str]:
    """Make the columns of a frame that the table has visible as `frame_`; gives their names, quoted."""
    described = con.execute(f"SELECT * FROM {name} LIMIT 0").description or []
    columns = [column for column, *_ in described if column in frame.columns]
    con.register("frame_", frame.select(columns).to_arrow())
    return [f'"{column}"' for column in columns]


def pour(con: duckdb.DuckDBPyConnection, name: str, rows: Spooled) -> None:
    """Insert rows from disk as a stream, in their order."""
    con.execute(f"INSERT INTO {name} BY NAME FROM read_parquet(?)", [str(rows.path)])


def comment(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    """In one transaction: each of its own would be written to disk alone, a thousand of them."""
    what = "VIEW" if table.kind == "view" else "TABLE"
    said = {f"{what} {table.name}": table.comment}
    if table.macro:
        said[f"MACRO TABLE {table.macro}"] = "As known on day d: " + table.comment
    said |= {f"COLUMN {table.name}.{column}": comment for column, comment in table.columns.items()}
    comments = "; ".join(f"COMMENT ON {what} IS {literal(comment)}" for what, comment in said.items())
    con.execute(f"BEGIN; {comments}; COMMIT")
