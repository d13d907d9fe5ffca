"""02_03: mortgages for shares in housing under construction; the indicators of 02_02 for that part of the loans."""

from __future__ import annotations

from expectations.mortgage import expectations

__all__ = ["expectations"]
