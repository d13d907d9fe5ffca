"""Bulletin table (5): trade by customs regime, month and year to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import regime_rules, trade_prepare
from expectations.rules import Rule

prepare = trade_prepare


def expectations(context: Mapping[str, Any]) -> list[Rule]:
    return regime_rules(context)
