"""A figure that a person confirmed: the same columns and bounds as those that are read from reports."""

from __future__ import annotations

from expectations.narrative import expectations, prepare

__all__ = ["expectations", "prepare"]
