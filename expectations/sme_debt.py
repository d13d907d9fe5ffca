"""01_13_F: debt and overdue debt of small and medium enterprises by area and currency, in roubles."""

from __future__ import annotations

from expectations.household_debt import expectations

__all__ = ["expectations"]
