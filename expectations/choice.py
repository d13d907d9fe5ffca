"""What questions of SQL are asked about: all datasets and indicators, or those that a release has touched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ASKED = "getvariable('asked')"
"""Where a connection names the datasets and indicators that are asked about; all of them where it names none."""


def asked(part: str) -> str:
    """SQL: is this dataset or indicator asked about?"""
    return f"coalesce(list_contains({ASKED}, {part}), true)"


def choose(connection: DuckDBPyConnection, parts: Sequence[str] | None) -> None:
    """Ask about these datasets and indicators alone; None for all."""
    listed = ", ".join("'" + part.replace("'", "''") + "'" for part in parts or ())
    connection.execute("SET VARIABLE asked = " + ("NULL" if parts is None else f"[{listed}]::VARCHAR[]"))
