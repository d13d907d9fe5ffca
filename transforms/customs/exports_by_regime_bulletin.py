"""Bulletin table (17): exports of selected commodities by major customs regimes, year to date.

Reading.table: see commodity_regime_table.
"""

from __future__ import annotations

from transforms.customs import commodity_regime_table
from transforms.customs.table import layout, recognises
from transforms.model import Payload, Reading

PRODUCT = "gacc.exports_by_regime_bulletin"
SOURCE = "gacc_en"
EXTENSION = "html"
OPTIONS = {"period": "Month, YYYY-MM, of a page whose title does not name it."}


def recognise(payload: Payload) -> bool:
    return recognises(payload, layout(__file__))


def read(payload: Payload) -> Reading:
    """Read one page or sheet. ReadError as in commodity_regime_table.read."""
    return commodity_regime_table.read(payload, layout(__file__), PRODUCT, "export")
