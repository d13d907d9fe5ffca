"""What China's trade tables have in common: the currency their title names, and how large the nation's trade is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from expectations.rules import (
    Expectation,
    exactly_columns,
    filled,
    includes,
    one_of,
    rows,
    unique,
    where,
    within,
)

MONTHLY_TRADE = {"USD": (0.15e12, 1.2e12), "CNY": (1.3e12, 9e12)}
"""Exports and imports together in a month. Since 2018 they were 0.223 (February 2020) to 0.699 trn USD (June 2026), or
about 1.6 to 4.8 trn CNY. The two ranges do not overlap: dollars under a yuan heading cannot pass."""
GROWTH = (-100.0, 1000.0)
_NAMED = {"CNY": r"\b(CNY|RMB)\b|人民币", "USD": r"\b(USD|US\$)|美元"}


def titled(title: str) -> set[str]:
    """Currencies that a title allows: the one it names, or both where it names none."""
    return {code for code, words in _NAMED.items() if re.search(words, title, re.I)} or set(_NAMED)


def currency_rule(context: Mapping[str, Any]) -> Expectation:
    why = "A by-country page of June 2025 says CNY in its title and carries USD1 Million numbers."
    return one_of("currency", titled(str(context.get("title", ""))), why)


def magnitude(column: str, months: int, context: Mapping[str, Any], row: tuple[str, str]) -> list[Expectation]:
    """The nation's trade over `months` months, in the currency of the table, is as large as it always is."""
    if (currency := context.get("currency")) not in MONTHLY_TRADE:
        return []
    least, most = MONTHLY_TRADE[currency]
    why = f"China's trade since 2018 lies well inside {least / 1e12:g} to {most / 1e12:g} trn {currency} a month."
    return [where(within(column, least * months, most * months, why), *row)]


def months(context: Mapping[str, Any]) -> int | None:
    """Months in the year to date of the release's period (2026-03: 3); None if the context does not say."""
    match = re.fullmatch(r"\d{4}-(\d{2})", str(context.get("period", "")))
    return int(match[1]) if match else None


STEMS = ("quantity_", "value_")
COMMODITY_LEVELS = [f"{stem}{basis}" for basis in ("month", "ytd", "prior_ytd") for stem in STEMS]
COMMODITY_GROWTHS = [f"{stem}{basis}_yoy" for basis in ("month", "ytd") for stem in STEMS]
QUANTITIES = {"kg", "count", "pair", "m3", "m2", "l", "barrel", "carton", "kWh"}
PRICE = "price of the month over that of the year"
PRICES = (0.2, 5.0)
"""Of 143 official pairs of month and year to date the widest were 0.47 and 1.75."""


def commodity_prepare(frame: pl.DataFrame) -> pl.DataFrame:
    """Add the implied price of the month as a multiple of that of the year to date."""
    price = {basis: pl.col(f"value_{basis}") / pl.col(f"quantity_{basis}") for basis in ("month", "ytd")}
    sold = (pl.col("quantity_month") > 0) & (pl.col("quantity_ytd") > 0) & (pl.col("value_ytd") > 0)
    return frame.with_columns(pl.when(sold).then(price["month"] / price["ytd"]).alias(PRICE))


def commodity_rules(context: Mapping[str, Any]) -> list[Expectation]:
    """Rules of a table of major commodities. It may be kept in part: its rows stand for themselves."""
    columns = {
        "row": "int", "product_code": "str", "label": "str", "aggregate": "bool", "quantity_unit": "str",
        "printed_unit": "str", "currency": "str",
        **dict.fromkeys([*COMMODITY_LEVELS, *COMMODITY_GROWTHS, "precision", PRICE], "float"),
    }  # fmt: skip
    moved = "Below -100 nothing can fall; above this a base of nearly nothing or another column."
    return [
        *exactly_columns(columns, "The reader makes these columns; another one is a figure nobody has explained."),
        *filled("product_code", "label", "currency", why="Every printed row has these."),
        unique("product_code", why="A commodity printed twice would be counted twice."),
        one_of("quantity_unit", QUANTITIES, "Base units; another one has no factor."),
        currency_rule(context),
        *[within(column, 0, None, "Goods are never worth less than nothing.") for column in COMMODITY_LEVELS],
        *[within(column, -100, 100_000, moved) for column in COMMODITY_GROWTHS],
        within(PRICE, *PRICES, "Prices do not multiply in a month: a quantity stands in the place of a value."),
    ]  # fmt: skip


FLOWS = ("total", "export", "import")
BASES = ("month", "ytd")
TRADE_LEVELS = [f"{flow}_{basis}" for flow in FLOWS for basis in BASES]


def regime_growth(column: str) -> Expectation:
    why = "Percents reach 40992.8 where a regime was nearly nothing a year ago; none can fall below -100."
    return within(column, -100, 1_000_000, why)


def regime_rules(context: Mapping[str, Any]) -> list[Expectation]:
    """Rules of a table by customs regime."""
    growths = [f"{level}_yoy" for level in TRADE_LEVELS]
    columns = {"product_code": "str", "label": "str", "currency": "str"}
    columns |= dict.fromkeys([*TRADE_LEVELS, *growths, "precision"], "float")
    return [
        *exactly_columns(columns, "The reader makes these; another is a figure nobody has explained."),
        rows(15, 25, "Tables since 2018 have 17 to 19 regimes and a total; fewer is a page cut short."),
        *filled("product_code", "label", "currency", "precision", why="Every printed row has these."),
        unique("product_code", why="A regime printed twice would be counted twice."),
        includes("product_code", {"TOTAL"}, "The total is the headline row, which is never set aside."),
        currency_rule(context),
        *magnitude("total_month", 1, context, ("product_code", "TOTAL")),
        *[within(column, 0, None, "Goods are never worth less than nothing.") for column in TRADE_LEVELS],
        *map(regime_growth, growths),
    ]  # fmt: skip
