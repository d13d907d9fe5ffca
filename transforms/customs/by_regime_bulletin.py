"""Bulletin table (5): imports and exports by customs regime, month and year to date, with growth in a second row.

Reading.table: one row per regime in base units: product_code, label, currency, export_month ... import_ytd (and totals
where printed), each with its growth in percent (export_month_yoy ...), precision. The total row is dataset trade_total.
"""

from __future__ import annotations

import polars as pl

from transforms.customs import checks, tidy
from transforms.customs.by_trade_mode_preliminary import TOTAL, code_of, dimensions
from transforms.customs.table import layout, read_table, recognises_in
from transforms.model import Payload, Reading

PRODUCT = "gacc.by_regime_bulletin"
SOURCE = "gacc_en"
EXTENSION = "html"
LEVELS = [f"{flow}_{basis}" for flow in checks.FLOWS for basis in ("month", "ytd")]
ROLES = [*LEVELS, *(f"{level}_yoy" for level in LEVELS)]


def recognise(payload: Payload) -> bool:
    """The Chinese preliminary table has the same name: its unit tells them apart."""
    return recognises_in(payload, layout(__file__))


def read(payload: Payload) -> Reading:
    """Read one page or sheet. ReadError as in table, headers and checks; unknown_regime, duplicate_regime."""
    plan = layout(__file__)
    table = read_table(payload, plan)
    rows = [(code_of(row), row) for row in table.rows]
    checks.no_duplicates(rows, "duplicate_regime")
    checks.required({code for code, _ in rows}, plan["required"], payload.name)
    for _, row in rows:
        checks.not_negative(row)
        for flow in checks.FLOWS if table.columns == "total" else checks.FLOWS[1:]:
            checks.month_within_ytd(row, f"{flow}_")
        if table.columns == "total":
            for basis in ("month", "ytd"):
                checks.flows_add_up(row, basis)
                checks.growth_adds_up(row, basis, f"{basis}_yoy")
    checks.parts_make_total([row for code, row in rows if code != TOTAL], dict(rows)[TOTAL], payload.name)
    frame = pl.DataFrame(
        [
            {"product_code": code, "label": row.label, "currency": table.unit.currency} | tidy.wide(row, table, ROLES)
            for code, row in rows
        ],
        schema_overrides=dict.fromkeys([*ROLES, "precision"], pl.Float64),
    )
    own = [(row, dimensions(code), None) for code, row in rows]
    return tidy.reading(PRODUCT, table, frame, tidy.series(own, table, "A"), payload)
