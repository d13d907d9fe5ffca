"""Preliminary table (1): China's total exports, imports, their sum and balance.

Reading.table: one row per flow (total, export, import, balance), in base units: flow, label, currency, month, ytd,
month_mom, month_yoy, ytd_yoy (percent), precision. Dataset trade_total, counterpart WORLD.
"""

from __future__ import annotations

import polars as pl

from transforms.customs import checks, tidy
from transforms.customs.aside import headline_hit
from transforms.customs.grid import tight
from transforms.customs.table import Row, Table, layout, read_table, recognises
from transforms.model import Payload, ReadError, Reading

PRODUCT = "gacc.total_preliminary"
SOURCE = "gacc_en"
EXTENSION = "html"
OPTIONS = {"period": "Month, YYYY-MM, of a page whose title does not name it."}
ROLES = ["month", "ytd", "month_mom", "month_yoy", "ytd_yoy"]


def recognise(payload: Payload) -> bool:
    return recognises(payload, layout(__file__))


def read(payload: Payload) -> Reading:
    """Read one page or sheet. ReadError as in html, sheet, table, headers, checks; unknown_item."""
    plan = layout(__file__)
    table = read_table(payload, plan)
    for row in table.rows:
        if row.fault:
            raise headline_hit(row.fault)  # the table has nothing but headlines
    flows = [(_flow(row, plan["items"]), row) for row in table.rows]
    checks.no_duplicates(flows)
    checks.required({flow for flow, _ in flows}, list(checks.FLOWS), payload.name)
    _check(dict(flows), table)
    frame = pl.DataFrame(
        [
            {"flow": flow, "label": row.label, "currency": table.unit.currency} | tidy.wide(row, table, ROLES)
            for flow, row in flows
        ],
        schema_overrides=dict.fromkeys([*ROLES, "precision"], pl.Float64),
    )
    own = [(row, {"dataset": "trade_total", "counterpart_area": "WORLD", "flow": flow}, None) for flow, row in flows]
    return tidy.reading(PRODUCT, table, frame, tidy.series(own, table, "P"), payload)


def _flow(row: Row, items: dict[str, list[str]]) -> str:
    label = tight(row.label)
    for flow, labels in items.items():
        if label in labels:
            return flow
    raise ReadError("unknown_item", expected=str(items), got=repr(row.label), where=row.where)


def _check(rows: dict[str, Row], table: Table) -> None:
    """Sum, balance and growth of the table, by turning it on its side: one row with a column for each flow."""
    side = {f"{flow}_{role}": value for flow, row in rows.items() for role, value in row.figures.items()}
    row = Row("all items", 0, False, f"{rows['total'].where} and below", side)
    bases = [basis for basis in ("month", "ytd") if f"total_{basis}" in side]
    for basis in bases:
        checks.flows_add_up(row, basis)
        checks.growth_adds_up(row, basis, f"{basis}_yoy")
        checks.balance_fits(row, basis)
    for flow in checks.FLOWS:
        checks.not_negative(rows[flow])
        if len(bases) == 2:
            checks.month_within_ytd(rows[flow])
