"""The catalogue: one HTML page, made from the publication itself, that explains every table in it.

Self-contained: style and script are inside, nothing is requested from anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from html import escape
from itertools import groupby
from pathlib import Path
from typing import Any

from duckdb import DuckDBPyConnection

from warehouse.catalog.lineage import Feed, checks_by_product, feeds
from warehouse.catalog.samples import query, sample
from warehouse.files import write_atomic
from warehouse.query import figure
from warehouse.tables import OUR_SCHEMAS, Relation, publication, relations

FOLDER = Path(__file__).parent
SCHEMAS = {"main": "For readers", "vintage": "Every vintage", "ops": "Operations"}


def write_catalog(con: DuckDBPyConnection, path: Path, checks: Iterable[Mapping[str, Any]] = ()) -> Path:
    """Write the page about an opened publication (read-only will do) to `path`.

    `checks` are results of gate 2 (CheckResult.as_dict()), which are younger than the file; those of the releases are
    read from ops.check_result.
    """
    facts, tables = publication(con), relations(con)
    fed, verdicts, gate = feeds(con), checks_by_product(con), _gate(list(checks))
    body = "\n".join(_section(con, table, fed.get(table.qualified, []), verdicts) for table in tables)
    page = f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Portvault: catalogue</title><style>{(FOLDER / "page.css").read_text("utf-8")}</style></head><body>
<header><h1>Catalogue of the warehouse</h1>
<p><a href="series.html">Series</a>.
{_docs(path)}Published {escape(facts["published_at"][:16])} UTC by run {escape(facts["run_id"])}, storage
{escape(facts["storage_version"])}, digest <code>{escape(facts["content_digest"][:12])}</code>.{gate}</p></header>
<div class="find" role="search"><div><input id="search" type="search" aria-label="Search tables and columns"
placeholder="Search tables and columns, e.g. overdue percent  ( / )"><span id="count" role="status"></span></div></div>
<div class="frame"><nav aria-label="Tables">{_contents(tables)}</nav><main>
<p id="none" hidden>No table or column has all of these words.</p>
{body}
</main></div><script>{(FOLDER / "page.js").read_text("utf-8")}</script></body></html>
"""
    write_atomic(path, page.encode())
    return path


def _docs(path: Path) -> str:
    """A link to the data docs, where they are written beside the page."""
    return '<a href="checks/index.html">Data docs</a>. ' if (path.parent / "checks" / "index.html").exists() else ""


def _contents(tables: Iterable[Relation]) -> str:
    parts = []
    for schema, group in groupby(tables, key=lambda table: table.schema):
        links = "".join(f'<a href="#{_id(t)}">{escape(t.name)} <small>{t.rows:,}</small></a>' for t in group)
        parts.append(f"<h2>{escape(SCHEMAS.get(schema, schema))}</h2><div>{links}</div>")
    return "".join(parts)


def _section(con: DuckDBPyConnection, table: Relation, fed: list[Feed], verdicts: Mapping[str, str]) -> str:
    reach = f"<span>from <b>{table.first}</b> to <b>{table.last}</b></span>" if table.first else ""
    macro = f"<span>as of a day: <b>FROM {table.macro}(DATE '2025-12-08')</b></span>" if table.macro else ""
    columns = "".join(
        f'<tr data-column><td class="name">{escape(c.name)}</td><td class="kind">{escape(c.kind)}</td>'
        f"<td>{escape(c.comment)}</td></tr>"
        for c in table.columns
    )
    about = " ".join([table.qualified, table.comment, *(feed.product for feed in fed)])
    return f"""<section id="{_id(table)}" data-about="{escape(about)}">
<h2>{escape(table.qualified)}</h2><p>{escape(table.comment)}</p>
<div class="facts"><span>{table.kind}</span><span><b>{table.rows:,}</b> rows</span>{reach}{macro}</div>
{_scrolled("Columns of " + table.qualified, ("Column", "Type", "Meaning"), columns)}
<div class="query"><pre tabindex="0">{escape(query(table))}</pre><button type="button">copy</button></div>
{_sample(con, table)}{_lineage(table, fed, verdicts)}
</section>"""


def _sample(con: DuckDBPyConnection, table: Relation) -> str:
    names, rows = sample(con, table)
    if not rows:
        return ""
    body = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows)
    shown = _scrolled(f"Rows of {table.qualified}", names, body)
    return f"<details><summary>What it answers</summary>{shown}</details>"


def _scrolled(label: str, columns: Iterable[str], body: str) -> str:
    """A table that scrolls sideways on a narrow screen, with the keyboard too."""
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    return (
        f'<div class="scroll" tabindex="0" role="group" aria-label="{escape(label)}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(cell: object) -> str:
    if isinstance(cell, float):
        return f'<td class="number">{figure(cell)}</td>'
    if isinstance(cell, int) and not isinstance(cell, bool):  # years and ids among them: no separators
        return f'<td class="number">{cell}</td>'
    if isinstance(cell, date):  # a timestamp is one too
        return f'<td class="date">{cell}</td>'
    text = "" if cell is None else str(cell)
    return f"<td>{escape(text if len(text) < 90 else text[:88] + '…')}</td>"


def _lineage(table: Relation, fed: list[Feed], verdicts: Mapping[str, str]) -> str:
    if not fed:
        return ""
    rows = "".join(
        f'<tr><td class="name">{escape(f.product)}</td><td class="number">{f.values:,}</td><td>{f.releases:,}</td>'
        f'<td class="date">{escape(f.newest)}</td><td>{verdicts.get(f.product, "")}</td></tr>'
        for f in fed
    )
    columns = ("Product", "Values", "Releases", "Newest vintage", "Last checks")
    shown = _scrolled(f"Products behind {table.qualified}", columns, rows)
    return f"<details><summary>Made from {len(fed)} product{'s' if len(fed) > 1 else ''}</summary>{shown}</details>"


def _gate(checks: list[Mapping[str, Any]]) -> str:
    """What gate 2 said of this publication as a whole."""
    if not checks:
        return ""
    unmet = [check for check in checks if not check["success"]]
    colour = "good" if not unmet else "bad" if any(check["severity"] == "fail" for check in unmet) else "mild"
    names = ": " + ", ".join(escape(str(check["column"])) for check in unmet) if unmet else ""
    return f' <span class="{colour}">{len(checks) - len(unmet)} of {len(checks)} checks of the whole met{names}.</span>'


def _id(table: Relation) -> str:
    assert table.schema in OUR_SCHEMAS
    return table.qualified.replace(".", "-")
