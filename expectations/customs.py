"""What China's trade tables have in common: the currency their title names, and how large the nation's trade is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from expectations.rules import Expectation, one_of, within

MONTHLY_TRADE = {"USD": (0.15e12, 1.2e12), "CNY": (1.3e12, 9e12)}
"""Exports and imports together in a month. Since 2018 they were 0.223 (February 2020) to 0.699 trn USD (June 2026), or
about 1.6 to 4.8 trn CNY. The two ranges do not overlap: dollars under a yuan heading cannot pass."""
_NAMED = {"CNY": r"\b(CNY|RMB)\b|人民币", "USD": r"\b(USD|US\$)|美元"}


def titled(title: str) -> set[str]:
    """Currencies that a title allows: the one it names, or both where it names none."""
    return {code for code, words in _NAMED.items() if re.search(words, title, re.I)} or set(_NAMED)


def currency_rule(column: str, context: Mapping[str, Any]) -> Expectation:
    why = "A by-country page of June 2025 says CNY in its title and carries USD1 Million numbers."
    return one_of(column, titled(str(context.get("title", ""))), why)


def magnitude(column: str, basis: str, context: Mapping[str, Any]) -> list[Expectation]:
    """The nation's trade over the month or (`ytd`) the year to date, in the currency of the table, is as large as it
    always is. No rule where the context does not say currency or months."""
    count = 1 if basis == "month" else months(context)
    if (currency := context.get("currency")) not in MONTHLY_TRADE or not count:
        return []
    least, most = MONTHLY_TRADE[currency]
    why = f"China's trade since 2018 lies well inside {least / 1e12:g} to {most / 1e12:g} trn {currency} a month."
    return [within(column, least * count, most * count, why)]


def months(context: Mapping[str, Any]) -> int | None:
    """Months in the year to date of the release's period (2026-03: 3); None if the context does not say."""
    match = re.fullmatch(r"\d{4}-(\d{2})", str(context.get("period", "")))
    return int(match[1]) if match else None
