"""Bulletin table (13): major exports, about 200 rows, those without a code of the catalogue among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import commodity_prepare, commodity_rules
from expectations.rules import Expectation

prepare = commodity_prepare


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return commodity_rules(context, least=0, named=())
