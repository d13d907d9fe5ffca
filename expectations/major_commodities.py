"""Tables of major commodities: preliminary (5) and (6), bulletin (13) and (14)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import commodity_prepare, commodity_rules
from expectations.rules import Expectation

prepare = commodity_prepare


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    """The bulletin's tables may be kept in part: their rows stand for themselves."""
    return commodity_rules(context, least=25 if "preliminary" in str(context.get("product", "")) else 0)
