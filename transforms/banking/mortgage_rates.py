"""02_13: average term and rate of mortgages granted to resident households during the month, by area.

Table: one row a period, area and currency; `term` in months, `rate` in percent a
year; null in a month without loans (printed `0,0`). No sheets for both currencies together.
"""

from __future__ import annotations

from pathlib import Path

from transforms.banking import regional
from transforms.banking.statistic import load_layout
from transforms.model import Payload, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.mortgage_rates", "cbr", "xlsx"
LAYOUT = load_layout(Path(__file__).with_suffix(".yaml"))


def recognise(payload: Payload) -> bool:
    return regional.recognise(payload, LAYOUT)


def read(payload: Payload) -> Reading:
    return regional.read(payload, PRODUCT, LAYOUT)
