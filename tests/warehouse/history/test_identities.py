"""What official figures satisfy among themselves, with the results found when they were collected.

Most of it is asked of the shipped figures in every run (expectations/history_customs.py); here is what is not: members of
groups, single figures, and what holds between the customs and others.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.warehouse.history.conftest import Pick
from transforms.areas import members

CNY_2024 = "gacc/by_partner_bulletin_cny_2024"
SELECTED = "gacc/by_partner_bulletin_cny_selected"


def worst(frame: pl.DataFrame, difference: pl.Expr) -> float:
    """Largest absolute difference; fails on an empty frame."""
    assert not frame.is_empty()
    found = frame.select(difference.abs().max()).item()
    assert found is not None
    return float(found)


@pytest.mark.slow
def test_members_make_groups_as_the_customs_counts_them(pick: Pick) -> None:
    """EU without the United Kingdom, ASEAN without Timor-Leste, APEC with goods re-imported by China in 2024."""
    rows = pick(CNY_2024, measure="value", basis="month").filter(pl.col("flow") != "total")
    checked = 0
    for (day, _), cell in rows.group_by("period_end", "flow"):
        assert isinstance(day, date)
        for group in ("EU", "ASEAN", "APEC"):
            whole = cell.filter(counterpart_area=group)["value"].item()
            parts = cell.filter(pl.col("counterpart_area").is_in(members(group, day)))["value"].sum()
            assert abs(parts - whole) <= 4e4, (group, day)
            checked += 1
    assert checked == 60


def test_published_growth_of_2025_differs_where_bases_or_members_moved(pick: Pick) -> None:
    cell = {"basis": "ytd", "flow": "import"}
    now = pick(SELECTED, **cell, period_end=date(2025, 12, 31))
    before = pick(CNY_2024, **cell, period_end=date(2024, 12, 31), measure="value")
    for area, printed, computed in (("HKG", 73.4, 71.6), ("APEC", 0.3, -6.9)):
        level = now.filter(counterpart_area=area, measure="value")["value"].item()
        base = before.filter(counterpart_area=area)["value"].item()
        assert now.filter(counterpart_area=area, measure="growth_yoy")["value"].item() == printed
        assert round((level / base - 1) * 100, 1) == computed


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


def test_industries_make_the_total_of_each_supplier(pick: Pick) -> None:
    """Duty and imports of 33 industries against the totals of the same copy, USD million with six places."""
    key = ["counterpart_area", "measure", "period_end"]
    made = pick("context/us_imports_by_industry").group_by(key).agg(pl.col("value").sum())
    both = made.join(pick("context/us_imports_for_consumption"), on=key, suffix="_total")
    assert both.height == made.height == 9 * 35 * 2
    assert worst(both, pl.col("value") - pl.col("value_total")) < 0.6


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


def test_partners_of_2025_add_up_and_continue_each_other(pick: Pick) -> None:
    """Exports and imports make each total; a year to date continues the one before but where the members of a group moved.

    In March APEC loses what came back to China in January and February, 118.7 bn yuan of imports; in October the year to date
    of ASEAN gains Timor-Leste from January on: 1.16 bn of exports (0.19 bn dollars in January to September 2024).
    """
    block = pick("gacc/by_partner_bulletin_cny_2025", measure="value")
    wide = block.pivot("flow", index=["counterpart_area", "basis", "period_end"], values="value")
    assert wide.height == 112 * 2 and worst(wide, pl.col("export") + pl.col("import") - pl.col("total")) < 2.0
    level = {
        row[:4]: row[4]
        for row in block.select("counterpart_area", "flow", "basis", pl.col("period_end").dt.month(), "value").rows()
    }
    jumps = {
        (area, flow, month): value - level[area, flow, "ytd", month - 1] - level[area, flow, "month", month]
        for (area, flow, basis, month), value in level.items()
        if basis == "ytd" and (area, flow, "ytd", month - 1) in level
    }
    moved = {key: jump for key, jump in jumps.items() if abs(jump) > 0.0012 * level[key[0], key[1], "ytd", key[2]]}
    assert moved["APEC", "import", 3] == pytest.approx(-118.7e9, rel=0.005)
    assert jumps["ASEAN", "export", 10] == pytest.approx(1.16e9, rel=0.01)
    assert not {area for area, *_ in moved} & {"WORLD", "ASIA", "EU", "ASEAN", "JPN", "IND"}


def test_november_2025_is_the_same_in_two_copies(pick: Pick) -> None:
    key = ["counterpart_area", "flow", "basis", "period_end", "measure"]
    exact, rounded = (pick(f"gacc/by_partner_bulletin_cny_{name}") for name in ("2025", "selected_rounded"))
    both = exact.join(rounded, on=key, suffix="_rounded")
    assert both.height >= 12
    assert both.filter((pl.col("value") - pl.col("value_rounded")).abs() > pl.col("precision_rounded")).is_empty()
