"""Revisions of first releases: worked out by hand, the error of the mean against statsmodels."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators import release_quality as q

SAMPLE = [[5.0, 4.8], [3.0], [-0.2, 0.1, 0.4], [7.0, 6.0], [2.0, 2.0], [1.0, 0.5]]
CHANGES = [-0.2, 0.0, 0.6, -1.0, 0.0, -0.5]


def test_revisions_are_final_less_first_and_zero_where_nothing_changed() -> None:
    assert q.revisions(SAMPLE) == pytest.approx(CHANGES)


@pytest.mark.slow
def test_the_error_of_a_mean_allows_for_revisions_that_come_together() -> None:
    """The same by statsmodels: a regression on a constant with Newey and West's errors."""
    import numpy as np
    from statsmodels.api import OLS

    fitted = OLS(np.array(CHANGES), np.ones(len(CHANGES))).fit(cov_type="HAC", cov_kwds={"maxlags": q.LAGS})
    assert q.mean_error(CHANGES) == pytest.approx(fitted.bse[0])
    assert q.bias_ratio(CHANGES) == pytest.approx(fitted.tvalues[0])
    assert q.bias_ratio([0.1, 0.1, 0.1]) is None


def test_noise_and_news_are_correlations() -> None:
    assert q.correlation([1.0, 2.0, 3.0], [2.0, 4.0, 6.0]) == pytest.approx(1.0)
    assert q.correlation([1.0, 2.0, 4.0], [3.0, 1.0, 2.0]) == pytest.approx(
        -2 / (28 / 3 * 4) ** 0.5 * 0.75**0.5 * (4 / 3) ** 0.5
    )
    assert q.correlation([1.0, 1.0], [2.0, 3.0]) is None


def test_the_first_release_without_bias_is_numbered() -> None:
    """First releases are a point too high each time, second ones right."""
    biased = [[1.0 + n, n + 0.0, n + 0.001 * (-1) ** n] for n in range(12)]
    assert q.first_efficient(biased) == 2.0
    assert q.first_efficient([[1.0], [2.0], [3.0]]) == 1.0
    assert q.first_efficient([[1.0, 0.9], [2.0, 1.9], [3.0, 2.9]]) == 2.0  # all alike: biased for certain


def test_only_settled_periods_with_a_known_first_release_count(trade, known) -> None:
    rows = []
    for month in range(1, 13):
        rows.append((f"2022-{month:02}", f"2022-{month:02}-28", "export", "month", 10.0, "P"))
        rows.append((f"2022-{month:02}", "2023-08-18", "export", "month", 9.0 if month > 6 else 10.0, "A"))
    rows.append(("2021-12", "2022-01-14", "export", "month", 20.0, "A"))  # not a first release
    rows.append(("2024-01", "2024-02-20", "export", "month", 1.0, "P"))  # the day on which all of 2022 is a year old
    columns = "period vintage flow basis value obs_status"
    build = Build(trade(rows, columns, measure="growth_yoy", unit="percent"))
    assert known(q.release_count(build), "2022-12", "2024-02-20") == 12
    assert known(q.release_count(build), "2022-12", "2023-08-18") is None
    assert known(q.bias(build), "2022-12", "2024-02-20") == pytest.approx(-0.5)
    assert known(q.revised_share(build), "2022-12", "2024-02-20") == pytest.approx(50.0)
    assert known(q.sign_flips(build), "2022-12", "2024-02-20") == 0.0
    assert known(q.first_efficient_release(build), "2022-12", "2024-02-20") == 2.0


def test_a_withdrawn_figure_is_in_no_sample_until_it_is_said_again(trade, known) -> None:
    """Thirteen months, all a year old in 2024: one is withdrawn (12 left), a second one (too few), both come back."""
    rows = [(f"2022-{month:02}", f"2022-{month:02}-28", "export", "month", 10.0, "P") for month in range(1, 13)]
    rows.append(("2021-12", "2022-01-14", "export", "month", 10.0, "P"))
    rows.append(("2024-01", "2024-02-20", "export", "month", 1.0, "P"))
    rows += [
        ("2022-12", "2024-05-01", "export", "month", 23.0, "A"),
        ("2022-05", "2024-05-01", "export", "month", 10.0, "A"),
    ]
    gone = [("2022-12", "2024-03-01", "export", "month", 0.0, "A"), ("2022-05", "2024-04-01", "export", "month", 0.0, "A"),
            ("2020-01", "2024-02-20", "export", "month", 0.0, "P")]  # the last was never said: no release  # fmt: skip
    columns, more = "period vintage flow basis value obs_status", {"measure": "growth_yoy", "unit": "percent"}
    none = pl.lit(None, pl.Float64)
    build = Build(pl.concat([trade(rows, columns, **more), trade(gone, columns, **more).with_columns(value=none)]))
    count, bias = q.release_count(build), q.bias(build)
    assert known(count, "2022-12", "2024-02-20") == 13
    assert known(count, "2022-12", "2024-03-01") is None and known(count, "2022-11", "2024-03-01") == 12
    assert known(count, "2022-11", "2024-04-01") is None
    assert known(count, "2022-12", "2024-05-01") == 13
    assert known(bias, "2022-12", "2024-05-01") == pytest.approx(1.0)
