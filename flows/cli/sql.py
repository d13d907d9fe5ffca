"""`portvault sql`: one read-only query of the publication, printed as a table, CSV or JSON."""

from __future__ import annotations

import sys

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text  # as cells, so that a label with brackets is no markup

from flows.settings import Settings
from warehouse.query import Result, figure, run_readonly


def show(settings: Settings, query: str, format: str, limit: int, out: Console, err: Console) -> int:
    """Print the result; returns the exit code. A cut result says so on standard error."""
    if not settings.warehouse.exists():
        err.print(f"portvault: there is no publication at {settings.warehouse}; run `portvault run` first")
        return 1
    try:
        result = run_readonly(settings.warehouse, query, limit)
    except (duckdb.Error, ValueError) as error:
        err.print(f"portvault: {error}", markup=False, highlight=False)
        return 1
    PRINTERS[format](result, out)
    if result.notice:
        err.print(result.notice, markup=False, highlight=False)
    return 0


WIDEST = 10_000
"""A figure is never cut: a table wider than the terminal wraps there."""


def _table(result: Result, out: Console) -> None:
    table = Table(header_style="bold")
    for name, numeric in zip(result.columns, result.numeric, strict=True):
        table.add_column(Text(name), justify="right" if numeric else "left")
    for row in result.rows:
        table.add_row(*[Text("" if cell is None else _cell(cell)) for cell in row])
    Console(file=out.file, width=WIDEST, force_terminal=out.is_terminal).print(table)


def _cell(cell: object) -> str:
    return figure(cell) if isinstance(cell, float) else str(cell)


def _csv(result: Result, _: Console) -> None:
    sys.stdout.write(result.csv())


def _json(result: Result, _: Console) -> None:
    sys.stdout.write(result.json() + "\n")


PRINTERS = {"table": _table, "csv": _csv, "json": _json}
