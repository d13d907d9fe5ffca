"""Bulletin table (1) A: China's total trade by year.

Reading.table: see total_bulletin.
"""

from __future__ import annotations

from transforms.customs import total_bulletin
from transforms.customs.table import layout, recognises
from transforms.model import Payload, Reading

PRODUCT = "gacc.total_bulletin_annual"
SOURCE = "gacc_en"
EXTENSION = "html"


def recognise(payload: Payload) -> bool:
    return recognises(payload, layout(__file__))


def read(payload: Payload) -> Reading:
    """Read one page or sheet. ReadError as in total_bulletin.read."""
    return total_bulletin.read(payload, layout(__file__), PRODUCT, annual=True)
