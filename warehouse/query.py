"""A read-only query of a publication that can neither write nor reach anything but that file."""

from __future__ import annotations

import csv
import io
import json
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

SECONDS = 60
MEMORY = "2GB"
NUMERIC = ("INT", "DOUBLE", "FLOAT", "DECIMAL")


@dataclass(frozen=True)
class Result:
    columns: list[str]
    numeric: list[bool]
    rows: list[tuple[Any, ...]]
    notice: str = ""

    def csv(self) -> str:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()

    def json(self) -> str:
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return json.dumps(rows, default=str, ensure_ascii=False, indent=1)


def run_readonly(path: Path, query: str, limit: int = 1000) -> Result:
    """Run one statement. At most `limit` rows come back, with a notice if there were more.

    No other file, no network, no extension, no setting can be reached from the query. Raises duckdb.Error for what
    DuckDB refuses, ValueError for several statements at once or one that took longer than SECONDS.
    """
    config: dict[str, Any] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "memory_limit": MEMORY,
    }
    with duckdb.connect(str(path), read_only=True, config=config) as con:
        con.execute("SET lock_configuration = true")
        if len(con.extract_statements(query)) != 1:
            raise ValueError("one statement at a time")
        timer = threading.Timer(SECONDS, con.interrupt)
        timer.start()
        try:
            answer = con.execute(query)
            description = answer.description or []
            rows = answer.fetchmany(limit + 1)
        except duckdb.InterruptException:
            raise ValueError(f"stopped after {SECONDS} seconds; narrow the query") from None
        finally:
            timer.cancel()
    notice = f"only the first {limit:,} rows are shown; raise --limit for more" if len(rows) > limit else ""
    return Result(
        columns=[column[0] for column in description],
        numeric=[str(column[1]).upper().startswith(NUMERIC) for column in description],
        rows=rows[:limit],
        notice=notice,
    )
