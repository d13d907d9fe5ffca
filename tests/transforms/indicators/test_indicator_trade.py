"""Trade indicators on official figures; expected values are computed by hand beside them."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.indicators import CATALOG, Build, described
from transforms.indicators import balances as b
from transforms.indicators import shares as s
from transforms.indicators import trade as t

# GACC preliminary table (1): pages of 2024-12-11 and 2026-01-14; press of 2025-12-08 and 2025-01-13.
HEADLINES = [
    ("2024-11", "2024-12-11", "export", "ytd", 3240.71),
    ("2024-11", "2024-12-11", "import", "ytd", 2356.03),
    ("2024-11", "2024-12-11", "export", "month", 312.31),
    ("2024-11", "2024-12-11", "import", "month", 214.87),
    ("2024-12", "2025-01-13", "balance", "year", 992.0),
    ("2025-11", "2025-12-08", "export", "month", 330.3),
    ("2025-11", "2025-12-08", "import", "month", 218.6),
    ("2025-11", "2025-12-08", "balance", "month", 111.68),
    ("2025-11", "2025-12-08", "balance", "ytd", 1080.0),
    ("2025-12", "2026-01-14", "export", "month", 357.78),
    ("2025-12", "2026-01-14", "import", "month", 243.64),
    ("2025-12", "2026-01-14", "balance", "ytd", 1188.98),
]


def test_balance_is_exports_minus_imports_of_one_currency(trade, known) -> None:
    frame = trade(HEADLINES)
    result = b.balance(Build(frame))
    assert known(result, "2025-11", "2025-12-08", basis="month") == pytest.approx(111.7e9)  # 330.3 - 218.6
    assert known(result, "2024-11", "2025-12-08", basis="ytd") == pytest.approx(884.68e9)  # 3,240.71 - 2,356.03
    assert known(result, "2025-12", "2026-01-13", basis="month") is None
    assert result["unit"].unique().to_list() == ["USD"]


def test_dollars_and_yuan_never_meet(trade) -> None:
    dollars = trade([("2025-11", "2025-12-08", "export", "ytd", 3413.0)])
    yuan = trade([("2025-11", "2025-12-08", "import", "ytd", 16750.0)], currency="CNY", unit="CNY")
    assert b.balance(Build(pl.concat([dollars, yuan]))).is_empty()


def test_twelve_months_from_printed_years_to_date(trade, known) -> None:
    result = b.balance_12m(Build(trade(HEADLINES)))
    assert known(result, "2025-11", "2025-12-08") == pytest.approx((1080 + 992 - 884.68) * 1e9)  # 1,187.32
    assert known(result, "2025-12", "2026-01-14") == pytest.approx(1188.98e9)  # December is the year itself


def test_the_combined_january_february_release_is_enough_for_the_year_to_date(trade, known) -> None:
    # Balances printed for January-February 2025 (170.52) and each month to June: official calendar figures.
    rows = [
        ("2025-02", "2025-03-07", "balance", "ytd", 170.52),
        ("2025-03", "2025-04-14", "balance", "month", 102.64),
        ("2025-04", "2025-05-09", "balance", "month", 96.18),
    ]
    ytd = b.ytd_balance(Build(trade(rows)))
    assert known(ytd.with_columns(measure=pl.lit("x")), "2025-04", "2025-05-09") == pytest.approx(369.34e9)
    assert ytd.filter(pl.col("period_end").dt.month() == 1).is_empty()


def test_year_to_date_summed_from_single_months_needs_all_of_them(trade, known) -> None:
    # GACC 2024, USD 100 m: 836.95, 409.84, 585.78 = 1,832.57
    rows = [
        ("2024-01", "2024-03-18", "balance", "month", 83.695),
        ("2024-02", "2024-03-18", "balance", "month", 40.984),
        ("2024-03", "2024-04-18", "balance", "month", 58.578),
        ("2024-05", "2024-06-18", "balance", "month", 81.396),
    ]
    ytd = b.ytd_balance(Build(trade(rows))).with_columns(measure=pl.lit("x"))
    assert known(ytd, "2024-03", "2024-04-18") == pytest.approx(183.257e9)
    assert known(ytd, "2024-03", "2024-04-17") is None
    assert known(ytd, "2024-05", "2024-06-18") is None


def test_computed_growth_uses_the_levels_of_the_day_and_stays_apart_from_the_published(trade, known) -> None:
    frame = trade([*HEADLINES, ("2024-11", "2026-01-18", "export", "month", 311.877)])
    growth = t.growth_computed(Build(frame))
    look = {"flow": "export", "basis": "month"}
    assert known(growth, "2025-11", "2025-12-08", **look) == pytest.approx(5.76, abs=0.005)  # 330.3 / 312.31
    # the base alone was revised
    assert known(growth, "2025-11", "2026-01-18", **look) == pytest.approx(5.76, abs=0.005)
    anew = pl.concat([frame, trade([("2025-11", "2026-02-18", "export", "month", 330.35)])])
    later = known(t.growth_computed(Build(anew)), "2025-11", "2026-02-18", **look)
    assert later == pytest.approx(5.923, abs=0.005)  # 330.35 / 311.877
    printed = trade([("2025-11", "2025-12-08", "export", "month", 5.9)], measure="growth_yoy", unit="percent")
    gap = t.published_minus_computed(Build(pl.concat([frame, printed])))
    assert known(gap, "2025-11", "2025-12-08") == pytest.approx(0.14, abs=0.005)
    assert known(gap, "2025-11", "2026-01-18") == pytest.approx(0.14, abs=0.005)


def test_january_and_february_are_compared_together(trade, known) -> None:
    # GACC 2024 and 2025, exports in USD 100 m: Jan 3,062.24 and 3,242.82, Feb 2,216.59 and 2,147.77.
    rows = [
        ("2024-01", "2024-03-18", "export", "month", 306.224),
        ("2024-02", "2024-03-18", "export", "month", 221.659),
        ("2024-02", "2024-03-18", "export", "ytd", 527.883),
        ("2025-01", "2025-03-18", "export", "month", 324.282),
        ("2025-02", "2025-03-18", "export", "month", 214.777),
        ("2025-02", "2025-03-18", "export", "ytd", 539.059),
    ]
    alike = t.growth_like_with_like(Build(trade(rows)))
    assert alike["period_end"].dt.month().to_list() == [2]
    assert known(alike, "2025-02", "2025-03-18") == pytest.approx(2.117, abs=0.001)  # 539.059 / 527.883
    single = t.growth_computed(Build(trade(rows)))
    assert known(single, "2025-02", "2025-03-18", basis="month") == pytest.approx(-3.105, abs=0.001)
    months = trade([row for row in rows if row[3] == "month"])  # where no sum is printed, both months are added
    assert known(t.growth_like_with_like(Build(months)), "2025-02", "2025-03-18") == pytest.approx(2.117, abs=0.001)


def partners(trade) -> pl.DataFrame:
    """Exports of November to the United States (33.8 first print, 47.309 in 2024) beside the total."""
    columns = "period vintage counterpart_area flow basis value"
    us = [
        ("2024-11", "2024-12-18", "USA", "export", "month", 47.30939),
        ("2025-11", "2025-12-08", "USA", "export", "month", 33.8),
    ]
    return pl.concat([trade(HEADLINES), trade(us, columns, dataset="trade_by_partner")])


def test_share_and_contribution_of_the_united_states_in_november_2025(trade, known) -> None:
    frame = partners(trade)
    assert known(s.partner_share(Build(frame)), "2025-11", "2025-12-08") == pytest.approx(
        10.233, abs=0.001
    )  # 33.8 / 330.3
    points = known(s.partner_contribution(Build(frame)), "2025-11", "2025-12-08")
    assert points == pytest.approx(-4.326, abs=0.001)  # (33.8 - 47.30939) / 312.31
    growth = known(t.growth_computed(Build(frame)), "2025-11", "2025-12-08", counterpart_area="USA")
    assert growth == pytest.approx(-28.56, abs=0.005)


def test_no_growth_of_a_group_across_a_change_of_its_members(trade) -> None:
    # Timor-Leste counts in ASEAN from October 2025; nobody prints who counts in Belt and Road.
    columns = "period vintage counterpart_area flow basis value"
    rows = [
        (f"{y}-{m}", f"{y + 1}-01-18", code, "export", "month", 50.0)
        for y in (2024, 2025)
        for m in ("09", "10")
        for code in ("ASEAN", "BRI", "VNM")
    ]
    growth = t.growth_computed(Build(trade(rows, columns, dataset="trade_by_partner")))
    cells = {(row[0], row[1].month) for row in growth.select("counterpart_area", "period_end").iter_rows()}
    assert cells == {("ASEAN", 9), ("VNM", 9), ("VNM", 10)}


@pytest.mark.slow
def test_a_starred_row_is_added_to_nothing(trade) -> None:
    """It overlaps other rows: what is said of these and of the total is the same with it and without it."""
    columns = "period vintage product_code flow basis value"
    goods = [
        (f"{year}-11", f"{year}-12-18", code, "export", "month", 5.0 + year - 2024)
        for year in (2024, 2025)
        for code in ("COMMODITY_STEEL", "COMMODITY_MECHANICAL_ELECTRICAL")
    ]
    frame = pl.concat([trade(HEADLINES), trade(goods, columns, dataset="trade_by_commodity")])
    starred = pl.col("product_code").str.contains("MECHANICAL")
    goods_too = [i for i in CATALOG if any("trade_by_commodity" in str(x.get("dataset")) for x in described(i.inputs))]
    whole, without = (pl.concat([make(Build(f)) for make in goods_too]) for f in (frame, frame.filter(~starred)))
    assert whole.filter(starred).height and whole.filter(pl.col("product_code") == "COMMODITY_STEEL").height
    assert whole.filter(~starred).equals(without)
