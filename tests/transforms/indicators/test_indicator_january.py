"""January as a difference: the preliminary release of March 2026 prints February and January-February."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.customs_pages import Cell, english
from tests.transforms.customs_products import total_preliminary
from transforms.indicators import Build
from transforms.indicators import january as j
from transforms.model import Payload, series_id
from warehouse.store import resolve

PRELIMINARY, BULLETIN = date(2026, 3, 10), date(2026, 3, 18)
# Bulletin table (5) of February 2026, USD 1,000: exports 299,877,987 and 656,577,613, imports 208,900,488 and 442,959,547;
# here as table (1) prints figures, in USD 100 million with one decimal; growth of the flows as that bulletin has it.
ROWS: list[list[Cell]] = [
    ["Total Export & Import", "5,087.8", "10,995.4", "-13.9", "27.7", "21.0"],
    ["Total Export", "2,998.8", "6,565.8", "-15.9", "39.6", "21.8"],
    ["Total Import", "2,089.0", "4,429.6", "-10.8", "13.8", "19.8"],
    ["Export-Import Balance", "909.8", "2,136.2", "-", "-", "-"],
]


def page() -> Payload:
    title = "(1) China's Total Export & Import Values, Feb 2026(in USD)"
    head: list[Cell] = [
        "Item",
        "2",
        "1-to-2",
        "Month-on-Month (±%)",
        "Year-on-Year (±%)",
        "1-to-2 Total Year-on-Year (±%)",
    ]
    return Payload(english(title, [[(title, 6, 1)], [("Unit: USD 100 Million", 6, 1)], head, *ROWS]), "page.html")


def claims(rows: pl.DataFrame, day: date, **change: object) -> pl.DataFrame:
    """Observations as a release that became public on a day."""
    return rows.with_columns(
        vintage_date=pl.lit(day), vintage_kind=pl.lit("observed"), release_id=pl.lit(str(day)),
        first_seen=pl.lit(day).cast(pl.Datetime("us")), **{name: pl.lit(value) for name, value in change.items()},
    )  # fmt: skip


@pytest.fixture
def february() -> pl.DataFrame:
    return claims(total_preliminary.read(page()).observations, PRELIMINARY)


@pytest.fixture
def bulletin(february: pl.DataFrame) -> pl.DataFrame:
    """January itself: exports of 356,654 USD m as printed later, on the day of the bulletin."""
    exports = february.filter(flow="export", basis="month", measure="value")
    return claims(exports, BULLETIN, period_end=date(2026, 1, 31), value=356.654e9, precision=5e5, obs_status="A")


def test_january_is_the_difference_with_both_roundings(february: pl.DataFrame) -> None:
    assert february.filter(period_end=date(2026, 1, 31)).is_empty(), "the page prints none"
    rows = j.january(Build(resolve(february)))
    exports = rows.filter(flow="export").row(0, named=True)
    assert exports["value"] == pytest.approx(356.7e9)
    assert exports["precision"] == pytest.approx(1e7), "half of 0.1 of USD 100 million, twice"
    assert abs(exports["value"] - (656_577_613 - 299_877_987) * 1e3) <= exports["precision"]
    assert (exports["period_end"], exports["vintage_date"]) == (date(2026, 1, 31), PRELIMINARY)
    assert (exports["dataset"], exports["measure"], exports["basis"], exports["unit"], exports["obs_status"]) == (
        "indicator", "trade_january_by_difference", "month", "USD", "E",
    )  # fmt: skip
    values = dict(rows.select("flow", pl.col("value").round()).iter_rows())
    assert values == {"total": 590.76e9, "export": 356.7e9, "import": 234.06e9, "balance": 122.64e9}, "no percents"


def test_the_printed_january_takes_its_place_and_is_no_revision(february: pl.DataFrame, bulletin: pl.DataFrame) -> None:
    vintages = resolve(pl.concat([february, bulletin]))
    assert vintages.filter(flow="export", basis="month", period_end=date(2026, 1, 31))["change"].to_list() == ["first"]
    mended = claims(february.filter(flow="export", basis="ytd", measure="value"), date(2026, 3, 20), value=657e9)
    for known in (vintages, resolve(pl.concat([february, bulletin, mended]))):
        exports = j.january(Build(known)).filter(flow="export")
        assert exports["vintage_date"].to_list() == [PRELIMINARY], "nothing from the day of the bulletin on"
    late = claims(february, BULLETIN)
    assert set(j.january(Build(resolve(pl.concat([late, bulletin]))))["flow"]) == {"total", "import", "balance"}


def test_a_mended_preliminary_page_is_another_vintage_of_it(february: pl.DataFrame) -> None:
    mended = claims(february.filter(flow="export", basis="ytd", measure="value"), date(2026, 3, 12), value=657e9)
    exports = j.january(Build(resolve(pl.concat([february, mended])))).filter(flow="export").sort("vintage_date")
    assert exports["value"].to_list() == pytest.approx([356.7e9, 357.12e9])


def test_a_table_of_the_year_after_and_the_bulletin_are_no_source_of_it(february: pl.DataFrame) -> None:
    restated = claims(february.filter(basis="ytd"), date(2027, 3, 9)).with_columns(value=pl.col("value") + 1e9)
    assert j.january(Build(resolve(pl.concat([february, restated])))).equals(j.january(Build(resolve(february))))
    assert j.january(Build(resolve(february.with_columns(obs_status=pl.lit("A"))))).is_empty()
    combined = february.filter(basis="ytd")  # 2020 to 2025: one column for both months
    assert j.january(Build(resolve(combined))).is_empty()


def test_quantities_have_their_unit(february: pl.DataFrame) -> None:
    steel = february.filter(flow="export", measure="value").with_columns(
        dataset=pl.lit("trade_by_commodity"), product_code=pl.lit("COMMODITY_STEEL"), measure=pl.lit("quantity"),
        currency=pl.lit("_"), unit=pl.lit("kg"), series_id=series_id(),
    )  # fmt: skip
    (row,) = j.january_quantity(Build(resolve(steel))).iter_rows(named=True)
    assert (row["unit"], row["currency"], row["product_code"]) == ("kg", "_", "COMMODITY_STEEL")
    assert j.january(Build(resolve(steel))).is_empty()
