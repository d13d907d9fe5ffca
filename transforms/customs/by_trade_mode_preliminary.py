"""Preliminary tables (2) and (3): trade by customs regime, of the month or of the year to date.

Reading.table: one row per regime in base units: product_code, label, currency, total_month ... import_ytd, their
growth (percent), precision; the columns of the other basis are null. The total row is dataset trade_total.
"""

from __future__ import annotations

import polars as pl

from transforms.customs import checks, regimes, tidy
from transforms.customs.table import Row, layout, read_table, recognises_in
from transforms.model import Payload, Reading

PRODUCT = "gacc.by_trade_mode_preliminary"
SOURCE = "gacc_en"
EXTENSION = "html"
TOTAL = "TOTAL"
ROLES = [f"{flow}_{basis}{growth}" for growth in ("", "_yoy") for basis in ("month", "ytd") for flow in checks.FLOWS]


def recognise(payload: Payload) -> bool:
    """The Chinese bulletin has a table of the same name: its unit tells them apart."""
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
        checks.flows_add_up(row, table.columns)
        checks.growth_adds_up(row, table.columns, f"{table.columns}_yoy")
    checks.parts_make_total([row for code, row in rows if code != TOTAL], dict(rows)[TOTAL], payload.name)
    frame = pl.DataFrame(
        [
            {"product_code": code, "label": row.label, "currency": table.unit.currency} | tidy.wide(row, table, ROLES)
            for code, row in rows
        ],
        schema_overrides=dict.fromkeys([*ROLES, "precision"], pl.Float64),
    )
    own = [(row, dimensions(code), None) for code, row in rows]
    return tidy.reading(PRODUCT, table, frame, tidy.series(own, table, "P"), payload)


def code_of(row: Row) -> str:
    return TOTAL if regimes.is_total(row.label) else regimes.resolve(row.label, row.where)


def dimensions(code: str) -> dict[str, str]:
    dataset = "trade_total" if code == TOTAL else "trade_by_regime"
    return {"dataset": dataset, "counterpart_area": "WORLD", "product_code": code}
