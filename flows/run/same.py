"""Is a candidate what readers have already? Then it is not published: nobody opens a new file for nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import duckdb

from flows.run import derived_files
from flows.settings import Settings
from warehouse import publish as publication
from warehouse.publish import Manifest

TOLD = {
    "ops.release": "SELECT DISTINCT product, period, vintage_date, state, reason FROM {}",
    "ops.row_set_aside": "FROM {}",
    "ops.unread_figure": "FROM {}",
    "ops.correction": "FROM {}",
}
"""What readers are told beside the figures; a candidate that differs in it is published in any case. Of a release
its product, period and day: a copy of one that is there is nothing new, another release with known figures is."""


def nothing_new(settings: Settings, path: Path, made: Manifest) -> bool:
    """Would readers get what they have? Then the candidate goes, and the publication stands for its inputs too.

    So it is where a page was saved again or seen elsewhere with the same figures: the digests are equal, and so
    is what was refused, set aside, corrected or left unread. What other code built is published all the same.
    """
    last = publication.intact(settings.warehouse)
    if last is None or (last.content_digest, last.code) != (made.content_digest, made.code):
        return False
    if not derived_files.complete(settings, last) or _tells_more(settings.warehouse, path):
        return False
    path.unlink()
    publication.write_manifest(settings.warehouse, replace(last, fingerprint=made.fingerprint))
    return True


def _tells_more(last: Path, made: Path) -> bool:
    """Does any table of TOLD differ between two warehouses?"""
    with duckdb.connect() as con:
        con.execute(f"ATTACH {publication.literal(str(last))} AS last (READ_ONLY)")
        con.execute(f"ATTACH {publication.literal(str(made))} AS made (READ_ONLY)")
        for table, rows in TOLD.items():
            one, other = rows.format(f"last.{table}"), rows.format(f"made.{table}")
            apart = f"(({one}) EXCEPT ALL ({other})) UNION ALL (({other}) EXCEPT ALL ({one}))"
            if con.execute(f"SELECT 1 FROM ({apart}) LIMIT 1").fetchall():
                return True
    return False
