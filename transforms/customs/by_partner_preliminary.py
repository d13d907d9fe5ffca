"""Preliminary table (4): China's exports, imports and their total with main partners, month and year to date.

Ten columns, or seven where January and February came as one figure. Reading.table: one row per partner, in base
units: row, counterpart_area, parent (the group an "of which" block belongs to), label, indent, currency, total_month,
total_ytd, export_month, export_ytd, import_month, import_ytd, total_ytd_yoy, export_ytd_yoy, import_ytd_yoy (percent),
precision. The Total row is the nation's trade: dataset trade_total, counterpart WORLD.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from transforms.areas import ever_members, resolve
from transforms.customs import checks, tidy
from transforms.customs.aside import required, sift, tell_cut
from transforms.customs.row import Row
from transforms.customs.table import read_table
from transforms.customs.table import recognise as recognise
from transforms.customs.table_layout import TableLayout
from transforms.model import Payload, ReadError, Reading

Layout = TableLayout
ROLES = [f"{flow}_{basis}" for flow in checks.FLOWS for basis in ("month", "ytd")] + [
    f"{flow}_ytd_yoy" for flow in checks.FLOWS
]

YTD = [f"{flow}_ytd" for flow in checks.FLOWS]


def read(payload: Payload, layout: TableLayout) -> Reading:
    """Read one page or sheet. ReadError as in table, headers and checks; unknown_partner, duplicate_partner."""
    table = read_table(payload, layout)
    kept, lost = sift(table, layout, lambda row: resolve(row.label, row.where), lambda *_: None, layout.headline,
                      "duplicate_partner")  # fmt: skip
    required(kept, lost, layout.required, payload.name)
    tell_cut(kept, lost, layout, table)
    owners = parents(table.rows)
    for code, group in kept:
        members = [row for _, row in kept if owners[row.where] == code]
        table.terms.extend(checks.rows_make(group, members, "<=", "part_exceeds_whole", YTD))
    frame = pl.DataFrame(
        [
            {"row": i + 1, "counterpart_area": code, "parent": owners[row.where], "label": row.label}
            | {"indent": row.indent, "currency": table.unit.currency}
            | tidy.wide(row, table, ROLES)
            for i, (code, row) in enumerate(kept)
        ],
        schema_overrides={"parent": pl.String} | dict.fromkeys([*ROLES, "precision"], pl.Float64),
        infer_schema_length=None,
    )
    own = [(row, dimensions(code), None) for code, row in kept]
    return tidy.reading(layout.product, table, frame, tidy.series(own, table, layout.status), payload)


def dimensions(code: str) -> dict[str, str]:
    return {"dataset": "trade_total" if code == "WORLD" else "trade_by_partner", "counterpart_area": code}


def parents(rows: Sequence[Row]) -> dict[str, str | None]:
    """The group each row stands under, by the row's place. "of which:" marks only the first member of a group.

    The indent tells the others; where a page prints no indents at all, known membership does: the rows that follow
    are members as long as the group is known to have them.
    """
    flat = all(row.indent == rows[0].indent for row in rows)
    owner, inside, previous = None, 0, ""
    found: dict[str, str | None] = {}
    for row in rows:
        code = _code(row)
        if row.of_which:
            owner, inside = previous or None, row.indent
        elif owner and (not _member(code, owner) if flat else row.indent < inside):
            owner = None
        found[row.where] = owner
        if not owner:
            previous = code or ""
    return found


def _code(row: Row) -> str | None:
    try:
        return resolve(row.label)
    except ReadError:
        return None


def _member(code: str | None, group: str) -> bool:
    """Is the area known to be, or to have been, part of the group or continent? An unknown label is none."""
    return code is not None and code in ever_members(group)
