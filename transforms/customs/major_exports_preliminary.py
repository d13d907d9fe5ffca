"""Preliminary table (5): China's major exports by quantity and value, month and year to date, with last year's.

Reading.table: see commodity_table.
"""

from __future__ import annotations

from transforms.customs import commodity_table
from transforms.customs.table import layout, recognises
from transforms.model import Payload, Reading

PRODUCT = "gacc.major_exports_preliminary"
SOURCE = "gacc_en"
EXTENSION = "html"
OPTIONS = {"period": "Month, YYYY-MM, of a page whose title does not name it."}


def recognise(payload: Payload) -> bool:
    return recognises(payload, layout(__file__))


def read(payload: Payload) -> Reading:
    """Read one page or sheet. ReadError as in commodity_table.read."""
    return commodity_table.read(payload, layout(__file__), PRODUCT, "export", "P")
