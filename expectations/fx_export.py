"""RC_F export: official rates of one currency over a range of days, in roubles."""

from __future__ import annotations

from expectations.fx_dynamic import expectations, prepare

__all__ = ["expectations", "prepare"]
