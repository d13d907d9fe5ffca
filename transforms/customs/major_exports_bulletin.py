"""Bulletin table (13): China's major exports by quantity and value, whole units, with growth of the month.

Reading.table: see commodity_table. Rows whose label has no code yet stay in the table without one.
"""

from __future__ import annotations

from transforms.customs import commodity_table
from transforms.customs.table import layout, recognises
from transforms.model import Payload, Reading

PRODUCT = "gacc.major_exports_bulletin"
SOURCE = "gacc_en"
EXTENSION = "html"
OPTIONS = {"period": "Month, YYYY-MM, of a page whose title does not name it."}


def recognise(payload: Payload) -> bool:
    return recognises(payload, layout(__file__))


def read(payload: Payload) -> Reading:
    """Read one page or sheet. ReadError as in commodity_table.read."""
    return commodity_table.read(payload, layout(__file__), PRODUCT, "export", "A")
