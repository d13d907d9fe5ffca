"""Bulletin table (5): imports and exports by customs regime, month and year to date, with growth in a second row.

Reading.table: one row per regime in base units: product_code, label, currency, export_month ... import_ytd (and totals
where printed), each with its growth in percent (export_month_yoy ...), precision. The total row is dataset trade_total.
"""

from __future__ import annotations

from transforms.customs import checks, regime_table
from transforms.customs.table import Row, Table, layout, recognises_in
from transforms.model import Payload, Reading

PRODUCT = "gacc.by_regime_bulletin"
SOURCE = "gacc_en"
EXTENSION = "html"
OPTIONS = {"period": "Month, YYYY-MM, of a page whose title does not name it."}
LEVELS = [f"{flow}_{basis}" for flow in checks.FLOWS for basis in ("month", "ytd")]
ROLES = [*LEVELS, *(f"{level}_yoy" for level in LEVELS)]


def recognise(payload: Payload) -> bool:
    """The Chinese preliminary table has the same name: its unit tells them apart."""
    return recognises_in(payload, layout(__file__))


def read(payload: Payload) -> Reading:
    """Read one page or sheet. ReadError as in regime_table.read."""
    return regime_table.read(payload, layout(__file__), PRODUCT, ROLES, "A", _check)


def _check(row: Row, table: Table) -> None:
    """A month lies within its year to date; where the table prints totals, flows and their growth add up."""
    printed = table.columns == "total"
    for flow in checks.FLOWS if printed else checks.FLOWS[1:]:
        checks.month_within_ytd(row, f"{flow}_")
    for basis in ("month", "ytd") if printed else ():
        checks.flows_add_up(row, basis)
        checks.growth_adds_up(row, basis, f"{basis}_yoy")
