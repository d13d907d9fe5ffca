"""02_41: mortgages for one-family houses in Russia, of which to build and to buy: number, volume, share, term, rate.

Table: one row a period and currency; columns as in mortgage_ihc.yaml (`..._built`, `..._bought`): loans, RUB, percent
of all mortgages granted, months, percent a year. Null where the sheet prints `0,0` (nothing was lent) or no row.
"""

from __future__ import annotations

from pathlib import Path

from transforms.banking import national
from transforms.banking.statistic import load_layout
from transforms.model import Payload, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.mortgage_ihc", "cbr", "xlsx"
LAYOUT = load_layout(Path(__file__).with_suffix(".yaml"))


def recognise(payload: Payload) -> bool:
    return national.recognise(payload, LAYOUT)


def read(payload: Payload) -> Reading:
    return national.read(payload, PRODUCT, LAYOUT)
