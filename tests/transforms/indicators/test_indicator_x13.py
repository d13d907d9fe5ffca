"""X-13ARIMA-SEATS: the lunar new year counted by hand, annual sums kept, a moving holiday taken out."""

from __future__ import annotations

import math
from calendar import monthrange
from datetime import date
from itertools import pairwise

import polars as pl
import pytest

from transforms.indicators import Build, lunar, x13


def test_weeks_around_the_new_year_are_counted_by_hand() -> None:
    """29 January 2025: 20 days before it in January, three of seven days of the holiday too, the rest in February."""
    january, february = lunar.regressors([(2025, 1), (2025, 2)])
    usual = lunar._usual()
    assert [a + b for a, b in zip(january, usual[1], strict=True)] == pytest.approx([1.0, 3 / 7, 0.0])
    assert [a + b for a, b in zip(february, usual[2], strict=True)] == pytest.approx([0.0, 4 / 7, 1.0])
    assert lunar.regressors([(2031, 1)]) is None


def test_every_new_year_is_the_second_new_moon_or_so_after_the_solstice() -> None:
    """Between 21 January and 20 February; lunar years have 353 to 355 days, leap years 383 to 385."""
    for one, other in pairwise(lunar.NEW_YEARS):
        assert (one.month, one.day) >= (1, 21) and (one.month, one.day) <= (2, 20)
        assert (other - one).days in (353, 354, 355, 383, 384, 385), one


def path(year: int, month: int) -> float:
    """A trend by days of the month, with a seasonal and a fifth less in the holiday's week."""
    shares = lunar.regressors([(year, month)])
    trend = 200e9 * 1.004 ** ((year - 2015) * 12 + month) * monthrange(year, month)[1] / 30.4375
    return trend * (1 + 0.08 * math.sin(math.pi * month / 6)) * math.exp(-0.2 * shares[0][1])


MONTHS = [(year, month) for year in range(2015, 2025) for month in range(1, 13)]


def test_the_holiday_moves_no_adjusted_month_and_sums_are_kept() -> None:
    values = [path(*month) for month in MONTHS]
    made = x13.fit(MONTHS, values)[: len(MONTHS)]
    growth = [100 * (b / a - 1) for a, b in pairwise(made)]
    raw = [100 * (b / a - 1) for a, b in pairwise(values)]
    late = [i for i, (year, _) in enumerate(MONTHS[1:]) if year >= 2018]
    assert max(abs(growth[i] - 0.4) for i in late) < 1.0 < 5 < max(abs(raw[i] - 0.4) for i in late)
    for year in range(2015, 2025):
        chosen = [i for i, (of_year, _) in enumerate(MONTHS) if of_year == year]
        assert sum(made[i] for i in chosen) == pytest.approx(sum(values[i] for i in chosen), rel=1e-6)


def test_totals_are_adjusted_for_each_day_and_fits_are_kept(trade) -> None:
    rows = [(f"{y}-{m:02}", "2025-01-13", "export", "month", path(y, m) / 1e9) for y, m in MONTHS]
    build = Build(trade(rows))
    made = x13.adjusted_x13(build)
    assert made.height == len(MONTHS) and len(build.fits.used) == 1
    assert made["adjustment"].unique().to_list() == ["SA_X13"]
    growth = x13.month_on_month_x13(build).filter(pl.col("period_end") == date(2024, 2, 29))["value"]
    assert abs(growth[0] - 0.4) < 1.0
    assert x13.adjusted_x13(Build(trade(rows[-47:]))).is_empty()
    assert x13.x13_minus_stl(build)["value"].abs().max() < 15


def test_growth_without_the_calendar_is_that_of_the_trend(trade) -> None:
    """Twelve months of 0.4 percent are 4.9; February of a leap year, or with the holiday's week, grows otherwise."""
    rows = [(f"{y}-{m:02}", "2025-01-13", "export", "month", path(y, m) / 1e9) for y, m in MONTHS]
    build = Build(trade(rows))
    growth = x13.calendar_adjusted_growth(build).filter(pl.col("period_end") >= date(2019, 1, 1))["value"]
    usual = (1.004**12 - 1) * 100
    assert growth.len() == 72 and (growth - usual).abs().max() < 1.5
    raw = [100 * (path(y, m) / path(y - 1, m) - 1) for y in range(2019, 2025) for m in range(1, 13)]
    assert max(abs(value - usual) for value in raw) > 5
    assert len(build.fits.used) == 1, "levels and factors come of one fit"


def test_importers_are_adjusted_without_the_holiday_of_china(trade) -> None:
    rows = [(f"{y}-{m:02}", "2025-01-13", "VNM", path(y, m) / 1e9) for y, m in MONTHS]
    imports = trade(rows, "period vintage counterpart_area value", dataset="mirror_trade", ref_area="USA", flow="import",
                    basis="month", definition="GENERAL_IMPORTS")  # fmt: skip
    build = Build(imports)
    made = x13.adjusted_x13(build)
    assert made.height == len(MONTHS) and made["counterpart_area"].unique().to_list() == ["VNM"]
    values = [path(*month) for month in MONTHS]
    assert x13.fit(MONTHS, values, holiday=False)[: len(MONTHS)] == pytest.approx(
        made.sort("period_end")["value"].to_list()
    )
    assert x13.fit(MONTHS, values)[: len(MONTHS)] != pytest.approx(made.sort("period_end")["value"].to_list(), rel=1e-4)
