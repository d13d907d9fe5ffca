"""Reported figures, forecasts and events that ship equal the collected ones, row by row."""

from __future__ import annotations

import csv

import pytest

from tests.warehouse.history.collection import collected, needed
from warehouse.history import FOLDER

pytestmark = needed

RECORDS = [
    ("events/partner_trade_reported", "context/partner_trade_reported.csv", 79),
    ("events/steel_exports_reported", "context/china_steel_exports_reported.csv", 12),
    ("events/russia_banks_reported", "context/russia_banks_reported.csv", 30),
]


@pytest.mark.parametrize(("block", "file", "rows"), RECORDS)
def test_reported_figures_equal_the_collected_ones(block: str, file: str, rows: int) -> None:
    shipped = [
        (row["as_of"], row["value"], row["unit"], row["published_date"], row["note"])
        for row in csv.DictReader((FOLDER / f"{block}.csv").open(encoding="utf-8"))
    ]
    wanted = [(row["period"], row["value"], row["unit"], row["published"], row["note"]) for row in collected(file)]
    assert shipped == wanted
    assert len(shipped) == rows


def test_forecasts_are_those_that_stood_before_the_release() -> None:
    shipped = list(csv.DictReader((FOLDER / "events/consensus_calendar.csv").open(encoding="utf-8")))
    source = list(collected("context/china_consensus_calendar_2023_2026.csv"))
    assert len(shipped) == len(source) == 315
    for ours, theirs in zip(shipped, source, strict=True):
        assert (ours["indicator"], ours["period"]) == (theirs["indicator"], theirs["reference_month"])
        assert ours["forecast"] == theirs["forecast_last_before_actual"]
        assert ours["actual"] in (theirs["actual_first_seen"], theirs["actual_last_seen"])
        changed = theirs["forecast_final_shown"] not in ("", theirs["forecast_last_before_actual"])
        assert changed == ("after the release" in ours["note"])


def test_the_other_forecasts_and_events_equal_the_collected_ones() -> None:
    pairs = [
        ("events/consensus_forex_factory", "context/china_trade_balance_forecasts_2020_2022.csv", "forecast", 22),
        ("events/consensus_press", "gacc/consensus_forecasts.csv", "value", 5),
    ]
    for block, file, column, rows in pairs:
        shipped = [row["forecast"] for row in csv.DictReader((FOLDER / f"{block}.csv").open(encoding="utf-8"))]
        assert shipped == [row[column] for row in collected(file)]
        assert len(shipped) == rows
    events = {row["title"] for row in csv.DictReader((FOLDER / "events/policy_events.csv").open(encoding="utf-8"))}
    assert events == {row["title"] for row in collected("policy_events.csv")}
