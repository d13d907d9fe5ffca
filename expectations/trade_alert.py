"""Interventions of the Global Trade Alert: events with day and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from expectations import context as shared
from expectations.rules import Expectation


def expectations(context: Mapping[str, Any]) -> list[Expectation]:
    return shared.events()
