"""A page of every series: found by words of three languages, drawn, with its vintages, sources, SQL and citation.

series.html is the page, series-data.js what all series share, series/PART.js the series of a dataset or indicator; the
files of those that did not change stay. They are opened from disk or from any web server; nothing else is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from duckdb import DuckDBPyConnection

from warehouse.agents import NAMES
from warehouse.files import write_atomic
from warehouse.parts import PART, PART_OF
from warehouse.publish import literal
from warehouse.tables import publication

FOLDER = Path(__file__).parent
NEXT = "SELECT product, expected_period, expected_date::VARCHAR, state FROM freshness"
RELEASES = "SELECT release_id, publisher, url, sha256 FROM ops.release WHERE state <> 'quarantined'"
WHOLE = "year({0}) * 10000 + month({0}) * 100 + day({0})"
"""A day as a number, 20251130: half as long as quoted text."""
VALUE = "%.10g"
"""Significant digits of values: more than any source prints."""


def prints(con: DuckDBPyConnection) -> dict[str, str]:
    """By dataset or indicator what tells whether its file is still right: its rows and the names of its goods."""
    rows = con.execute(
        f"""WITH goods AS (SELECT DISTINCT {PART} AS part, product_code AS code FROM series AS s)
            SELECT part, any_value(print), sum(hash(c.code, c.name_en, c.name_zh)) FILTER (c.code IS NOT NULL)
            FROM ops.part LEFT JOIN goods USING (part)
                LEFT JOIN commodity AS c ON c.code = goods.code AND c.version IS NULL
            GROUP BY part ORDER BY part"""
    )
    return {part: f"{told} {names or 0}" for part, told, names in rows.fetchall()}


def write_series(con: DuckDBPyConnection, folder: Path, stale: Collection[str] | None = None) -> Path:
    """Write the page and its data to `folder` from an opened publication; returns the page's path.

    `stale` are the datasets and indicators whose files are written; None for all.
    """
    held = "SELECT part FROM ops.part ORDER BY table_name = 'vintage.indicator', part"
    parts = [part for (part,) in con.execute(held).fetchall()]
    facts = {name: publication(con)[name] for name in ("run_id", "published_at", "content_digest")}
    data = {
        "publication": facts,
        "breaks": breaks(con),
        "definitions": dict(con.execute("SELECT definition, meaning FROM definition").fetchall()),
        "releases": {row[0]: row[1:] for row in con.execute(RELEASES).fetchall()},
        "next": {row[0]: row[1:] for row in con.execute(NEXT).fetchall()},
    }
    (folder / "series").mkdir(parents=True, exist_ok=True)
    _write(folder / "series-data.js", f"const DATA={_json(data)},PARTS=[];")
    for part, rows in series(con, parts if stale is None else stale).items():
        _write(folder / "series" / f"{part}.js", f"PARTS.push([{','.join(rows)}]);")
    for file in (folder / "series").glob("*.js"):
        if file.stem not in parts:
            file.unlink()
    scripts = "\n".join(f'<script src="series/{part}.js"></script>' for part in parts)
    page = (FOLDER / "series.html").read_text("utf-8").replace("PARTS", scripts)
    page = page.replace("SCRIPT", (FOLDER / "series.js").read_text("utf-8"))
    write_atomic(folder / "series.html", page.encode())
    return folder / "series.html"


def _write(path: Path, script: str) -> None:
    write_atomic(path, script.replace("</", "<\\/").encode())


def series(con: DuckDBPyConnection, parts: Collection[str] | None = None) -> dict[str, list[str]]:
    """Every series by dataset or indicator, as a list in JSON: id, title, label, words, dataset, unit, freq,
    definition, release, points, products; those of `parts` alone if it is given.

    A point is period, newest value, its vintage, the value before, its vintage, and so on to the first print. The
    points, millions of numbers, are put into words by DuckDB. Products are those whose next release may continue the
    series.
    """
    chosen = "true" if parts is None else f"{{}} IN ({', '.join(map(literal, parts)) or 'NULL'})"
    every = " UNION ALL ".join(
        f"SELECT series_id, period_end, vintage_date, value, release_id, {seen} FROM {table} "
        f"WHERE {chosen.format(PART_OF[table])}"
        for table, seen in (("vintage.observation", "first_seen"), ("vintage.indicator", "NULL"))
    )
    answer = con.execute(
        f"""WITH every AS ({every}), cell AS (
                SELECT series_id, period_end, last(release_id ORDER BY vintage_date, first_seen) AS release_id,
                    last(value ORDER BY vintage_date, first_seen) AS value,
                    string_agg(printf('{VALUE},%d', value, {WHOLE.format("vintage_date")}), ','
                        ORDER BY vintage_date DESC, first_seen DESC) FILTER (value IS NOT NULL) AS vintages
                FROM every GROUP BY ALL
            ), told AS (
                SELECT series_id, last(release_id ORDER BY period_end) AS release_id,
                    string_agg(printf('[%d,%s]', {WHOLE.format("period_end")}, vintages), ',' ORDER BY period_end)
                        AS points
                FROM cell WHERE value IS NOT NULL GROUP BY series_id
            ), continued AS (
                SELECT series_id, list_sort(list(DISTINCT product)) AS products
                FROM (SELECT DISTINCT series_id, release_id FROM every)
                    JOIN (SELECT release_id, coalesce(continues, product) AS product FROM ops.release)
                        USING (release_id)
                    SEMI JOIN freshness USING (product)
                GROUP BY series_id)
            SELECT {PART}, s.series_id, s.title, s.native_title, s.words, s.dataset, s.unit, s.freq, s.definition,
                told.release_id, coalesce(continued.products, []), told.points
            FROM ({NAMES}) AS s JOIN told USING (series_id) LEFT JOIN continued USING (series_id)
            ORDER BY 1, s.series_id"""
    )
    found: dict[str, list[str]] = {part: [] for part in parts or ()}
    for part, *head, products, points in answer.fetchall():
        found.setdefault(part, []).append(f"{_json(head)[:-1]},[{points}],{_json(products)}]")
    return found


def breaks(con: DuckDBPyConnection) -> list[list[str]]:
    """Breaks of definitions: all columns as text."""
    return [[str(cell) for cell in row] for row in con.execute("FROM definition_break").fetchall()]


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
