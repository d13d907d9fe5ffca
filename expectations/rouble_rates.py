"""Effective rates of the rouble: one change a month of an index, within what the rouble has done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "percent": (-75.0, 150.0, "The rouble lost 71 % against the dollar in 1998 and rose by 40 % in spring 2022.")
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1998, 1, 1), "The indices are published from 2005 on, on older pages from 1998.")
