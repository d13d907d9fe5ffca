"""Banking indicators on figures of workbooks 02_05 and 02_02 (RUB bn) and official rates of the Bank of Russia."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators import banking as b
from transforms.indicators.engine import DefinitionMix
from transforms.indicators.rates import in_force, monthly_mean

DEBT, LATE = "RESIDENTS_EXCL_ACQUIRED", "RAS_OVERDUE_RESIDENTS"
SEEN = "2025-03-11"
HOUSEHOLDS = [  # 02_05, reporting dates 2023-05-01, 2024-02-01, 2024-05-01, 2025-01-01, 2025-02-01
    ("2023-04", SEEN, "debt", DEBT, 28301.704), ("2023-04", SEEN, "overdue", LATE, 1118.712),
    ("2024-01", SEEN, "debt", DEBT, 33400.964), ("2024-01", SEEN, "overdue", LATE, 1146.699),
    ("2024-04", SEEN, "debt", DEBT, 34697.724), ("2024-04", SEEN, "overdue", LATE, 1170.650),
    ("2024-12", SEEN, "debt", DEBT, 34968.236), ("2024-12", SEEN, "overdue", LATE, 1273.628),
    ("2025-01", SEEN, "debt", DEBT, 34766.903), ("2025-01", SEEN, "overdue", LATE, 1337.460),
]  # fmt: skip


def test_overdue_ratio_carries_the_overdue_definition(loans, known) -> None:
    ratio = b.overdue_ratio(Build(loans(HOUSEHOLDS)))
    assert known(ratio, "2024-12", SEEN) == pytest.approx(3.642, abs=0.0005)  # 1,273.628 / 34,968.236
    assert known(ratio, "2025-01", SEEN) == pytest.approx(3.847, abs=0.0005)  # 1,337.460 / 34,766.903
    assert known(ratio, "2025-01", "2025-03-10") is None
    assert ratio["definition"].unique().to_list() == [LATE]


def test_overdue_is_never_divided_by_debt_of_another_scope(loans) -> None:
    frame = loans([("2025-01", SEEN, "debt", "ALL_BORROWERS", 36000.0), ("2025-01", SEEN, "overdue", LATE, 1337.46)])
    assert b.overdue_ratio(Build(frame)).is_empty()


def test_growth_never_runs_from_one_definition_into_another(loans) -> None:
    frame = loans([("2024-01", SEEN, "overdue", "DPD90", 1500.0), ("2025-01", SEEN, "overdue", LATE, 1337.46)])
    assert b.growth(Build(frame)).is_empty()
    same_name = frame.with_columns(definition=pl.lit("BAD"), unit=pl.Series(["RUB", "RUB"]))
    other_table = same_name.with_columns(dataset=pl.Series(["household_loans", "loan_portfolio"]))
    with pytest.raises(DefinitionMix, match="dataset"):
        b.growth(Build(other_table))


def test_growth_on_a_year_earlier(loans, known) -> None:
    growth = b.growth(Build(loans(HOUSEHOLDS)))
    assert known(growth, "2025-01", SEEN, product_code="HOUSEHOLD") == pytest.approx(4.090, abs=0.0005)
    assert known(growth, "2025-01", SEEN, product_code="HOUSEHOLD_OVERDUE") == pytest.approx(16.636, abs=0.0005)


def test_stock_and_increment_give_two_different_multiples(loans, known) -> None:
    frame = loans(HOUSEHOLDS)
    stock = next(i for i in b.STOCK_MULTIPLES if "_9m" in i.id)(Build(frame))
    assert known(stock, "2025-01", SEEN, product_code="HOUSEHOLD_OVERDUE") == pytest.approx(1.1425, abs=0.0001)
    increment = next(i for i in b.INCREMENT_MULTIPLES if "_9m" in i.id)(
        Build(frame)
    )  # (1,337.460 - 1,170.650) / (1,170.650 - 1,118.712)
    assert known(increment, "2025-01", SEEN, product_code="HOUSEHOLD_OVERDUE") == pytest.approx(3.2117, abs=0.0001)


def test_dollars_at_the_rate_of_a_stated_date(loans, known, usd) -> None:
    rates = usd(("2025-01-31", 98.0062), ("2025-03-11", 88.3872))
    frame = pl.concat([loans(HOUSEHOLDS), rates])
    look = {"product_code": "HOUSEHOLD_OVERDUE"}
    at_end = b.dollars_at_period_end(Build(frame))
    assert known(at_end, "2025-01", SEEN, **look) == pytest.approx(13.6467e9, rel=1e-5)  # 1,337.460 / 98.0062
    at_print = b.dollars_at_publication(Build(frame))
    assert known(at_print, "2025-01", SEEN, **look) == pytest.approx(15.1318e9, rel=1e-5)  # 1,337.460 / 88.3872
    assert at_end["unit"].unique().to_list() == ["USD"]


def test_a_rate_that_is_not_of_the_day_gives_no_dollars(loans, usd) -> None:
    frame = pl.concat([loans(HOUSEHOLDS), usd(("2025-01-27", 98.2636))])
    assert b.dollars_at_period_end(Build(frame)).is_empty()


def test_the_saturday_rate_holds_through_monday_and_no_longer(usd) -> None:
    rates = usd(("2025-03-08", 89.1362), ("2025-03-12", 86.5669))
    days = pl.Series([date(2025, 3, 10), date(2025, 3, 12), date(2025, 3, 16), date(2025, 3, 7)])
    found = in_force(rates, days).select("period_end", "value").rows()
    assert found == [(date(2025, 3, 10), 89.1362), (date(2025, 3, 12), 86.5669)]


def test_key_rate_of_a_month_is_weighted_by_days(key_rate) -> None:
    rates = key_rate(("2024-09-16", 19.0), ("2024-10-28", 21.0))
    months = pl.Series([date(2024, 9, 30), date(2024, 10, 31), date(2024, 12, 31)])
    means = {row[0].month: row[1] for row in monthly_mean(rates, months).select("period_end", "value").iter_rows()}
    assert means[10] == pytest.approx((27 * 19 + 4 * 21) / 31)
    assert means[12] == 21.0
    assert 9 not in means  # the first half of September has no rate here


def test_mortgage_rate_minus_key_rate(loans, known, key_rate) -> None:
    issued = loans(
        [("2024-12", SEEN, "rate", "WEIGHTED_MEAN", 8.47e-9)], dataset="mortgage", product_code="MORTGAGE",
        basis="month", currency="RUB", unit="percent",
    )  # fmt: skip
    spread = b.mortgage_spread(Build(pl.concat([issued, key_rate(("2024-10-28", 21.0))])))
    assert known(spread, "2024-12", SEEN) == pytest.approx(8.47 - 21.0)
