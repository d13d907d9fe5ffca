"""Unit values on the figures of the customs: as they were computed by hand when collected, and by supplier."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from transforms.indicators import Build
from transforms.indicators.prices import unit_value
from transforms.model import series_id
from transforms.periods import period_end
from warehouse.history import shipped

GOODS = {
    "fertiliser": "COMMODITY_FERTILISERS",
    "integrated circuits": "COMMODITY_INTEGRATED_CIRCUITS",
    "mobile phones": "COMMODITY_MOBILE_PHONES",
    "motor vehicles incl. chassis": "COMMODITY_MOTOR_VEHICLES",
    "rare earths": "COMMODITY_RARE_EARTHS",
    "ships": "COMMODITY_SHIPS",
    "steel products": "COMMODITY_STEEL",
    "unwrought aluminium and products": "COMMODITY_ALUMINIUM",
}
PER = {"tonne": 1000.0}
"""What one printed unit is in the base unit; pieces of any kind are counted."""


@pytest.fixture(scope="module")
def made() -> pl.DataFrame:
    goods = shipped().claims.filter(pl.col("dataset") == "trade_by_commodity").with_columns(series_id())
    return unit_value(Build(goods)).drop_nulls("value")


def test_unit_values_of_exports_are_those_computed_by_hand(shared: Path, made: pl.DataFrame) -> None:
    """Value of the month over its quantity, each of the collected ones, to the last place that was kept."""
    exports = made.filter(flow="export", basis="month", currency="CNY", counterpart_area="WORLD")
    found: dict[tuple[str, object], set[float]] = {}
    for code, end, value in exports.select("product_code", "period_end", "value").iter_rows():
        found.setdefault((code, end), set()).add(value)
    seen = set()
    with (shared / "context" / "china_exports_unit_values_computed.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            per = PER.get(row["unit"].removeprefix("RMB per "), 1.0)
            values = found.get((GOODS[row["commodity_en"]], period_end(row["period"])), set())
            if not values:
                continue  # a month between two tables, which does not ship
            wanted = float(row["unit_value"]) / per
            assert any(value == pytest.approx(wanted, rel=0.001) for value in values), row
            seen.add(row["commodity_en"])
    assert len(seen) >= 3


def test_what_china_paid_three_suppliers_of_soybeans(made: pl.DataFrame) -> None:
    """January 2023, query of HS 12019019: 19,871,761,143 yuan for 4,230,313,801 kg of the United States ..."""
    by_hand = {
        "USA": 19_871_761_143 / 4_230_313_801,
        "BRA": 8_634_238_278 / 1_831_535_439,
        "ARG": 5_917_063_944 / 1_296_592_160,
    }
    january = made.filter(pl.col("period_end") == period_end("2023-01"), flow="import", unit="CNY/kg")
    found = january.filter(pl.col("counterpart_area").is_in(list(by_hand)))
    assert dict(found.select("counterpart_area", "value").iter_rows()) == pytest.approx(by_hand)
    gap = by_hand["USA"] / by_hand["BRA"] - 1
    assert gap == pytest.approx(-0.00355, abs=0.0001), "the United States were a third of a percent cheaper"
