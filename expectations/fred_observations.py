"""Series of FRED from the keyed API: the rules of the CSV."""

from __future__ import annotations

from expectations.fred_graph import expectations

__all__ = ["expectations"]
