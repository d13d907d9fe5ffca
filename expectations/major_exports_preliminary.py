"""Preliminary table (5): major exports, one row a commodity, month, year to date and last year's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import commodity_prepare, commodity_rules
from expectations.rules import Expectation

prepare = commodity_prepare
NAMED = ("COMMODITY_MECHANICAL_ELECTRICAL", "COMMODITY_INTEGRATED_CIRCUITS")


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return commodity_rules(context, least=25, named=NAMED)
