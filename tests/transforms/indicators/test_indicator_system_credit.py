"""Credit of the system on figures of the Bank of Russia and Rosstat; expected values by hand beside them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.indicators.plain import banks as plain_banks
from transforms.indicators import Build, Fits, loans_at_risk
from transforms.indicators import system_credit as s
from transforms.model import CLAIM, observations, series_id
from transforms.periods import month_end

COLUMNS = "period vintage product_code currency value"
DAY = "2023-08-11"
SECTOR = {"dataset": "loan_portfolio", "ref_area": "RUS", "basis": "stock", "definition": "SECTOR", "measure": "debt",
          "unit": "RUB"}  # fmt: skip


def stock(trade, rows, **more) -> pl.DataFrame:
    """RUB bn, public on DAY."""
    table = [(period, DAY, product, currency, value * 1e9) for period, product, currency, value in rows]
    return trade(table, COLUMNS, **(SECTOR | more))


def test_growth_at_one_exchange_rate(trade, usd, known) -> None:
    """Nonfinancial organisations, June 2023 (obs_tabl20): 45,985 and 9,948.4 in currency, 87.0341 for a dollar; a year
    before 42,172, 51.158. At that rate the currency is 5,847.6: 51,832.6 / 42,172."""
    rows = [("2023-06", "NONFINANCIAL", "RUB", 45985.0), ("2023-06", "NONFINANCIAL", "FX", 9948.4),
            ("2022-06", "NONFINANCIAL", "RUB", 35271.2), ("2022-06", "NONFINANCIAL", "FX", 6900.8)]  # fmt: skip
    frame = pl.concat([stock(trade, rows), usd(("2022-06-30", 51.158), ("2023-06-30", 87.0341))])
    made = s.fx_adjusted_growth(Build(frame))
    assert known(made, "2023-06", DAY) == pytest.approx(22.9076, abs=0.0005)
    assert made["currency"].unique().to_list() == ["ALL"]
    assert s.fx_adjusted_growth(Build(frame.filter(pl.col("dataset") != "fx_rate"))).is_empty()


def test_growth_without_prices(trade, known) -> None:
    """Loans 20 percent up, prices 1 percent a month for twelve months (12.68): 6.5 percent."""
    rows = [("2022-06", "HOUSEHOLD", "ALL", 100.0), ("2023-06", "HOUSEHOLD", "ALL", 120.0)]
    prices = [(f"{2022 + (i + 6) // 12}-{(i + 6) % 12 + 1:02}", DAY, "CPI", "_", 101.0) for i in range(12)]
    index = trade(prices, COLUMNS, dataset="price_index", ref_area="RUS", measure="index", basis="month", unit="index",
                  definition="PREVIOUS_MONTH_100")  # fmt: skip
    made = s.real_growth(Build(pl.concat([stock(trade, rows), index])))
    assert known(made, "2023-06", DAY) == pytest.approx((1.2 / 1.01**12 - 1) * 100)


def test_cost_of_risk_from_provisions(trade, known) -> None:
    """June 2023: provisions 6,760.8 after 5,841.4 on mean loans of 85,470.5 (obs_tabl20): 1.076 percent."""
    debt = stock(trade, [("2022-06", "ALL", "ALL", 75661.0), ("2023-06", "ALL", "ALL", 95280.0)])
    kept = stock(trade, [("2022-06", "ALL", "ALL", -5841.4), ("2023-06", "ALL", "ALL", -6760.8)], measure="provisions",
                 definition="RAS_PROVISIONS")  # fmt: skip
    assert known(s.cost_of_risk(Build(pl.concat([debt, kept]))), "2023-06", DAY) == pytest.approx(1.0757, abs=0.0001)


def test_the_impulse_of_june_2023(trade, known) -> None:
    """86,929 after 68,478 after 63,693 bn; GDP of four quarters 160,056.5 (Rosstat): 13,666 of it is 8.54 percent."""
    private = {
        "2021-06": (22756.0, 624.8, 40312.0),
        "2022-06": (25573.0, 733.11, 42172.0),
        "2023-06": (30008.0, 987.97, 55933.0),
    }
    rows = [
        (period, name, "ALL", value)
        for period, values in private.items()
        for name, value in zip(s.PRIVATE, values, strict=True)
    ]
    quarters = {"2022-09": 39156.0, "2022-12": 43241.0, "2023-03": 36922.0, "2023-06": 40737.5}
    gdp = trade([(end, DAY, "GDP", "RUB", value) for end, value in quarters.items()], COLUMNS, dataset="national_accounts", ref_area="RUS",
                measure="value", basis="quarter", definition="CURRENT_PRICES", freq="Q")  # fmt: skip
    build = Build(pl.concat([stock(trade, rows), gdp]))
    look = {"product_code": "PRIVATE_NONFINANCIAL"}
    assert known(s.impulse(build), "2023-06", DAY, **look) == pytest.approx(8.538, abs=0.001)
    assert known(s.credit_to_product(build), "2023-06", DAY, **look) == pytest.approx(100 * 86928.97 / 160056.5)
    assert s.impulse(Build(pl.concat([stock(trade, rows), gdp[1:]]))).is_empty(), "four quarters, all of them"


def test_the_one_sided_trend_is_that_of_plain_elimination() -> None:
    values = [50 + 0.4 * i + (3.0 if i % 7 == 0 else 0.0) for i in range(47)]
    assert s.trend(values) == pytest.approx(plain_banks.hodrick_prescott(values)[-1], rel=1e-9)
    assert s.trend([float(i) for i in range(40)]) == pytest.approx(39.0), "a straight line is its own trend"


def test_a_gap_needs_ten_years_of_quarters(known) -> None:
    """The ratio of the BIS where it is loaded: a line with a step of four at the end of forty quarters."""
    ends = [month_end(2010 + i // 4, i % 4 * 3 + 3) for i in range(40)]
    values = [60 + 0.5 * i + (4.0 if i == 39 else 0.0) for i in range(40)]
    frame = pl.DataFrame({"period_end": ends, "value": values})
    made = observations(frame, dataset="credit_gap", ref_area="PRT", product_code="PRIVATE_NONFINANCIAL_ALL_LENDERS",
                        measure="credit_to_gdp", basis="stock", definition="BIS", unit="percent", freq="Q")  # fmt: skip
    day = date(2020, 3, 9)
    made = made.with_columns(
        vintage_date=pl.lit(day), vintage_kind=pl.lit("observed"), release_id=pl.lit("bis"), first_seen=pl.lit(day).cast(pl.Datetime("us"))
    ).with_columns(series_id())  # fmt: skip
    gap = s.gap(Build(made, fits=Fits()))
    assert gap["period_end"].to_list() == [date(2019, 12, 31)]
    assert gap["value"].item() == pytest.approx(values[-1] - plain_banks.hodrick_prescott(values)[-1])


FIGURES = [
    ("SME", "problem_share", "PROBLEM_CMASF", "2025-12-31", 19.0, "2026-02-02"),
    ("SME", "restructured_share", "RESTRUCTURED_STOCK", "2025Q3", 20.0, "2025-12-05"),
    ("unsecured consumer", "problem_share", "PROBLEM_IV_V", "2025Q3", 12.9, "2025-11-27"),
]


def test_loans_at_risk_lie_between_two_bounds(known) -> None:
    """CMASF and Bank of Russia on small businesses: 19 percent problem, 20 restructured: 20 to 39."""
    columns = ("segment", "indicator", "definition", "as_of", "value", "published_date")
    table = pl.DataFrame(FIGURES, schema=columns, orient="row").with_columns(unit=pl.lit("%"), release_id=pl.lit("r"))
    build = Build(pl.DataFrame(schema={**CLAIM, "series_id": pl.String}), {"reported_figure": table})
    assert known(loans_at_risk.least(build), "2025-12", "2026-02-02", product_code="SME") == 20.0
    assert known(loans_at_risk.most(build), "2025-12", "2026-02-02", product_code="SME") == 39.0
    assert known(loans_at_risk.most(build), "2025-12", "2026-02-01", product_code="SME") is None
    assert set(loans_at_risk.most(build)["product_code"]) == {"SME"}, "none without a share of restructured loans"
