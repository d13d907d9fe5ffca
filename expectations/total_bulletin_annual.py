"""Bulletin table (1) A: years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations import totals_bulletin
from expectations.rules import Expectation


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return totals_bulletin.rules(context)
