"""What official figures must satisfy among themselves, with the results stated when they were collected.

The checks are those of section 2 of the two READMEs of the collection (customs, context).
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.warehouse.history.conftest import Pick
from transforms.areas import members, names

CNY_2024, USD_2024_09 = "gacc/by_partner_bulletin_cny_2024", "gacc/by_partner_bulletin_usd_2024_09"
SELECTED = "gacc/by_partner_bulletin_cny_selected"
CELL = ["period_end", "flow", "basis"]


def worst(frame: pl.DataFrame, difference: pl.Expr) -> float:
    """Largest absolute difference; fails on an empty frame."""
    assert not frame.is_empty()
    found = frame.select(difference.abs().max()).item()
    assert found is not None
    return float(found)


SUM = pl.col("export") + pl.col("import") - pl.col("total")
BALANCE = pl.col("export") - pl.col("import") - pl.col("balance")


def test_exports_and_imports_make_total_and_balance_in_usd(wide: Pick) -> None:
    months = wide("gacc/totals_usd_2021_2026")
    assert months.height == 63
    assert worst(months, SUM) <= 0.015 * 1e8
    assert worst(months, BALANCE) <= 0.015 * 1e8


def test_exports_and_imports_make_total_and_balance_in_rmb(wide: Pick) -> None:
    cells = wide("gacc/totals_cny_2023_2024")
    assert cells.height == 48  # 24 months and 24 years to date
    assert worst(cells, SUM) <= 1e8
    assert worst(cells, BALANCE) <= 1e8


def test_year_to_date_is_the_running_sum_where_the_bulletin_restates_all_months(pick: Pick) -> None:
    cells = pick("gacc/totals_cny_2023_2024").sort("period_end")
    months = cells.filter(basis="month").with_columns(
        running=pl.col("value").cum_sum().over("flow", pl.col("period_end").dt.year())
    )
    both = months.join(cells.filter(basis="ytd"), on=["flow", "period_end"], suffix="_ytd")
    assert both.height == 96
    gap = pl.col("running") - pl.col("value_ytd")
    assert worst(both.filter(pl.col("flow") != "balance"), gap) <= 1e8
    assert worst(both.filter(flow="balance"), gap) <= 2e8  # rounded exports less rounded imports


@pytest.mark.parametrize(
    ("block", "rows", "both", "last_place"),
    [
        (SELECTED, 206, 198, 1),
        (f"{SELECTED}_rounded", 24, 24, 1e4),
        ("gacc/by_partner_preliminary_cny", 90, 90, 1e7),
        (CNY_2024, 5214, 4913, 1e4),
        (USD_2024_09, 526, 502, 1e3),
    ],
)
def test_partner_rows_add_up(wide: Pick, block: str, rows: int, both: int, last_place: float) -> None:
    cells = wide(block, measure="value")
    assert cells.height == rows
    complete = cells.drop_nulls(["export", "import", "total"])
    assert complete.height == both
    assert worst(complete, SUM) <= last_place


def with_continent(pick: Pick, block: str) -> pl.DataFrame:
    """Exports and imports: goods re-imported by China, a partner of Asia, are in no total."""
    rows = pick(block, measure="value").filter(pl.col("flow") != "total")
    return rows.join(names(), left_on="counterpart_area", right_on="code")


@pytest.mark.parametrize(("block", "unit", "cells"), [(CNY_2024, 1e4, 120), (USD_2024_09, 1e3, 12)])
def test_countries_make_continents_so_the_restored_names_hold(pick: Pick, block: str, unit: float, cells: int) -> None:
    rows = with_continent(pick, block)
    parts = rows.group_by(*CELL, "continent").agg(parts=pl.col("value").sum())
    whole = rows.filter(pl.col("counterpart_area").is_in(parts["continent"].drop_nulls().unique().to_list()))
    both = whole.select(*CELL, "value", continent="counterpart_area").join(parts, on=[*CELL, "continent"])
    assert both.filter(basis="month").height == cells
    gap = (pl.col("parts") - pl.col("value")) / unit
    assert worst(both.filter(basis="month"), gap) <= 6
    to_date = both.filter(basis="ytd").select(gap)["parts"]
    assert to_date.max() <= 4  # never more than printed: a partner without trade this month has no row,
    assert to_date.min() == {1e4: -602, 1e3: -215}[unit]  # though it counts in the continent's year to date


@pytest.mark.parametrize(("block", "unit"), [(CNY_2024, 1e4), (USD_2024_09, 1e3)])
def test_continents_make_the_world(pick: Pick, block: str, unit: float) -> None:
    rows = with_continent(pick, block)
    continents = [*rows["continent"].drop_nulls().unique(), "UNKNOWN"]
    parts = rows.filter(pl.col("counterpart_area").is_in(continents)).group_by(CELL).agg(parts=pl.col("value").sum())
    both = rows.filter(counterpart_area="WORLD").join(parts, on=CELL)
    assert both.height == {1e4: 40, 1e3: 4}[unit]
    assert worst(both, (pl.col("parts") - pl.col("value")) / unit) <= 73


def test_members_make_groups_as_the_customs_counts_them(pick: Pick) -> None:
    """EU without the United Kingdom, ASEAN without Timor-Leste, APEC with goods re-imported by China in 2024."""
    rows = with_continent(pick, CNY_2024).filter(basis="month")
    checked = 0
    for (day, _), cell in rows.group_by("period_end", "flow"):
        assert isinstance(day, date)
        for group in ("EU", "ASEAN", "APEC"):
            whole = cell.filter(counterpart_area=group)["value"].item()
            parts = cell.filter(pl.col("counterpart_area").is_in(members(group, day)))["value"].sum()
            assert abs(parts - whole) <= 4e4, (group, day)
            checked += 1
    assert checked == 60


def test_year_to_date_less_the_last_one_is_this_month_only_before_revisions(pick: Pick) -> None:
    rows = pick(CNY_2024, measure="value").with_columns(month=pl.col("period_end").dt.month())

    def broken(month: int) -> tuple[int, int]:
        key = ["counterpart_area", "flow"]
        to_date = rows.filter(basis="ytd")
        both = (
            rows.filter(basis="month", month=month)
            .join(to_date.filter(month=month).select(*key, now="value"), on=key)
            .join(to_date.filter(month=month - 1).select(*key, before="value"), on=key)
        )
        gap = (pl.col("now") - pl.col("before") - pl.col("value")).abs()
        return both.height, both.filter(gap > 1.5e4).height

    assert broken(2) == (739, 0)
    for month in (5, 6, 7, 8, 11, 12):
        rows_checked, failing = broken(month)
        assert failing > rows_checked / 2, month


def test_regimes_make_the_total(pick: Pick) -> None:
    rows = pick("gacc/by_regime_bulletin_usd", measure="value")
    parts = rows.filter(dataset="trade_by_regime").group_by(CELL).agg(parts=pl.col("value").sum())
    both = rows.filter(dataset="trade_total").join(parts, on=CELL)
    assert both.height == 8  # October 2019 and February 2026: two flows, month and year to date
    assert worst(both, pl.col("parts") - pl.col("value")) <= 2000


def test_two_independent_copies_of_the_bulletin_agree_after_rounding(pick: Pick) -> None:
    key = [*CELL, "counterpart_area", "measure"]
    for block, rows in ((SELECTED, 36), (f"{SELECTED}_rounded", 45)):
        days = [date(2024, 1, 31), date(2024, 11, 30)]
        copy = pick(block).filter(pl.col("period_end").is_in(days))
        both = copy.join(pick(CNY_2024), on=key, suffix="_other")
        assert both.height == copy.height == rows
        gap = (pl.col("value") - pl.col("value_other")).abs() - pl.col("precision") - pl.col("precision_other")
        assert both.select(gap.max()).item() <= 1e-6


def test_exports_to_the_united_states_agree_across_sources(pick: Pick) -> None:
    us = {"counterpart_area": "USA", "flow": "export", "basis": "month", "measure": "value"}
    september = date(2024, 9, 30)
    deck = pick("gacc/exports_to_us_usd", **us, period_end=september)["value"].item()
    assert deck == 47_015_100_000
    assert abs(deck - pick(USD_2024_09, **us, period_end=september)["value"].item()) <= 5000
    year = pick("gacc/exports_to_us_usd", measure="value").filter(pl.col("period_end").dt.year() == 2025)
    assert round(year["value"].sum() / 1e6) == 420_256  # 420,050 published for the year: first prints


def yoy(values: pl.DataFrame) -> pl.DataFrame:
    """period_end and growth in percent computed from a frame of period_end and value."""
    earlier = values.select(pl.col("period_end").dt.offset_by("1y").dt.month_end(), before="value")
    return values.join(earlier, on="period_end").select(
        "period_end", computed=(pl.col("value") / pl.col("before") - 1) * 100
    )


def test_growth_of_exports_to_the_united_states_follows_from_the_levels(pick: Pick) -> None:
    levels = pick("gacc/exports_to_us_usd", measure="value").select("period_end", "value")
    printed = pick("gacc/exports_to_us_usd", measure="growth_yoy").join(yoy(levels), on="period_end")
    assert printed.height == 18
    assert worst(printed, pl.col("computed") - pl.col("value")) <= 0.02


def test_old_growth_stayed_at_first_print_in_fifteen_months(pick: Pick) -> None:
    mirror = pick("gacc/totals_usd_mirror", flow="export", basis="month", vintage_date=date(2026, 8, 11))
    levels = mirror.filter(measure="value").select("period_end", "value")
    printed = mirror.filter(measure="growth_yoy").join(yoy(levels), on="period_end")
    off = printed.filter((pl.col("computed") - pl.col("value")).abs() > 0.35)
    assert off.height == 15
    december = off.filter(period_end=date(2022, 12, 31))
    assert (december["value"].item(), round(december["computed"].item(), 1)) == (-9.9, -12.6)


def test_published_growth_of_2025_differs_where_bases_or_members_moved(pick: Pick) -> None:
    cell = {"basis": "ytd", "flow": "import"}
    now = pick(SELECTED, **cell, period_end=date(2025, 12, 31))
    before = pick(CNY_2024, **cell, period_end=date(2024, 12, 31), measure="value")
    for area, printed, computed in (("HKG", 73.4, 71.6), ("APEC", 0.3, -6.9)):
        level = now.filter(counterpart_area=area, measure="value")["value"].item()
        base = before.filter(counterpart_area=area)["value"].item()
        assert now.filter(counterpart_area=area, measure="growth_yoy")["value"].item() == printed
        assert round((level / base - 1) * 100, 1) == computed


def test_china_as_a_partner_has_imports_only(pick: Pick) -> None:
    december = pick(SELECTED, counterpart_area="CHN", period_end=date(2025, 12, 31), measure="value", basis="month")
    assert december["flow"].to_list() == ["import"]
    assert 90e9 < december["value"][0] < 91e9


def test_the_real_effective_rate_is_two_vintages_never_spliced(pick: Pick) -> None:
    index = pick("context/effective_exchange_rate", product_code="REER_BROAD")
    spread = index.pivot("vintage_date", index="period_end", values="value").drop_nulls()
    old, new = (pl.col(str(day)) for day in sorted(index["vintage_date"].unique()))
    assert spread.height == 369
    assert round(worst(spread, new - old), 2) == 2.41
    late = spread.filter(pl.col("period_end") >= date(2022, 1, 1))
    assert round(late.select((new - old).abs().mean()).item(), 1) == 1.0


def test_two_measures_of_us_imports_are_two_series(pick: Pick) -> None:
    key = ["counterpart_area", "period_end"]
    consumed = pick("context/us_imports_for_consumption", measure="value")
    both = consumed.join(pick("context/us_general_imports"), on=key, suffix="_general")
    gap = both.with_columns(gap=(pl.col("value") / pl.col("value_general") - 1) * 100)
    mean = {area: gap.filter(counterpart_area=area)["gap"].mean() for area in ("CHN", "EU")}
    assert {area: round(value, 1) for area, value in mean.items()} == {"CHN": -0.8, "EU": -3.5}  # type: ignore[arg-type]
    assert 7.7 < worst(gap.filter(counterpart_area="CHN"), pl.col("gap")) < 7.8


@pytest.mark.parametrize(("year", "exports", "imports", "gap"), [(2024, 524.3, 438.7, -16), (2025, 420.3, 308.4, -27)])
def test_the_mirror_gap_with_the_united_states(pick: Pick, year: int, exports: float, imports: float, gap: int) -> None:
    def total(block: str, area: str) -> float:
        found = pick(block, counterpart_area=area, measure="value").filter(pl.col("period_end").dt.year() == year)
        assert found.height == 12
        return float(found["value"].sum()) / 1e9

    chinese, american = total("gacc/exports_to_us_usd", "USA"), total("context/us_general_imports", "CHN")
    assert (round(chinese, 1), round(american, 1)) == (exports, imports)
    assert round((american / chinese - 1) * 100) == gap


def test_first_prints_of_two_calendars_agree(pick: Pick, shipped: object) -> None:
    """Actuals of the consensus calendar against growth by release day: 46 overlapping figures, all equal."""
    calendar = shipped.records["consensus_forecast"].filter(  # type: ignore[attr-defined]
        pl.col("indicator").is_in(["exports_yoy", "imports_yoy"]), currency="USD"
    )
    prints = pick("gacc/growth_usd_first_prints").select(
        pl.col("vintage_date").dt.to_string("%Y-%m-%d").alias("release_date"),
        pl.concat_str("flow", pl.lit("s_yoy")).alias("indicator"),
        "value",
    )
    both = calendar.filter(pl.col("actual").is_not_null()).join(prints, on=["release_date", "indicator"])
    assert both.height == 46
    assert both.filter(pl.col("actual").cast(pl.Float64) != pl.col("value")).is_empty()
