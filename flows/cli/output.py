"""What the command line prints to: standard output and error, and tables of rows."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
out = Console()
err = Console(stderr=True)

PROSE = ("reason", "found", "advice")
ROOM = 50
"""Columns that prose wants beside the rest of a table; with fewer it goes below its row."""
MANY_COLUMNS = 240
COLOURS = {"published": "green", "good": "green", "late": "red", "bad": "red", "blocked": "yellow",
           "unreachable": "yellow", "keyed": "yellow", "quarantined": "yellow", "due": "cyan"}  # fmt: skip


def show(rows: list[dict[str, Any]], as_json: bool, columns: dict[str, str | None]) -> None:
    """Print rows; `columns` maps keys to headings. Only PROSE wraps, so that names can be copied."""
    if as_json:
        typer.echo(json.dumps(rows, default=str, ensure_ascii=False, indent=1))
        return
    shown = out if out.is_terminal else Console(width=MANY_COLUMNS)  # a file or pipe has no edge to wrap at
    texts = [{key: str(row.get(key) if row.get(key) is not None else "") for key in columns} for row in rows]
    short = [key for key in columns if key not in PROSE]
    taken = sum(max([len(columns[key] or key), *(len(text[key]) + 1 for text in texts)]) for key in short)
    beside = shown.width - taken >= ROOM
    table = Table(header_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
    for key in columns if beside else short:
        table.add_column(columns[key] or key, no_wrap=key in short)
    for text in texts:
        cells = {key: escape(value) for key, value in text.items()}
        if colour := COLOURS.get(text.get("state", "")):
            cells["state"] = f"[{colour}]{cells['state']}[/]"
        table.add_row(*[cells[key] for key in (columns if beside else short)])
    shown.print(table)
    for text in [] if beside else texts:
        if prose := ". ".join(text[key] for key in columns if key in PROSE and text[key]):
            shown.print(f"{text[short[0]]}: {prose}", highlight=False, markup=False)
