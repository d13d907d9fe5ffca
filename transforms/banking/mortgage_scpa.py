"""02_03: mortgages secured by claims under share construction agreements (ДДУ), the part of 02_02 under construction.

Table: the columns of `mortgage`. Acquired claims start in May 2021 (a dash before).
"""

from __future__ import annotations

from pathlib import Path

from transforms.banking import national
from transforms.banking.statistic import load_layout
from transforms.model import Payload, Reading

PRODUCT, SOURCE, EXTENSION = "cbr.mortgage_scpa", "cbr", "xlsx"
LAYOUT = load_layout(Path(__file__).with_suffix(".yaml"))


def recognise(payload: Payload) -> bool:
    return national.recognise(payload, LAYOUT)


def read(payload: Payload) -> Reading:
    return national.read(payload, PRODUCT, LAYOUT)
