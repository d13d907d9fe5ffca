"""Unit values on the figures of the customs: as they were computed by hand when collected, and by supplier."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from transforms.areas import resolve
from transforms.indicators import Build
from transforms.indicators.prices import unit_value, unit_value_gap
from transforms.model import observations, series_id
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


def test_a_partner_against_all_others_for_three_goods() -> None:
    """Cells of the query, divided by hand: soybeans from Brazil, black soybeans and others to their buyers."""
    claims = (
        shipped()
        .claims.filter(pl.col("release_id").str.contains("soybeans_by_partner_query"))
        .with_columns(series_id())
    )
    made = unit_value_gap(Build(claims)).drop_nulls("value")
    key = ("flow", "product_code", "period_end")
    newest = claims.sort("vintage_date").unique([*key, "counterpart_area", "measure"], keep="last")
    cells: dict[tuple[object, ...], dict[str, dict[str, float]]] = {}
    for row in newest.iter_rows(named=True):
        place = cells.setdefault(tuple(row[name] for name in key), {}).setdefault(row["counterpart_area"], {})
        place[row["measure"]] = row["value"]
    wanted = {}
    for place, partners in cells.items():
        dealt = {area: one for area, one in partners.items() if one.get("quantity") and "value" in one}
        for area, one in dealt.items():
            others = [other for name, other in dealt.items() if name != area]
            if others:
                rest = sum(o["value"] for o in others) / sum(o["quantity"] for o in others)
                wanted[*place, area] = 100 * (one["value"] / one["quantity"] / rest - 1)
    found = made.sort("vintage_date").unique([*key, "counterpart_area"], keep="last")
    assert {row[:4]: row[4] for row in found.select(*key, "counterpart_area", "value").iter_rows()} == pytest.approx(
        wanted
    )
    assert {place[1] for place in wanted} == {"HS_12019019", "HS_12011000"} and len(
        wanted
    ) > 80  # one buyer of the others
    # January 2023: 8,634,238,278 yuan for 1,831,535,439 kg of Brazil; the United States and Argentina delivered the rest.
    rest = (19_871_761_143 + 5_917_063_944) / (4_230_313_801 + 1_296_592_160)
    brazil = 100 * (8_634_238_278 / 1_831_535_439 / rest - 1)
    assert wanted["import", "HS_12019019", period_end("2023-01"), "BRA"] == pytest.approx(brazil)


def test_what_three_minerals_cost_each_buyer_of_china(shared: Path) -> None:
    """June 2023, China's customs by UN Comtrade: graphite, artificial graphite, gallium and germanium, 14 to 31 buyers each.

    By hand: Japan paid 1.972 dollars for a kilogram of natural graphite, all others 1.590 (value and weight of the others
    summed), a quarter less; the United States paid 3.896 for the artificial one, the others 1.833; Korea 173.2 against 53.7.
    """
    path = shared / "gacc/raw/qennis_ChinaCriticalMineralComtrade/deep_dive_hs6_monthly.csv"
    rows = pl.read_csv(path, schema_overrides={"hs6": pl.String}).filter(pl.col("period_dt") == "2023-06-01")
    goods = rows.select(
        product_code=pl.format("HS_{}", "hs6"),
        counterpart_area=pl.col("partner_name").map_elements(resolve, return_dtype=pl.String),
        value=pl.col("val"),
        quantity=pl.col("qty"),
    )
    frames = [
        observations(
            goods.select("product_code", "counterpart_area", value=measure, precision=pl.lit(None, pl.Float64)).with_columns(
                period_end=pl.lit(period_end("2023-06"))
            ),
            dataset="trade_by_commodity", ref_area="CHN", flow="export", basis="month", measure=measure,
            currency="USD" if measure == "value" else "_", unit="USD" if measure == "value" else "kg",
        )
        for measure in ("value", "quantity")
    ]  # fmt: skip
    dated = pl.concat(frames).with_columns(
        vintage_date=pl.lit(date(2023, 8, 1)), vintage_kind=pl.lit("observed"), release_id=pl.lit("comtrade"),
        first_seen=pl.lit(date(2023, 8, 1)).cast(pl.Datetime("us")),
    ).with_columns(series_id())  # fmt: skip
    gaps = {
        row[:2]: row[2]
        for row in unit_value_gap(Build(dated)).select("product_code", "counterpart_area", "value").rows()
    }
    assert len(gaps) == len(rows) == 72
    for (good, buyer), gap in gaps.items():
        own = goods.filter(product_code=good, counterpart_area=buyer).row(0, named=True)
        others = goods.filter(pl.col("counterpart_area") != buyer, product_code=good)
        paid = others["value"].sum() / others["quantity"].sum()
        assert gap == pytest.approx(100 * (own["value"] / own["quantity"] / paid - 1))
    assert gaps["HS_250410", "JPN"] == pytest.approx(100 * (1.97202 / 1.59005 - 1), abs=0.01)
    assert gaps["HS_380110", "USA"] == pytest.approx(100 * (3.89604 / 1.83264 - 1), abs=0.01)
    assert gaps["HS_811292", "KOR"] == pytest.approx(100 * (173.21496 / 53.69820 - 1), abs=0.01)
