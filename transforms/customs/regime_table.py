"""What the tables by customs regime share: preliminary (2) and (3), bulletin (5).

Reading.table: one row per regime in base units: product_code, label, currency, total_month ... import_ytd, each
with its growth in percent (export_month_yoy ...), precision; columns that the table lacks are null. The
total row is dataset trade_total.
"""

from __future__ import annotations

import polars as pl

from transforms.customs import checks, regimes, tidy
from transforms.customs.aside import required, sift
from transforms.customs.row import Row
from transforms.customs.table import Table, read_table
from transforms.customs.table import recognise as recognise
from transforms.customs.table_layout import TableLayout
from transforms.model import Payload, Reading

Layout = TableLayout
TOTAL = "TOTAL"
LEVELS = [f"{flow}_{basis}" for flow in checks.FLOWS for basis in ("month", "ytd")]
ROLES = [*LEVELS, *(f"{level}_yoy" for level in LEVELS)]


def read(payload: Payload, layout: TableLayout) -> Reading:
    """Read one page or sheet. ReadError as in table, headers and checks; unknown_regime, duplicate_regime."""
    table = read_table(payload, layout)
    rows = rows_of(table, layout, payload.name)
    frame = pl.DataFrame(
        [
            {"product_code": code, "label": row.label, "currency": table.unit.currency} | tidy.wide(row, table, ROLES)
            for code, row in rows
        ],
        schema_overrides=dict.fromkeys([*ROLES, "precision"], pl.Float64),
    )
    own = [(row, _dimensions(code), None) for code, row in rows]
    return tidy.reading(layout.product, table, frame, tidy.series(own, table, layout.status), payload)


def rows_of(table: Table, layout: TableLayout, where: str) -> list[tuple[str, Row]]:
    """The regimes and their total that can be trusted, each under its code: gate 1 adds the parts up. ReadError."""
    rows, lost = sift(table, layout, code_of, lambda *_: None, layout.headline, "duplicate_regime")
    required(rows, lost, layout.required, where)
    parts = [row for code, row in rows if code != TOTAL]
    table.terms.extend(checks.rows_make(dict(rows)[TOTAL], parts, "<=" if lost else "="))
    return rows


def code_of(row: Row) -> str:
    """The regime of a row, or TOTAL. ReadError `unknown_regime`."""
    return TOTAL if regimes.is_total(row.label) else regimes.resolve(row.label, row.where)


def _dimensions(code: str) -> dict[str, str]:
    dataset = "trade_total" if code == TOTAL else "trade_by_regime"
    return {"dataset": dataset, "counterpart_area": "WORLD", "product_code": code}
