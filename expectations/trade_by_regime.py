"""Tables by customs regime: preliminary (2) and (3), bulletin (5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations.customs import regime_rules
from expectations.rules import Expectation


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return regime_rules(context)
