"""02_07: housing loans granted to resident households during the month, by area. Months as text.

Table: one row a period, area and currency; `new_loans` in RUB.
"""

from __future__ import annotations

from pathlib import Path

from transforms.banking import regional
from transforms.banking.statistic import load_layout
from transforms.model import Payload, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.housing_new_loans", "cbr", "xlsx"
LAYOUT = load_layout(Path(__file__).with_suffix(".yaml"))


def recognise(payload: Payload) -> bool:
    return regional.recognise(payload, LAYOUT)


def read(payload: Payload) -> Reading:
    return regional.read(payload, PRODUCT, LAYOUT)
