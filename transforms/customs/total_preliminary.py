"""Preliminary table (1): China's total exports, imports, their sum and balance.

Reading.table: one row per flow (total, export, import, balance), in base units: flow, label, currency, month, ytd,
month_mom, month_yoy, ytd_yoy (percent), precision. Dataset trade_total, counterpart WORLD.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from transforms.customs import checks, tidy
from transforms.customs.aside import headline_hit, required
from transforms.customs.grid import tight
from transforms.customs.row import Row
from transforms.customs.table import Table, read_table
from transforms.customs.table import recognise as recognise
from transforms.customs.table_layout import TableLayout
from transforms.model import Payload, ReadError, Reading

ROLES = ["month", "ytd", "month_mom", "month_yoy", "ytd_yoy"]


class Layout(TableLayout):
    items: dict[str, tuple[str, ...]]  # flow: its labels, folded and without blanks


def read(payload: Payload, layout: Layout) -> Reading:
    """Read one page or sheet. ReadError as in html, sheet, table, headers, checks; unknown_item."""
    table = read_table(payload, layout)
    for row in table.rows:
        if row.fault:
            raise headline_hit(row.fault)  # the table has nothing but headlines
    flows = [(_flow(row, layout.items), row) for row in table.rows]
    checks.no_duplicates(flows)
    required(flows, [], layout.required, payload.name)
    _check(dict(flows), layout.identities, table)
    frame = pl.DataFrame(
        [
            {"flow": flow, "label": row.label, "currency": table.unit.currency} | tidy.wide(row, table, ROLES)
            for flow, row in flows
        ],
        schema_overrides=dict.fromkeys([*ROLES, "precision"], pl.Float64),
    )
    own = [(row, {"dataset": "trade_total", "counterpart_area": "WORLD", "flow": flow}, None) for flow, row in flows]
    return tidy.reading(layout.product, table, frame, tidy.series(own, table, layout.status), payload)


def _flow(row: Row, items: Mapping[str, Sequence[str]]) -> str:
    label = tight(row.label)
    for flow, labels in items.items():
        if label in labels:
            return flow
    raise ReadError("unknown_item", expected=str(items), got=repr(row.label), where=row.where)


def _check(rows: Mapping[str, Row], identities: Sequence[str], table: Table) -> None:
    """Sum, balance and growth of the table, by turning it on its side: one row with a column for each flow."""
    side = {f"{flow}_{role}": value for flow, row in rows.items() for role, value in row.figures.items()}
    terms, wrong = checks.sums([Row("all items", 0, False, f"{rows['total'].where} and below", side)], identities)
    for error in wrong.values():
        raise error
    table.terms.extend([term for own in terms.values() for term in own])
