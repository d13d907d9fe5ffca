"""Preliminary table (4): China's exports, imports and their total with main partners, month and year to date.

Ten columns, or seven where January and February came as one figure. Reading.table: one row per partner, in base
units: row, counterpart_area, parent (the group an "of which" block belongs to), label, indent, currency, total_month,
total_ytd, export_month, export_ytd, import_month, import_ytd, total_ytd_yoy, export_ytd_yoy, import_ytd_yoy (percent),
precision. The Total row is the nation's trade: dataset trade_total, counterpart WORLD.
"""

from __future__ import annotations

import polars as pl

from transforms.areas import resolve
from transforms.customs import checks, tidy
from transforms.customs.table import Row, layout, read_table, recognises
from transforms.model import Payload, Reading

PRODUCT = "gacc.by_partner_preliminary"
SOURCE = "gacc_en"
EXTENSION = "html"
ROLES = [f"{flow}_{basis}" for flow in checks.FLOWS for basis in ("month", "ytd")] + [
    f"{flow}_ytd_yoy" for flow in checks.FLOWS
]


def recognise(payload: Payload) -> bool:
    return recognises(payload, layout(__file__))


def read(payload: Payload) -> Reading:
    """Read one page or sheet. ReadError as in table, headers and checks; unknown_partner, duplicate_partner."""
    plan = layout(__file__)
    table = read_table(payload, plan)
    partners = [(resolve(row.label, row.where), row) for row in table.rows]
    checks.no_duplicates(partners, "duplicate_partner")
    checks.required({code for code, _ in partners}, plan["required"], payload.name)
    for _, row in partners:
        check(row, table.columns)
    owners = parents([(code, row) for code, row in partners])
    frame = pl.DataFrame(
        [
            {"row": i + 1, "counterpart_area": code, "parent": owners[i], "label": row.label, "indent": row.indent}
            | {"currency": table.unit.currency}
            | tidy.wide(row, table, ROLES)
            for i, (code, row) in enumerate(partners)
        ],
        schema_overrides={"parent": pl.String} | dict.fromkeys([*ROLES, "precision"], pl.Float64),
        infer_schema_length=None,
    )
    own = [(row, dimensions(code), None) for code, row in partners]
    return tidy.reading(PRODUCT, table, frame, tidy.series(own, table, "P"), payload)


def dimensions(code: str) -> dict[str, str]:
    return {"dataset": "trade_total" if code == "WORLD" else "trade_by_partner", "counterpart_area": code}


def check(row: Row, columns: str) -> None:
    """The identities of a partner row."""
    checks.not_negative(row)
    for basis in ("month", "ytd") if columns == "monthly" else ("ytd",):
        checks.flows_add_up(row, basis)
    checks.growth_adds_up(row, "ytd", "ytd_yoy")
    if columns == "monthly":
        for flow in checks.FLOWS:
            checks.month_within_ytd(row, f"{flow}_")


def parents(partners: list[tuple[str, Row]]) -> list[str | None]:
    """The group each member row stands under. "of which:" marks only the first member; the indent tells the others."""
    owner, inside, found = None, 0, []
    previous = ""
    for code, row in partners:
        if row.of_which:
            owner, inside = previous, row.indent
        elif owner and row.indent < inside:
            owner = None
        found.append(owner)
        if not owner:
            previous = code
    return found
