"""A page of every series: found by words of three languages, drawn, with its vintages, sources, SQL and citation.

Two files: series.html, the same for every publication, and series-data.js, one compact list of all series. Both are
opened from disk or from any web server; nothing else is asked for.
"""

from __future__ import annotations

import json
from pathlib import Path

from duckdb import DuckDBPyConnection

from warehouse.agents import NAMES
from warehouse.files import write_atomic
from warehouse.tables import publication

FOLDER = Path(__file__).parent
NEXT = "SELECT product, expected_period, expected_date::VARCHAR, state FROM freshness"
RELEASES = "SELECT release_id, publisher, url, sha256 FROM ops.release WHERE state <> 'quarantined'"
WHOLE = "year({0}) * 10000 + month({0}) * 100 + day({0})"
"""A day as a number, 20251130: half as long as quoted text."""
VALUE = "%.10g"
"""Significant digits of values: more than any source prints."""


def write_series(con: DuckDBPyConnection, folder: Path) -> Path:
    """Write the page and its data to `folder` from an opened publication; returns the page's path."""
    folder.mkdir(parents=True, exist_ok=True)
    facts = {name: publication(con)[name] for name in ("run_id", "published_at", "content_digest")}
    data = {
        "publication": facts,
        "breaks": breaks(con),
        "definitions": dict(con.execute("SELECT definition, meaning FROM definition").fetchall()),
        "releases": {row[0]: row[1:] for row in con.execute(RELEASES).fetchall()},
    }
    data["next"] = {row[0]: row[1:] for row in con.execute(NEXT).fetchall()}
    text = f'{_json(data)[:-1]},"series":[{",".join(series(con))}]}}'.replace("</", "<\\/")
    write_atomic(folder / "series-data.js", f"const DATA={text};".encode())
    page = (FOLDER / "series.html").read_text("utf-8").replace("SCRIPT", (FOLDER / "series.js").read_text("utf-8"))
    write_atomic(folder / "series.html", page.encode())
    return folder / "series.html"


def series(con: DuckDBPyConnection) -> list[str]:
    """Every series as a list in JSON: id, title, label, words, dataset, unit, freq, definition, release, points,
    products.

    A point is period, newest value, its vintage, the value before, its vintage, and so on to the first print. The
    points, millions of numbers, are put into words by DuckDB. Products are those whose next release may continue the
    series.
    """
    answer = con.execute(
        f"""WITH every AS (
                SELECT series_id, period_end, vintage_date, value, release_id, first_seen FROM vintage.observation
                UNION ALL SELECT series_id, period_end, vintage_date, value, release_id, NULL FROM vintage.indicator
            ), cell AS (
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
            SELECT s.series_id, s.title, s.native_title, s.words, s.dataset, s.unit, s.freq, s.definition,
                told.release_id, coalesce(continued.products, []), told.points
            FROM ({NAMES}) AS s JOIN told USING (series_id) LEFT JOIN continued USING (series_id)
            ORDER BY s.dataset = 'indicator', s.dataset, s.series_id"""
    )
    return [f"{_json(head)[:-1]},[{points}],{_json(products)}]" for *head, products, points in answer.fetchall()]


def breaks(con: DuckDBPyConnection) -> list[list[str]]:
    """Breaks of definitions: all columns as text."""
    return [[str(cell) for cell in row] for row in con.execute("FROM definition_break").fetchall()]


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
