"""The key rate against expected inflation and the neutral range of its time."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators import policy_stance as p


def test_the_neutral_range_moves_with_what_the_bank_says() -> None:
    """Before July 2020 6 to 7, then 5 to 6 (Kommersant, 24 July); July 2023 5.5 to 6.5 (TASS, 21 July); raised in July 2024
    from 6 to 7 to 7.5 to 8.5 (Interfax, 7 August)."""
    ranges = {date(2018, 10, 31): None, date(2020, 6, 30): (6.0, 7.0), date(2020, 7, 31): (5.0, 6.0),
              date(2023, 6, 30): (5.0, 6.0), date(2023, 7, 31): (5.5, 6.5), date(2024, 6, 30): (6.0, 7.0),
              date(2024, 7, 31): (7.5, 8.5), date(2025, 11, 30): (7.5, 8.5)}  # fmt: skip
    assert {end: p.neutral(end) for end in ranges} == ranges


def test_months_above_neutral_count_by_the_range_of_each_month(key_rate) -> None:
    """7.5 percent is above the six of June 2023 and the seven of early 2024, and not above the 8.5 of late 2024."""
    rates = key_rate(("2023-06-01", 7.5), ("2024-10-28", 8.0), ("2024-12-01", 21.0), ("2025-02-28", 21.0))
    counted = dict(p.months_above_neutral(Build(rates)).select("period_end", "value").iter_rows())
    assert counted[date(2023, 6, 30)] == 1 and counted[date(2024, 6, 30)] == 13
    assert counted[date(2024, 7, 31)] == 0 and counted[date(2024, 11, 30)] == 0
    assert counted[date(2025, 1, 31)] == 2
    distance = p.against_neutral(Build(rates))
    november = {row["definition"]: row["value"] for row in distance.iter_rows(named=True)
                if row["period_end"] == date(2024, 11, 30)}  # fmt: skip
    assert november == pytest.approx({"LOW": 0.5, "HIGH": -0.5})


def panel(values: list[float]) -> pl.DataFrame:
    ends = pl.date_range(date(2010, 1, 1), date(2030, 1, 1), "1mo", eager=True).dt.month_end()[: len(values)]
    return pl.DataFrame({"period_end": ends, "value": values})


def test_expected_inflation_is_the_line_through_its_own_past() -> None:
    """Inflation that halves its distance from 4 each year: the line says so, 12 becomes 8."""
    first = [20.0 - i for i in range(12)]
    values = first[:]
    while len(values) < 84:
        values.append(4 + (values[-12] - 4) / 2)
    made = p.expected(panel(values))
    assert made.height == 84 - 12 - p.LEAST + 1, "sixty pairs are the least"
    assert made["value"][-1] == pytest.approx(4 + (values[-1] - 4) / 2)


def test_the_real_rate_has_two_expectations(key_rate) -> None:
    rates = key_rate(("2016-12-01", 10.0), ("2017-03-01", 10.0))
    made = p.real_by_expectation(Build(rates))
    assert made.select("definition", "period_end", "value").rows() == [
        ("TARGET", date(2017, 1, 31), 6.0), ("TARGET", date(2017, 2, 28), 6.0)
    ]  # fmt: skip
