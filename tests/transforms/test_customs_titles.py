"""Title variants of GACC pages since 2018 (gacc README, sections 4 to 6): words, months and currency."""

from __future__ import annotations

import pytest

from transforms.customs.titles import parse_title

COUNTRY = "china's total export & import values by country/region"
TOTAL = "china's total export & import values"
WHO = "China’s Total Export & Import Values"
REGIME = "imports and exports by customs regime"
ZH = "进出口商品国别(地区)总值表"
ZH_MAIN = "进出口商品主要国别(地区)总值表"
MODE = "china's total export & import values by trade mode"


@pytest.mark.parametrize(
    ("text", "words", "period", "first", "currency"),
    [
        ("(4) China's Total Export & Import Values by Country/Region, Mar 2026 (in CNY)", COUNTRY, "2026-03", 3, "CNY"),
        ("(1) China's Total Export & Import Values, Feb 2026(in USD)", TOTAL, "2026-02", 2, "USD"),
        ("(1) China's Total Export & Import Values, November 2024 (in USD)", TOTAL, "2024-11", 11, "USD"),
        (f"(3) {WHO} by Country/Region, January-February 2020 (in CNY)", COUNTRY, "2020-02", 1, "CNY"),
        (f"(4) {WHO} by Country/Region, January-February 2025 (in CNY)", COUNTRY, "2025-02", 1, "CNY"),
        ("(4) China's Total Export & Import Values by Country/Region, Jan. 2018", COUNTRY, "2018-01", 1, ""),
        ("(1) China's Total Export & Import Values (in RMB)", TOTAL, "", 0, "CNY"),
        (f"(2) {WHO} by Trade Mode, August 2019 (Only August, in CNY)", MODE, "2019-08", 8, "CNY"),
        (f"(3) {WHO} by Trade Mode, January-August 2019 (in USD)", MODE, "2019-08", 1, "USD"),
        ("(5)Imports and Exports by Customs Regime,2.2026", REGIME, "2026-02", 2, ""),
        ("(13) Major Export Commodities in Quantity and Value,1-12.2024", "major export commodities in quantity and value", "2024-12", 1, ""),
        ("(5) Imports and Exports by Customs Regime, 12. 2019", REGIME, "2019-12", 12, ""),
        ("（4）2026年7月进出口商品主要国别（地区）总值表（人民币值）", ZH_MAIN, "2026-07", 7, "CNY"),
        ("（5）2025年1至2月进出口商品主要国别（地区）总值表（美元值）", ZH_MAIN, "2025-02", 1, "USD"),
        ("（2）2024年9月进出口商品国别（地区）总值表（人民币）", ZH, "2024-09", 9, "CNY"),
    ],
)  # fmt: skip
def test_title_variants(text: str, words: str, period: str, first: int, currency: str) -> None:
    title = parse_title(text)
    assert (title.words, title.period, title.first, title.currency) == (words, period, first, currency)


@pytest.mark.parametrize(
    "text", ["13.2024 tables", "Statistics, 2024", "（1）2024年13月全国进出口总值表", "May 24, 2024"]
)
def test_what_is_no_month_is_no_period(text: str) -> None:
    assert parse_title(text).period == ""
