"""Feeds of a publication: what comes next as a calendar, what changed as Atom and JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from duckdb import DuckDBPyConnection

from warehouse.calendar import group_of
from warehouse.tables import publication

DAYS = 400
"""How far back changes go: a year and a month, so that a yearly reader misses none."""
UPCOMING = """SELECT next_release.* FROM next_release CROSS JOIN publication
    WHERE date >= published_at::DATE - 60 ORDER BY date, product"""
"""Releases that are due, or late by two months at most: what is later than that is told by table freshness."""
MOST = 200
"""Entries of the Atom feed; the JSON has all."""


def write_feeds(con: DuckDBPyConnection, folder: Path) -> list[Path]:
    """Write calendar.ics, changes.atom and changes.json to `folder`; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    facts, found = publication(con), changes(con)
    files = {
        "calendar.ics": calendar(con, facts),
        "changes.json": json.dumps({"publication": facts, "changes": found}, ensure_ascii=False, indent=1),
        "changes.atom": atom(found[:MOST], facts),
    }
    for name, text in files.items():
        temporary = folder / f"{name}.tmp"
        temporary.write_text(text, "utf-8", newline="")
        temporary.replace(folder / name)
    return [folder / name for name in files]


def changes(con: DuckDBPyConnection) -> list[dict[str, Any]]:
    """What each dataset gained or saw revised, by the day it became public, newest first."""
    found = con.execute("SELECT max(vintage_date) FROM vintage.observation").fetchall()[0][0]
    since = found - timedelta(days=DAYS) if found else date.max
    rows = con.execute(
        """WITH moved AS (
                SELECT dataset, vintage_date, max(abs(change_percent)) AS largest FROM revision
                WHERE vintage_date > $since GROUP BY ALL),
            released AS (
                SELECT split_part(series_id, ':', 1) AS dataset, vintage_date, release_id,
                    count(*) FILTER (change = 'first') AS added, count(*) FILTER (change = 'revised') AS revised,
                    min(period_end) AS first_period, max(period_end) AS last_period
                FROM vintage.observation WHERE vintage_date > $since AND change IN ('first', 'revised') GROUP BY ALL)
            SELECT vintage_date::VARCHAR AS day, dataset, sum(added)::INTEGER AS added,
                sum(revised)::INTEGER AS revised, any_value(largest) AS largest_revision_percent,
                min(first_period)::VARCHAR AS first_period, max(last_period)::VARCHAR AS last_period,
                list_sort(list(release_id))[:5] AS releases
            FROM released LEFT JOIN moved USING (dataset, vintage_date)
            GROUP BY vintage_date, dataset ORDER BY 1 DESC, 2""",
        {"since": since},
    )
    names = [column[0] for column in rows.description or []]
    return [dict(zip(names, row, strict=True)) for row in rows.fetchall()]


def calendar(con: DuckDBPyConnection, facts: dict[str, str]) -> str:
    """The next releases (RFC 5545): at their hour where it is kept, else as all-day events in the publisher's zone."""
    stamp = "".join(c for c in facts["published_at"][:19] if c.isdigit())
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Portvault//next releases//EN",
        "X-WR-CALNAME:Portvault releases",
    ]
    for product, title, period, day, at, origin, state in con.execute(UPCOMING).fetchall():
        usual = "Asia/Shanghai" if product.startswith("gacc.") else "Europe/Moscow"
        zone = (group_of(product) or {}).get("zone", usual)
        all_day = [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}"]
        lines += [
            "BEGIN:VEVENT",
            f"UID:{product}-{period}@portvault",
            f"DTSTAMP:{stamp[:8]}T{stamp[8:]}Z",
            *([f"DTSTART:{at:%Y%m%dT%H%M%SZ}"] if at else all_day),
            f"SUMMARY:{_ics(f'{product} {period}')}",
            f"DESCRIPTION:{_ics(f'{title}; {origin}; {state}; day in {zone}')}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "\r\n".join(_folded([*lines, "END:VCALENDAR", ""]))


def _ics(text: str) -> str:
    for mark in ("\\", ";", ","):
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", "\\n")


def _folded(lines: Sequence[str]) -> list[str]:
    """Lines of at most 75 octets; the rest follows after a space. All text here is ASCII but for titles."""
    found = []
    for line in lines:
        while len(line.encode()) > 75:
            cut = 74
            while len(line[:cut].encode()) > 74:
                cut -= 1
            found.append(line[:cut])
            line = " " + line[cut:]
        found.append(line)
    return found


def atom(found: Sequence[dict[str, Any]], facts: dict[str, str]) -> str:
    """The changes as an Atom feed (RFC 4287); an entry a dataset and day."""
    updated = facts["published_at"][:19].replace(" ", "T") + "Z"
    entries = []
    for one in found:
        largest = one["largest_revision_percent"]
        moved = f", by {largest:.2f} % at most" if largest is not None and one["revised"] else ""
        told = f"{one['dataset']}: {one['added']} added, {one['revised']} revised{moved}"
        about = f"Periods {one['first_period']} to {one['last_period']}; {', '.join(one['releases'])}"
        entries.append(
            f"<entry><id>urn:portvault:{one['day']}:{escape(one['dataset'])}</id><title>{escape(told)}</title>"
            f"<updated>{one['day']}T00:00:00Z</updated><content>{escape(about)}</content></entry>"
        )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:portvault:changes</id>'
        f"<title>Portvault: what changed</title><updated>{updated}</updated><author><name>Portvault</name></author>\n"
        + "\n".join(entries)
        + "\n</feed>\n"
    )
