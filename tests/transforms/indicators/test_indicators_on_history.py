"""All indicators on the shipped history: the story's figures. That nothing is foreseen, and nothing depends on the order of
rows, is tested in test_indicators_incremental.py.

The expected values are those of the notes that came with the data, checked there by hand or by the publishers' totals.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.indicators.conftest import Real
from transforms.indicators import CATALOG
from transforms.model import CLAIM, DIMENSIONS

pytestmark = pytest.mark.slow
DAY = date(2025, 12, 8)
CELL = [*DIMENSIONS, "period_end", "vintage_date"]
NOT_SHIPPED = {
    "bank_overdue", "bank_overdue_ratio",  # forms of banks: see test_indicator_banks.py
    "bank_form_count", "bank_overdue_cover", "bank_return_on_assets", "bank_return_on_equity", "bank_cost_of_risk",
    "bank_concentration_hhi", "bank_largest_share", "bank_ratio_quantile", "bank_short_share",
    "early_warning_auroc", "early_warning_threshold", "early_warning_usefulness", "early_warning_noise_to_signal",
    "early_warning_combined", "early_warning_crises",  # gaps of many countries: see test_indicator_signal_quality.py
    "mirror_unit_value_gap",  # values and quantities of Comext: see test_indicator_price_volume.py
    "rerouting_bound",  # both ends in dollars by quarter: see test_indicator_product_rerouting.py
}  # fmt: skip
"""Indicators whose inputs do not ship: they come with what users take in."""


def newest(frame: pl.DataFrame, indicator: str, period: date, **dimensions: str) -> float:
    tests = [pl.col(name) == value for name, value in dimensions.items()]
    rows = frame.filter(pl.col("measure") == indicator, pl.col("period_end") == period, *tests).sort("vintage_date")
    assert rows.select(DIMENSIONS).unique().height == 1, rows
    return float(rows["value"][-1])


def test_every_indicator_of_the_catalogue_has_values_and_no_other_is_made(real: Real) -> None:
    assert set(real.derived["measure"].unique()) == {indicator.id for indicator in CATALOG} - NOT_SHIPPED


def test_derived_rows_are_complete(real: Real) -> None:
    derived = real.derived
    assert derived.schema == pl.Schema(CLAIM)
    assert derived.filter(pl.col("value").is_nan() | pl.col("value").is_infinite()).is_empty()
    assert derived.select(*CELL, "release_id", "vintage_kind", "native_title").null_count().sum_horizontal()[0] == 0
    assert not derived.select(CELL).is_duplicated().any()


def test_a_trillion_was_first_crossed_in_november_2025(real: Real) -> None:
    flags = real.derived.filter(pl.col("measure") == "trade_balance_ytd_first_above_1trn", pl.col("value") == 1)
    assert flags.select("period_end", "vintage_date").rows() == [(date(2025, 11, 30), DAY)]


def test_twelve_months_had_crossed_a_trillion_in_january_2025(real: Real) -> None:
    """USD 992.6 bn in the year 2024, 1,046.9 in the twelve months after by the table of months of January 2026."""
    flags = real.derived.filter(pl.col("measure") == "trade_balance_12m_first_above_1trn", pl.col("value") == 1)
    assert flags.sort("vintage_date").select("period_end", "vintage_date").rows() == [
        (
            date(2025, 1, 31),
            date(2026, 1, 18),
        )  # nothing before: on the day of the digest the month before was not known
    ]


def test_concentration_of_exports_in_november_2024(real: Real) -> None:
    """From all countries of bulletin table (2) of that month, by hand: sum of squared percentage shares."""
    found = newest(real.derived, "trade_concentration_hhi", date(2024, 11, 30), flow="export", basis="month")
    assert found == pytest.approx(461.824, abs=0.001)


def test_the_russian_composite_rests_on_overdue_loans_and_ends_with_them(real: Real) -> None:
    """Shares of problem loans, stated five times at most, have no yardstick of their own; rates alone are no composite."""
    rows = real.derived.filter(pl.col("measure").str.starts_with("composite"), pl.col("ref_area") == "RUS")
    parts = set(rows.filter(pl.col("product_code") != "_")["product_code"])
    assert (
        {"HOUSEHOLD_OVERDUE", "KEY_RATE"}
        <= parts
        <= {"CORPORATE_OVERDUE", "HOUSEHOLD_OVERDUE", "KEY_RATE", "REAL_KEY_RATE"}
    )
    coverage = rows.filter(measure="composite_coverage").sort("vintage_date").unique("period_end", keep="last")
    told = rows.filter(measure="composite", obs_status="E")["period_end"]
    assert set(coverage.filter(pl.col("value") > 50)["period_end"]) >= set(told)
    assert date(2025, 7, 31) in told and not {date(2025, 11, 30), date(2026, 6, 30)} & set(told)


@pytest.mark.parametrize(("year", "gap"), [(2024, -16.3), (2025, -26.6)])
def test_mirror_gap_widened(real: Real, year: int, gap: float) -> None:
    found = newest(real.derived, "mirror_gap", date(year, 12, 31), definition="GENERAL_IMPORTS", basis="ytd")
    assert found == pytest.approx(gap, abs=0.05)  # 438.7 / 524.3 and 308.4 / 420.3


@pytest.mark.parametrize(
    ("supplier", "then", "now"),
    [("CHN", 393.0, 279.9), ("VNM", 129.5, 179.2), ("TWN", 105.2, 174.4), ("THA", 57.6, 80.8), ("MEX", 464.3, 491.7)],
)
def test_imports_of_the_united_states_january_to_november(real: Real, supplier: str, then: float, now: float) -> None:
    growth = newest(real.derived, "mirror_import_growth", date(2025, 11, 30), counterpart_area=supplier, basis="ytd",
                    definition="IMPORTS_FOR_CONSUMPTION")  # fmt: skip
    assert growth == pytest.approx((now / then - 1) * 100, abs=0.2)


@pytest.mark.parametrize(("supplier", "year", "rate"), [("CHN", 2024, 10.9), ("VNM", 2024, 3.8), ("WORLD", 2017, 1.4)])
def test_effective_tariffs_of_whole_years(real: Real, supplier: str, year: int, rate: float) -> None:
    """China in 2024: 46.661 of duty on 429.43 bn of imports for consumption."""
    found = newest(
        real.derived,
        "tariff_effective",
        date(year, 12, 31),
        counterpart_area=supplier,
        product_code="TOTAL",
        basis="ytd",
    )
    assert found == pytest.approx(rate, abs=0.05)


def test_the_tariff_on_china_nearly_trebled_and_its_lead_over_the_connectors_too(real: Real) -> None:
    """January to November 2025: 85.610 of duty on 279.85 bn."""
    rate = {"counterpart_area": "CHN", "product_code": "TOTAL", "basis": "ytd"}
    found = newest(real.derived, "tariff_effective", date(2025, 11, 30), **rate)
    assert found == pytest.approx(30.6, abs=0.05)
    lead = newest(real.derived, "tariff_wedge", date(2025, 11, 30), **(rate | {"counterpart_area": "VNM"}))
    assert lead == pytest.approx(found - 8.39, abs=0.01)
    connectors = {"definition": "ASIAN_CONNECTORS", "product_code": "TOTAL", "basis": "ytd"}
    assert newest(real.derived, "tariff_wedge_connectors", date(2025, 11, 30), **connectors) == pytest.approx(
        22.65, abs=0.01
    )


def test_taiwan_may_have_replaced_a_third_of_what_china_lost_in_the_third_quarter_of_2025(real: Real) -> None:
    """Computers and electronics (NAICS 334): China from 31.43 to 11.72 bn, Taiwan from 24.68 to 41.34."""
    share = {"counterpart_area": "TWN", "product_code": "NAICS"}
    assert newest(real.derived, "rerouting_replaced_share", date(2025, 9, 30), **share) == pytest.approx(
        34.09, abs=0.01
    )
    assert newest(real.derived, "rerouting_product_coverage", date(2025, 9, 30), **share) == pytest.approx(
        100, abs=0.01
    )
    product = {"counterpart_area": "TWN", "product_code": "NAICS_334"}
    assert newest(real.derived, "rerouting_replaced", date(2025, 9, 30), **product) == pytest.approx(16.662e9, abs=1e6)


def test_the_real_rate_had_turned_in_june_2025(real: Real) -> None:
    assert newest(real.derived, "reer_months_since_low", date(2025, 6, 30)) == 0
    assert newest(real.derived, "reer_months_since_low", date(2025, 11, 30)) == 5
    assert newest(real.derived, "reer_above_low", date(2025, 11, 30)) == pytest.approx(
        (88.81 / 86.19 - 1) * 100, abs=0.01
    )


@pytest.mark.parametrize(("year", "inflation"), [(2022, 11.92), (2023, 7.42), (2024, 9.51)])
def test_russian_inflation_chained(real: Real, year: int, inflation: float) -> None:
    assert newest(real.derived, "price_growth_computed", date(year, 12, 31)) == pytest.approx(inflation, abs=0.005)


def test_steel_exports_fell_4_4_percent_in_january_to_july_2026(real: Real) -> None:
    good = {"product_code": "COMMODITY_STEEL", "basis": "ytd", "flow": "export"}
    assert newest(real.derived, "trade_volume_growth", date(2026, 7, 31), **good) == pytest.approx(-4.4, abs=0.05)
    assert 4.76 <= newest(real.derived, "trade_unit_value", date(2026, 7, 31), **good) <= 5.11  # CNY/kg


def test_household_overdue_ratios_of_one_date_stay_apart(real: Real) -> None:
    ratio = {"product_code": "HOUSEHOLD", "currency": "ALL", "ref_area": "RUS"}
    end = date(2020, 12, 31)
    residents = newest(real.derived, "loan_overdue_ratio", end, definition="RAS_OVERDUE_RESIDENTS", **ratio)
    sector = newest(real.derived, "loan_overdue_ratio", end, definition="RAS_OVERDUE", **ratio)
    assert residents != pytest.approx(sector, abs=0.05)
    printed = newest(real.derived, "loan_overdue_ratio", date(2013, 12, 31), definition="DPD90", **ratio)
    assert printed == pytest.approx(5.8, abs=0.05)  # as the risk table prints for 1 January 2014


def test_ratios_printed_by_the_risk_table_are_met(real: Real) -> None:
    vintages, _, derived, _ = real
    printed = vintages.filter(pl.col("dataset") == "household_lending_risk", pl.col("measure") == "overdue_share")
    computed = derived.filter(pl.col("measure") == "loan_overdue_ratio", pl.col("definition") == "DPD90")
    both = printed.join(computed, on="period_end", suffix="_computed")
    assert both.height >= 20
    assert both.filter((pl.col("value") - pl.col("value_computed")).abs() > 0.05 + 1e-9).is_empty()


def test_exports_beat_the_calendar_forecast_in_twenty_of_31_releases(real: Real) -> None:
    """34 releases, three of them without a forecast before the figure (February, April and July 2026)."""
    rows = real.derived.filter(
        pl.col("measure") == "trade_surprise", pl.col("flow") == "export", pl.col("definition").str.contains("INVESTING"),
        pl.col("currency") == "USD",
    )  # fmt: skip
    assert rows.height == 31
    assert rows.filter(pl.col("value") > 0).height == 20


def test_imports_of_the_united_states_are_adjusted_for_every_partner(real: Real) -> None:
    """Adjustment moves amounts between months: a full year changes little, single months do."""
    vintages, _, derived, _ = real
    same = {"counterpart_area": "CHN", "definition": "GENERAL_IMPORTS"}
    tests = [pl.col(name) == value for name, value in same.items()]
    year = pl.col("period_end").dt.year() == 2024
    raw = vintages.filter(pl.col("dataset") == "mirror_trade", pl.col("basis") == "month", year, *tests)
    adjusted = derived.filter(pl.col("measure") == "trade_adjusted", year, *tests)
    assert raw["value"].sum() == pytest.approx(438.7e9, abs=0.1e9) and adjusted.height == raw.height == 12
    assert adjusted["value"].sum() == pytest.approx(raw["value"].sum(), rel=0.01)
    assert adjusted["value"].std() < raw["value"].std()
    partners = derived.filter(pl.col("measure") == "trade_adjusted", pl.col("ref_area") == "USA")["counterpart_area"]
    assert {"CHN", "VNM", "TWN", "THA", "MEX", "CAN", "EU", "JPN", "KOR", "IND", "WORLD"} <= set(partners)


def test_restructured_shares_and_spreads_of_the_story(real: Real) -> None:
    share = {"definition": "RESTRUCTURED_STOCK_OF_RESIDENTS"}
    assert newest(real.derived, "restructured_share", date(2025, 10, 31), **share) == pytest.approx(
        2400 / 34766.903 * 100
    )
    assert newest(real.derived, "restructured_share_ytd", date(2025, 12, 31)) == pytest.approx(
        1007 / 34968.236 * 100, abs=0.001
    )
    spread = {"product_code": "HOUSEHOLD", "definition": "TO_1_YEAR"}
    assert newest(real.derived, "lending_spread", date(2025, 11, 30), **spread) == pytest.approx(27.24 - 15.20)
    rate = {"product_code": "HOUSEHOLD_LOANS", "definition": "TO_1_YEAR"}
    assert newest(real.derived, "bank_rate_minus_key_rate", date(2025, 11, 30), **rate) == pytest.approx(27.24 - 16.5)
