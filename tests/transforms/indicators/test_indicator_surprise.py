"""Surprises: the first print against the forecast that stood before it, one series a surveyor."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators.surprise import surprise, surprise_standardised, surveyor_code

COLUMNS = (
    "indicator",
    "currency",
    "period",
    "covers",
    "surveyor",
    "forecast",
    "unit",
    "release_date",
    "actual",
    "release_id",
)


def records(*rows: tuple[str | None, ...]) -> dict[str, pl.DataFrame]:
    table = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    return {"consensus_forecast": table.with_columns(forecast_seen_at=pl.lit(None, pl.String))}


NOVEMBER = records(
    ("exports_yoy", "USD", "2025-11", "month", "Bloomberg", "4", "percent", None, None, "digest"),
    ("imports_yoy", "USD", "2025-11", "month", "Bloomberg", "3", "percent", None, None, "digest"),
    ("exports_yoy", "USD", "2025-11", "month", "dpa-AFX consensus", "3.8", "percent", "2025-12-08", "5.9", "calendar"),
    (
        "trade_balance",
        "USD",
        "2025-11",
        "month",
        "dpa-AFX consensus",
        "100200000000",
        "USD",
        "2025-12-08",
        "111680000000",
        "calendar",
    ),
)


def test_november_2025_beat_bloomberg_by_1_9_points_and_missed_on_imports_by_1_1(trade, known) -> None:
    printed = trade(
        [
            ("2025-11", "2025-12-08", "export", "month", 5.9),
            ("2025-11", "2025-12-08", "import", "month", 1.9),
            ("2025-11", "2026-08-11", "export", "month", 5.7),
        ],
        measure="growth_yoy",
        unit="percent",
    )
    result = surprise(Build(printed, NOVEMBER))
    assert known(result, "2025-11", "2026-12-31", flow="export", definition="BLOOMBERG") == pytest.approx(1.9)
    assert known(result, "2025-11", "2026-12-31", flow="import", definition="BLOOMBERG") == pytest.approx(-1.1)
    assert known(result, "2025-11", "2025-12-08", flow="export", definition="DPA_AFX_CONSENSUS") == pytest.approx(2.1)
    assert known(result, "2025-11", "2025-12-08", flow="balance") == pytest.approx(11.48e9)
    assert known(result, "2025-11", "2025-12-07", flow="export", definition="BLOOMBERG") is None


def test_no_forecast_no_surprise(trade) -> None:
    late = records(("exports_yoy", "USD", "2026-04", "month", "X", None, "percent", "2026-05-09", "9.1", "calendar"))
    assert surprise(
        Build(trade([("2026-04", "2026-05-09", "export", "month", 9.1)], measure="growth_yoy", unit="percent"), late)
    ).is_empty()
    assert surprise(
        Build(trade([("2026-04", "2026-05-09", "export", "month", 9.1)], measure="growth_yoy", unit="percent"), {})
    ).is_empty()


def test_a_surprise_is_measured_against_earlier_ones_only(trade, known) -> None:
    # Misses 1, -1, 1, -1, 1, -1: standard deviation of the first six is sqrt(6/5).
    rows = [
        (
            "exports_yoy",
            "USD",
            f"2025-{m:02}",
            "month",
            "X",
            "0",
            "percent",
            f"2025-{m + 1:02}-09",
            "1" if m % 2 else "-1",
            "c",
        )
        for m in range(3, 9)
    ]
    rows.append(("exports_yoy", "USD", "2025-09", "month", "X", "0", "percent", "2025-10-13", "5", "c"))
    result = surprise_standardised(Build(trade([("2025-03", "2025-04-09", "export", "month", 1.0)]), records(*rows)))
    assert result.height == 1
    assert known(result, "2025-09", "2025-10-13") == pytest.approx(5 / (6 / 5) ** 0.5)


def test_surveyors_become_codes() -> None:
    assert surveyor_code("dpa-AFX consensus") == "DPA_AFX_CONSENSUS"
