"""The shipped history as a whole: every block loads, explains itself, and says nothing twice or too early."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import yaml

from tests.warehouse.history.conftest import Pick
from transforms.areas import names
from transforms.asof import as_of
from transforms.customs import commodities
from transforms.model import DIMENSIONS, NONE, Payload
from transforms.products import recognise
from warehouse.history import FOLDER, History
from warehouse.store import resolve

MINE = pl.col("release_id").str.contains("^history/(gacc|context)/")
BLOCKS = sorted(path for path in FOLDER.rglob("*.yaml"))


@pytest.fixture(scope="module")
def claims(shipped: History) -> pl.DataFrame:
    return shipped.claims.filter(MINE)


def test_all_blocks_together_stay_small() -> None:
    """Small beside the packages that Portvault needs, and read in a second: Russian regions by month are a quarter of it."""
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < 4_500_000


@pytest.mark.parametrize("path", BLOCKS, ids=lambda path: path.stem)
def test_every_block_names_its_publisher_source_and_vintage_rule(path: object) -> None:
    block = yaml.safe_load(path.read_text("utf-8"))  # type: ignore[attr-defined]
    assert block["title"] and block["publisher"] and len(block["vintage"]["rule"]) > 10
    assert block["vintage"]["kind"] in ("observed", "inferred")
    sources = block.get("sources", {"": block.get("source")}).values()
    assert all(sources)
    text = str(block)
    assert "/work" not in text and "shared/data" not in text and "raw/" not in text.replace("data/raw", "")


@pytest.mark.slow
def test_no_figure_is_claimed_twice_by_one_release(shipped: History) -> None:
    key = [*DIMENSIONS, "period_end", "vintage_date", "release_id"]
    assert shipped.claims.filter(shipped.claims.select(key).is_duplicated()).is_empty()


@pytest.mark.slow
def test_two_releases_of_one_day_do_not_contradict_each_other(claims: pl.DataFrame) -> None:
    key = [*DIMENSIONS, "period_end", "vintage_date"]
    same_day = claims.filter(claims.select(key).is_duplicated())
    spread = same_day.group_by(key).agg(
        (pl.col("value").max() - pl.col("value").min()).alias("gap"),
        pl.col("precision").sum().alias("tolerance"),
        pl.col("release_id"),
    )
    assert spread.height > 50  # the test compares something
    assert spread.filter(pl.col("gap") > pl.col("tolerance") * 1.000001).is_empty()


def test_nothing_was_known_before_its_period_ended(claims: pl.DataFrame) -> None:
    assert claims.filter(pl.col("vintage_date") < pl.col("period_end")).is_empty()
    monthly = claims.filter(pl.col("freq") == "M")
    assert monthly.filter(pl.col("vintage_date") <= pl.col("period_end")).is_empty()


def test_every_release_of_a_figure_is_described(shipped: History) -> None:
    known = set(shipped.releases["release_id"])
    assert set(shipped.claims["release_id"]) <= known
    for table in shipped.records.values():
        assert set(table["release_id"]) <= known
        assert table["source"].null_count() == 0


def test_codes_are_documented(claims: pl.DataFrame) -> None:
    areas = set(names()["code"]) | {NONE}
    assert set(claims["counterpart_area"]) | set(claims["ref_area"]) <= areas
    customs = claims.filter(pl.col("dataset") == "trade_by_commodity")["product_code"].unique()
    known = set(commodities.names()["code"])
    assert {code for code in customs if not code.startswith("HS_")} <= known
    trade = claims.filter(pl.col("dataset").str.starts_with("trade_"))
    assert set(trade["flow"]) == {"export", "import", "total", "balance"}
    assert set(trade["basis"]) == {"month", "ytd"}
    assert set(trade["obs_status"]) == {"P", "A"}


def test_a_total_is_one_series_wherever_it_was_printed(claims: pl.DataFrame) -> None:
    assert (
        claims.filter((pl.col("dataset") == "trade_total") != (pl.col("counterpart_area") == "WORLD"))
        .filter(pl.col("dataset").is_in(["trade_total", "trade_by_partner"]))
        .is_empty()
    )


def known_on(claims: pl.DataFrame, day: date, **filters: object) -> float | None:
    chosen = claims.filter(*[pl.col(name) == value for name, value in filters.items()])
    found = as_of(resolve(chosen), day)
    return found["value"].item() if found.height else None


DECEMBER = {"dataset": "trade_total", "flow": "import", "measure": "value", "basis": "month", "currency": "USD",
            "period_end": date(2025, 12, 31)}  # fmt: skip


@pytest.mark.parametrize(
    ("day", "billion"),
    [
        (date(2026, 1, 13), None),
        (date(2026, 1, 14), 243.64),
        (date(2026, 7, 6), 243.64),
        (date(2026, 7, 7), 244.9),
        (date(2026, 8, 11), 245.3),
        (date(2026, 11, 23), 245.3),
    ],
)
def test_what_was_known_of_imports_of_december_2025(claims: pl.DataFrame, day: date, billion: float | None) -> None:
    found = known_on(claims, day, **DECEMBER)
    assert (found and round(found / 1e9, 2)) == billion


@pytest.mark.parametrize(
    ("flow", "day", "billion"),
    [
        ("export", date(2025, 12, 8), 330.3),
        ("import", date(2025, 12, 8), 218.6),
        ("balance", date(2025, 12, 8), 111.68),
        ("export", date(2026, 1, 18), 330.16),
    ],
)
def test_november_2025_as_the_press_had_it(claims: pl.DataFrame, flow: str, day: date, billion: float) -> None:
    cell = DECEMBER | {"flow": flow, "period_end": date(2025, 11, 30)}
    found = known_on(claims, day, **cell)
    assert found is not None and abs(found / 1e9 - billion) < 0.06


def test_exports_to_the_united_states_of_november_2025(claims: pl.DataFrame) -> None:
    cell = {"dataset": "trade_by_partner", "counterpart_area": "USA", "flow": "export", "currency": "USD",
            "basis": "month", "period_end": date(2025, 11, 30)}  # fmt: skip
    assert known_on(claims, date(2025, 12, 7), **cell, measure="value") is None
    assert known_on(claims, date(2025, 12, 8), **cell, measure="value") == 33_789_100_000
    assert known_on(claims, date(2025, 12, 8), **cell, measure="growth_yoy") == -28.58


def test_the_year_to_date_surplus_passed_a_trillion_in_november_2025(pick: Pick) -> None:
    surplus = pick("gacc/first_prints_press", flow="balance", basis="ytd", period_end=date(2025, 11, 30))
    assert surplus["value"].item() == 1.08e12
    assert surplus["precision"].item() == 5e9


@pytest.mark.parametrize(
    ("period_end", "vintage_date", "value"),
    [
        (date(2020, 3, 31), date(2020, 4, 14), -0.9),
        (date(2020, 3, 31), date(2020, 4, 23), -1.0),
        (date(2022, 9, 30), date(2022, 10, 24), 0.3),
        (date(2018, 1, 31), date(2018, 2, 8), 36.9),
        (date(2018, 2, 28), date(2018, 3, 8), 6.3),
    ],
)
def test_reference_months_of_growth_dated_by_release(
    pick: Pick, period_end: date, vintage_date: date, value: float
) -> None:
    found = pick("gacc/growth_usd_first_prints", flow="import", period_end=period_end, vintage_date=vintage_date)
    assert (found["value"].item(), found["basis"].item()) == (value, "month")


def test_combined_january_and_february_are_a_year_to_date(pick: Pick) -> None:
    prints = pick("gacc/growth_usd_first_prints")
    february = prints.filter(pl.col("period_end").dt.month() == 2)
    assert set(february.filter(pl.col("period_end") < date(2020, 1, 1))["basis"]) == {"month"}
    assert set(february.filter(pl.col("period_end") > date(2020, 1, 1))["basis"]) == {"ytd"}
    assert prints.filter(pl.col("period_end").dt.month() == 1, pl.col("period_end") > date(2019, 12, 31)).is_empty()
    page = pick("gacc/by_partner_preliminary_cny", period_end=date(2025, 2, 28))
    assert set(page["basis"]) == {"ytd"}


def test_quantities_in_base_units(pick: Pick) -> None:
    cell = {"period_end": date(2025, 12, 31), "measure": "quantity", "basis": "ytd"}
    steel = pick("gacc/export_commodities_selected", product_code="COMMODITY_STEEL", **cell)
    assert (steel["value"].item(), steel["unit"].item(), steel["precision"].item()) == (119_019e6, "kg", 500_000)
    soybeans = pick("gacc/major_commodities", product_code="COMMODITY_SOYBEANS", **cell)
    assert soybeans["value"].item() == 111_833e6
    shoes = pick("gacc/major_commodities", product_code="COMMODITY_FOOTWEAR", measure="quantity", basis="month")
    assert shoes.filter(period_end=date(2026, 7, 31))["value"].item() == 771_175_461


@pytest.mark.parametrize(
    ("period_end", "vintage_date", "value"),
    [
        (date(2022, 3, 31), date(2026, 8, 31), 107.3),
        (date(2025, 6, 30), date(2026, 8, 31), 86.19),
        (date(2025, 11, 30), date(2026, 8, 31), 88.81),
        (date(2026, 7, 31), date(2026, 8, 31), 92.72),
    ],
)
def test_turning_points_of_the_real_effective_rate(
    pick: Pick, period_end: date, vintage_date: date, value: float
) -> None:
    index = pick("context/effective_exchange_rate", product_code="REER_BROAD", vintage_date=vintage_date)
    assert abs(index.filter(period_end=period_end)["value"].item() - value) < 0.05


def test_surveyors_of_november_2025_stay_apart(shipped: History) -> None:
    table = shipped.records["consensus_forecast"]
    november = table.filter(period="2025-11", indicator="exports_yoy", currency="USD")
    assert dict(november.select("surveyor", pl.col("forecast").cast(pl.Float64)).iter_rows()) == {
        "Bloomberg": 4.0,
        "dpa-AFX consensus": 3.8,
        "calendar with investing.com wording": 3.8,
    }


def test_forecasts_shown_only_after_the_release_are_none(shipped: History) -> None:
    table = shipped.records["consensus_forecast"]
    growth = table.filter(pl.col("indicator").is_in(["exports_yoy", "imports_yoy"]), currency="USD")
    for period in ("2026-02", "2026-04", "2026-07"):
        assert growth.filter(period=period)["forecast"].null_count() == 2
    february = table.filter(period="2026-02", indicator="exports_yoy", currency="USD")
    assert february.select("covers", "actual").row(0) == ("ytd", "21.8")


def test_forecast_balances_are_in_single_dollars(shipped: History) -> None:
    table = shipped.records["consensus_forecast"]
    balance = table.filter(period="2025-11", indicator="trade_balance", surveyor="dpa-AFX consensus")
    assert balance.select("unit", pl.col("forecast").cast(pl.Float64)).row(0) == ("USD", 100.2e9)


@pytest.mark.slow
def test_pages_of_commodities_ship_as_their_reader_reads_them(shared: Path, claims: pl.DataFrame) -> None:
    """Every figure of the kept pages of the English site, value and rounding, and none that they do not print."""
    kept = claims.filter(pl.col("release_id").str.contains("major_commodities_pages|exports_by_regime_2026_06"))
    read = []
    for path in sorted((shared / "gacc" / "raw" / "english_site_2025_2026").glob("*.html")):
        content = path.read_bytes()
        if "2025-06" in path.name:  # headings of May over figures of June, as another test holds
            content = content.replace(b">5<", b">6<").replace(b"1-5", b"1-6")
        payload = Payload(content, path.name)
        read.append(recognise(payload).read(payload).observations)
    assert len(read) == 10
    columns = ["period_end", "flow", "product_code", "measure", "basis", "definition", "currency", "unit"]

    def figures(frame: pl.DataFrame) -> pl.DataFrame:
        rounded = [pl.col("value").round_sig_figs(12), pl.col("precision").round_sig_figs(6)]
        return frame.select(*columns, *rounded).unique().sort(pl.all())

    assert figures(kept).equals(figures(pl.concat(read)))


def test_the_page_of_june_2025_has_figures_of_june(claims: pl.DataFrame) -> None:
    """Its headings say May. Quantities in the Chinese table of June are the same to the rounding, those of May are not."""
    page = claims.filter(pl.col("release_id").str.ends_with("exports_2025_06_usd"), measure="quantity")
    other = claims.filter(pl.col("release_id").str.contains("export_commodities_selected"), measure="quantity")
    key = ["product_code", "basis", "period_end"]
    both = page.join(other, on=key, suffix="_zh")
    assert both.height == 16 and both["product_code"].n_unique() == 8
    assert both.filter((pl.col("value") - pl.col("value_zh")).abs() > pl.col("precision") * 1.0001).is_empty()
