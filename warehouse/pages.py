"""What the pages of data docs and of runs share: one style, and rows of a table as HTML that a phone can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from warehouse.query import figure

STYLE = (Path(__file__).parent / "pages.css").read_text("utf-8")


def rows_table(rows: Sequence[Mapping[str, Any]], label: str) -> str:
    """Rows as a table with every column that one of them has; on a narrow screen each row stands as a list."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    head = "".join(
        f'<th scope="col"{" class=n" if all(_is_number(row.get(name, 0)) for row in rows) else ""}>{escape(name)}'
        for name in names
    )
    body = "".join("<tr>" + "".join(_cell(name, row.get(name)) for name in names) for row in rows)
    return f'<table class="stack"><caption>{escape(label)}</caption><thead><tr>{head}</thead><tbody>{body}</table>'


def _cell(name: str, value: Any) -> str:
    text = "" if value is None else figure(value) if isinstance(value, float) else str(value)
    return f'<td data-k="{escape(name)}"{" class=n" if _is_number(value) else ""}>{escape(text)}</td>'


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
