"""02_18: debt, overdue debt and acquired claims of mortgages on flats under construction, by area. Real dates.

Table: one row a period, area and currency; `debt` (loans granted), `overdue`, `acquired_claims` and
`debt_incl_acquired` in RUB; the last two from May 2021 on.
"""

from __future__ import annotations

from pathlib import Path

from transforms.banking import regional
from transforms.banking.statistic import load_layout
from transforms.model import Payload, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.mortgage_scpa_debt", "cbr", "xlsx"
LAYOUT = load_layout(Path(__file__).with_suffix(".yaml"))


def recognise(payload: Payload) -> bool:
    return regional.recognise(payload, LAYOUT)


def read(payload: Payload) -> Reading:
    return regional.read(payload, PRODUCT, LAYOUT)
