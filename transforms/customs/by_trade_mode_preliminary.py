"""Preliminary tables (2) and (3): trade by customs regime, of the month or of the year to date.

Reading.table: one row per regime in base units: product_code, label, currency, total_month ... import_ytd, their
growth (percent), precision; the columns of the other basis are null. The total row is dataset trade_total.
"""

from __future__ import annotations

from transforms.customs import checks, regime_table
from transforms.customs.table import Row, Table, layout, recognises_in
from transforms.model import Payload, Reading

PRODUCT = "gacc.by_trade_mode_preliminary"
SOURCE = "gacc_en"
EXTENSION = "html"
OPTIONS = {"period": "Month, YYYY-MM, of a page whose title does not name it."}
ROLES = [f"{flow}_{basis}{growth}" for growth in ("", "_yoy") for basis in ("month", "ytd") for flow in checks.FLOWS]


def recognise(payload: Payload) -> bool:
    """The Chinese bulletin has a table of the same name: its unit tells them apart."""
    return recognises_in(payload, layout(__file__))


def read(payload: Payload) -> Reading:
    """Read one page or sheet. ReadError as in regime_table.read."""
    return regime_table.read(payload, layout(__file__), PRODUCT, ROLES, "P", _check)


def _check(row: Row, table: Table) -> None:
    """Flows and their growth add up."""
    checks.flows_add_up(row, table.columns)
    checks.growth_adds_up(row, table.columns, f"{table.columns}_yoy")
