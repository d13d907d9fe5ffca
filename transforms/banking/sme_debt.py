"""01_13_F: debt and overdue debt of small and medium enterprises by area, from February 2019 on. Real dates.

Table: one row a period, area and currency; `debt`, `overdue` in RUB (foreign currency and precious metals
as their rouble equivalent).
"""

from __future__ import annotations

from pathlib import Path

from transforms.banking import regional
from transforms.banking.statistic import load_layout
from transforms.model import Payload, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.sme_debt", "cbr", "xlsx"
LAYOUT = load_layout(Path(__file__).with_suffix(".yaml"))


def recognise(payload: Payload) -> bool:
    return regional.recognise(payload, LAYOUT)


def read(payload: Payload) -> Reading:
    return regional.read(payload, PRODUCT, LAYOUT)
