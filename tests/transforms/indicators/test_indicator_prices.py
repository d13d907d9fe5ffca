"""Unit values, the real rate by vintage, chained prices, and the policy rate built on them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.indicators import Build, policy, prices
from transforms.periods import shift_months


def test_unit_value_of_steel(trade, known) -> None:
    # Ex table of major exports, January to July 2025 and 2026: 67.982 and 64.995 m t (illustrative CNY bn beside them).
    columns = "period vintage flow basis measure unit currency value"
    goods = {"dataset": "trade_by_commodity", "product_code": "COMMODITY_STEEL"}
    money = [("2025-07", "2025-08-07", "export", "ytd", "value", "CNY", "CNY", 340.0),
             ("2026-07", "2026-08-07", "export", "ytd", "value", "CNY", "CNY", 316.1)]  # fmt: skip
    tonnes = [("2025-07", "2025-08-07", "export", "ytd", "quantity", "kg", "_", 67.982e9),
              ("2026-07", "2026-08-07", "export", "ytd", "quantity", "kg", "_", 64.995e9)]  # fmt: skip
    frame = pl.concat([trade(money, columns, **goods), trade(tonnes, columns, **goods)])
    value = prices.unit_value(Build(frame))
    assert value["unit"].unique().to_list() == ["CNY/kg"]
    assert known(value, "2026-07", "2026-08-07") == pytest.approx(316.1 / 64.995)
    growth = known(prices.unit_value_growth(Build(frame)), "2026-07", "2026-08-07")
    assert growth == pytest.approx(((316.1 / 64.995) / (340.0 / 67.982) - 1) * 100)
    assert known(prices.volume_growth(Build(frame)), "2026-07", "2026-08-07") == pytest.approx(-4.394, abs=0.001)


def real_rate(values: dict[date, float], vintage: str) -> pl.DataFrame:
    from transforms.model import CLAIM, observations, series_id

    frame = observations(
        pl.DataFrame({"period_end": list(values), "value": list(values.values())}),
        dataset="effective_exchange_rate", ref_area="CHN", product_code="REER_BROAD", measure="index", basis="index",
        definition="BIS_2020_100", unit="index",
    )  # fmt: skip
    day = pl.lit(vintage).str.to_date()
    return frame.with_columns(
        vintage_date=day, vintage_kind=pl.lit("observed"), release_id=pl.lit("t"), first_seen=day.cast(pl.Datetime("us"))
    ).select(list(CLAIM)).with_columns(series_id())  # fmt: skip


def test_the_turn_of_the_real_rate_is_dated_within_one_vintage(known) -> None:
    # Falls by one a month to June 2025, then rises; an older vintage ended in 2024 still falling.
    june = date(2025, 6, 30)
    months = [shift_months(june, lag) for lag in range(-40, 6)]
    path = {end: 90.0 + abs((end.year - 2025) * 12 + end.month - 6) for end in months}
    old = {end: value + 2 for end, value in path.items() if end <= date(2024, 9, 30)}
    frame = pl.concat([real_rate(old, "2024-10-31"), real_rate(path, "2026-08-31")])
    age, above = prices.months_since_low(Build(frame)), prices.above_low(Build(frame))
    assert known(age, "2025-11", "2026-08-31") == 5.0
    assert known(above, "2025-11", "2026-08-31") == pytest.approx(5 / 90 * 100)
    assert known(age, "2025-11", "2025-12-08") is None
    change = known(prices.real_rate_change(Build(frame)), "2024-09", "2026-08-30")
    assert change == pytest.approx((101 / 113 - 1) * 100)  # both months of the old vintage: 99 + 2 and 111 + 2


def consumer_prices(trade, first: str, monthly: float, months: int) -> pl.DataFrame:
    start = date.fromisoformat(f"{first}-01")
    rows = [(f"{shift_months(start, lag):%Y-%m}", "2025-12-31", "_", "month", monthly) for lag in range(months)]
    return trade(rows, dataset="price_index", ref_area="RUS", counterpart_area="_", product_code="CPI", currency="_",
                 measure="index", definition="PREVIOUS_MONTH_100", unit="index")  # fmt: skip


def test_twelve_monthly_indices_make_a_year(trade, known) -> None:
    frame = consumer_prices(trade, "2024-01", 100.5, 13)
    inflation = prices.inflation(Build(frame))
    assert known(inflation, "2024-12", "2025-12-31") == pytest.approx((1.005**12 - 1) * 100)
    assert known(inflation, "2024-11", "2025-12-31") is None


def test_real_key_rate_waits_for_the_prices(trade, key_rate, known) -> None:
    frame = pl.concat(
        [consumer_prices(trade, "2024-01", 100.5, 13), key_rate(("2023-12-18", 16.0), ("2025-02-03", 15.0))]
    )
    real = policy.real_key_rate(Build(frame))
    assert known(real, "2024-12", "2025-12-30") is None
    assert known(real, "2024-12", "2025-12-31") == pytest.approx(16.0 - (1.005**12 - 1) * 100)


def test_provisions_over_loans_overdue(loans, known) -> None:
    # Bank of Russia risk table, 1 January 2014: 549,338 m overdue 90+, 450,109 m provisions for them: 81.9 percent.
    frame = loans(
        [("2013-12", "2014-02-07", "overdue", "DPD90", 549.338), ("2013-12", "2014-02-07", "provisions_overdue", "DPD90", 450.109)],
        dataset="household_lending_risk",
    )  # fmt: skip
    assert known(policy.provision_cover(Build(frame)), "2013-12", "2014-02-07") == pytest.approx(81.9, abs=0.05)
