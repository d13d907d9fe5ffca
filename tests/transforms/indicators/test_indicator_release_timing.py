"""Days of releases on the customs calendar of 2025; values by hand beside them."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators import release_timing as t

COLUMNS = "period vintage flow basis value kind"
# GACC: November 2025 was out on 8 December, revised with the bulletin of 18 January; January 2020 in a copy of 2026.
ROWS = [
    ("2025-11", "2025-12-08", "export", "month", 330.3, "observed"),
    ("2025-11", "2026-01-18", "export", "month", 330.4, "observed"),
    ("2025-10", "2025-11-18", "export", "month", 305.4, "inferred"),
    ("2020-01", "2026-08-11", "export", "month", 200.0, "observed"),
]


def test_the_lag_is_that_of_the_first_sight(trade, known) -> None:
    made = t.lag(Build(trade(ROWS, COLUMNS)))
    assert known(made, "2025-11", "2026-02-01", product_code="trade_total") == 8.0
    assert made.height == 1, "inferred days and copies of old figures are no releases"


def test_punctual_is_zero_days_after_the_calendar(trade, known) -> None:
    calendar = pl.DataFrame({"indicator": ["exports_yoy", "trade_balance"], "period": ["2025-11", "2025-11"],
                             "release_date": ["2025-12-07", "2025-12-08"]})  # fmt: skip
    made = t.punctuality(Build(trade(ROWS, COLUMNS), {"consensus_forecast": calendar}))
    assert known(made, "2025-11", "2025-12-08") == 1.0
    assert t.punctuality(Build(trade(ROWS, COLUMNS))).is_empty()


def test_releases_are_numbered_and_one_that_repeats_is_none(trade, known) -> None:
    """Exports of November 2025 grew 5.9 percent at first, 5.8 after the bulletin."""
    rows = [("2025-11", "2025-12-08", "export", "month", 5.9, "P"), ("2025-11", "2026-01-18", "export", "month", 5.8, "A"),
            ("2025-10", "2025-11-07", "export", "month", -1.1, "P"), ("2024-11", "2026-01-18", "export", "month", 6.6, "A")]  # fmt: skip
    growth = trade(rows, "period vintage flow basis value obs_status", measure="growth_yoy", unit="percent")
    made = t.triangle(Build(growth))
    day = "2026-02-01"
    assert known(made, "2025-11", day, definition="RELEASE_1") == pytest.approx(5.9)
    assert known(made, "2025-11", day, definition="RELEASE_2") == pytest.approx(5.8)
    assert known(made, "2025-10", day, definition="RELEASE_1") == pytest.approx(-1.1)
    assert known(made, "2025-11", "2026-01-17", definition="RELEASE_2") is None
    assert made.height == 3, "a figure whose first release is not known as such has no number"
