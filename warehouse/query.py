"""A read-only query of a publication that can neither write nor reach anything but that file."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import re
import threading
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

SECONDS = 60
MEMORY = "2GB"
QUERIES = {"SELECT", "EXPLAIN", "MULTI"}  # PIVOT is MULTI; DESCRIBE, SUMMARIZE, SHOW and FROM are SELECT
FORMULA = r"^([=+\-@\t\n])"  # begins a formula in a spreadsheet
LINE_BREAK = r"\r\n?"
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
        writer.writerow([inert(name) for name in self.columns])
        writer.writerows([inert(cell) for cell in row] for row in self.rows)
        return text.getvalue()

    def json(self) -> str:
        """A list of objects; columns of one name are told apart (a, a_1), or one would hide the other."""
        names: list[str] = []
        for name in self.columns:
            same = (f"{name}_{number}" if number else name for number in itertools.count())
            names.append(next(free for free in same if free not in names))
        rows = [dict(zip(names, map(_plain, row), strict=True)) for row in self.rows]
        return json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False)


def _plain(cell: object) -> object:
    """A cell as JSON can say it: a number as number unless digits would be lost, not-a-number and infinity as null."""
    match cell:
        case None | bool() | int() | str():
            return cell
        case float():
            return cell if math.isfinite(cell) else None
        case Decimal():
            return float(cell) if Decimal(repr(float(cell))) == cell else str(cell)
        case list() | tuple():
            return [_plain(part) for part in cell]
        case dict():
            return {str(key): _plain(part) for key, part in cell.items()}
    return str(cell)


def figure(value: float) -> str:
    """A number for people to read, to four places; a small one keeps its digits rather than becoming 0."""
    return f"{value:.4g}" if 0 < abs(value) < 0.01 else f"{value:,.4f}".rstrip("0").rstrip(".")


def inert(cell: object) -> object:
    """A text that a spreadsheet would run as a formula gets an apostrophe; numbers and dates stay as they are.

    Line breaks become plain ones: Python's writer leaves a lone carriage return unquoted, and the row would break.
    """
    if not isinstance(cell, str):
        return cell
    return re.sub(FORMULA, r"'\1", re.sub(LINE_BREAK, "\n", cell))


def inert_texts(frame: pl.DataFrame) -> pl.DataFrame:
    """The same for every text column of a frame that is to become CSV."""
    return frame.with_columns(pl.col(pl.String).str.replace_all(LINE_BREAK, "\n").str.replace(FORMULA, "'$1"))


def run_readonly(
    path: Path, query: str, limit: int = 1000, *, seconds: float = SECONDS, memory: str = MEMORY
) -> Result:
    """Run one query. At most `limit` rows come back, with a notice if there were more.

    No other file, no network, no extension, no setting, no variable of the caller can be reached from the query, and
    it cannot spill to disk. Raises duckdb.Error for what DuckDB refuses (OutOfMemoryException beyond `memory`),
    ValueError for anything but one query or for one that took longer than `seconds`.
    """
    config: dict[str, Any] = {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "memory_limit": memory,
        "temp_directory": "",  # or a large sort would fill the disk beside the publication
    }
    with duckdb.connect(str(path), read_only=True, config=config) as con:
        con.execute("SET lock_configuration = true")
        kinds = [statement.type.name for statement in con.extract_statements(query)]
        if len(kinds) != 1:
            raise ValueError("one statement at a time")
        if kinds[0] not in QUERIES:
            raise ValueError(f"{kinds[0]} is no query; SELECT, FROM, WITH, DESCRIBE, SUMMARIZE, SHOW and EXPLAIN are")
        timer = threading.Timer(seconds, con.interrupt)
        timer.start()
        try:
            answer = con.execute(query)
            description = answer.description or []
            rows = answer.fetchmany(limit + 1)
        except duckdb.InterruptException:
            raise ValueError(f"stopped after {seconds:g} seconds; narrow the query") from None
        finally:
            timer.cancel()
    notice = f"only the first {limit:,} rows are shown; raise --limit for more" if len(rows) > limit else ""
    return Result(
        columns=[column[0] for column in description],
        numeric=[str(column[1]).upper().startswith(NUMERIC) for column in description],
        rows=rows[:limit],
        notice=notice,
    )
