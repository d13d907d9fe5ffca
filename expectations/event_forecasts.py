"""Trading Economics' calendar of expected releases: forecasts with surveyor and moment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.forecasts()
