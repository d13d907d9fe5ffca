"""Bulletin table (5): trade by customs regime, month and year to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import regime_rules
from expectations.rules import Expectation


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return regime_rules(context)
