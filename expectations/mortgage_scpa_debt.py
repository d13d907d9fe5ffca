"""02_18: debt of mortgages on flats under construction; laid out as 02_14, and must hold the same."""

from expectations.mortgage_debt import expectations

__all__ = ["expectations"]
