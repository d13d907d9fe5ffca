"""A person confirms an unread number: a small file in the archive, which the next build reads as any other."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from flows.archive import Archive, Snapshot
from flows.run.ingest import ingest
from flows.settings import Settings
from transforms.reports.confirmed import FIGURE, KIND, LEAST, PRODUCT

_KNOWN = """SELECT u.*, r.vintage_date, r.url, r.title, r.first_seen FROM ops.unread_figure u
JOIN ops.release r USING (release_id) WHERE figure_id = ?"""
_UNITS = {"percent": "%"}


class NotConfirmed(ValueError):
    """What is missing or wrong, and what there is."""


def confirm(settings: Settings, figure_id: str, figure: Mapping[str, str], who: str, why: str) -> Snapshot:
    """Archive the confirmation of one row of ops.unread_figure as a release of its own, dated as its report.

    `figure`: indicator, segment, as_of, kind ...; value and unit are those of the number unless told.
    Raises NotConfirmed for an id that is not there, a name that no figure has, or one that is missing.
    """
    row = _unread(settings.warehouse, figure_id)
    unknown = set(figure) - set(FIGURE)
    if unknown:
        raise NotConfirmed(f"a figure has no {', '.join(sorted(unknown))}; it has {', '.join(FIGURE)}")
    given = {"value": row["value"], "unit": _UNITS.get(row["unit"], row["unit"]), "kind": "stock"} | dict(figure)
    missing = [name for name in LEAST if given.get(name) in (None, "")]
    if missing:
        best = row["reading"] or "none"
        raise NotConfirmed(f"--figure has to name {', '.join(missing)}; the best reading was: {best}")
    published = row["vintage_date"] or row["first_seen"].date()
    said = {"kind": KIND, "figure_id": figure_id, "figure": given, "who": who, "why": why,
            "published": published.isoformat(), "document": row["url"] or row["title"] or row["release_id"],
            "sentence": row["sentence"], "place": row["place"]}  # fmt: skip
    return _archived(settings, figure_id, said, published)


def _archived(settings: Settings, figure_id: str, said: Mapping[str, Any], published: date) -> Snapshot:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"confirmed-{figure_id}.json"
        path.write_text(json.dumps(said, ensure_ascii=False, indent=1), "utf-8")
        taken = ingest(settings, Archive(settings.archive), path, product=PRODUCT, published=published)
    if isinstance(taken, Snapshot):
        return taken
    raise NotConfirmed(f"{taken['code']}: expected {taken['expected']}, got {taken['got']}")


def _unread(database: Path, figure_id: str) -> dict[str, Any]:
    if not database.is_file():
        raise NotConfirmed("nothing is published yet; run `portvault run` first")
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute(_KNOWN, [figure_id])
        names = [column[0] for column in found.description or []]
        rows = found.fetchall()
    if not rows:
        query = "SELECT figure_id, surface, sentence FROM ops.unread_figure"
        raise NotConfirmed(f"no unread figure {figure_id}; `portvault sql '{query}'` lists them")
    return dict(zip(names, rows[0], strict=True))
