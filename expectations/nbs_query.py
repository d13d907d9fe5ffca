"""Prices and activity of China: one value a period of a series, within the bounds of its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation

BOUNDS: shared.Bounds = {
    "index": (50, 300, "Price indices about 100; groups of goods move by tens of percent."),
    "percent": (-100, 400, "Growth on the year; the spring of 2021 had the highest."),
    "CNY": (0, 1e15, "Retail sales of a year are about 50 trillion."),
}


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.points(BOUNDS, date(1951, 1, 1), "The oldest price index starts in 1951.")
