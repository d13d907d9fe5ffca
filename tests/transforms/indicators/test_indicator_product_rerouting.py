"""Rerouting by product: by hand on figures of the Census Bureau, on both ends, and the event study on a made path."""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from tests.transforms.indicators import plain
from tests.transforms.indicators.plain.rows import Past as Rows
from transforms.indicators import Build, event_study, mirror
from transforms.indicators import product_rerouting as p
from transforms.indicators.query_rises import GOODS
from transforms.indicators.rerouting import offset_contribution
from transforms.periods import period_end

COLUMNS = "period vintage counterpart_area value"
DAY = "2026-02-04"
IMPORTS = {"dataset": "mirror_trade", "ref_area": "USA", "flow": "import", "basis": "month",
           "definition": "IMPORTS_FOR_CONSUMPTION"}  # fmt: skip


def quarter(area: str, then: float, now: float) -> list[tuple[str, str, str, float]]:
    """Months of the third quarters of 2024 and 2025, a third of the quarter each, USD bn."""
    return [(f"{year}-{month:02}", DAY, area, value / 3) for year, value in ((2024, then), (2025, now)) for month in (7, 8, 9)]  # fmt: skip


def imports(trade, rows, **more) -> pl.DataFrame:
    return trade(rows, COLUMNS, **(IMPORTS | more))


def test_what_a_supplier_may_have_replaced(trade, known) -> None:
    """Computers: China 30 to 20, Viet Nam 8 to 14 (6 of 10), Mexico 10 to 30 (10 of 10), Thailand 5 to 4 (nothing)."""
    rows = (
        quarter("CHN", 30.0, 20.0) + quarter("VNM", 8.0, 14.0) + quarter("MEX", 10.0, 30.0) + quarter("THA", 5.0, 4.0)
    )
    found = p.replaced(Build(imports(trade, rows, product_code="NAICS_334")))
    value = {area: known(found, "2025-09", DAY, counterpart_area=area) for area in ("VNM", "MEX", "THA", "CHN")}
    assert value["VNM"] == pytest.approx(6e9) and value["MEX"] == pytest.approx(10e9)
    assert value["THA"] == 0 and value["CHN"] is None
    missing = [row for row in rows if row[:3] != ("2025-08", DAY, "VNM")]
    found = p.replaced(Build(imports(trade, missing, product_code="NAICS_334")))
    assert known(found, "2025-09", DAY, counterpart_area="VNM") is None, "a quarter without a month is none"


def test_the_share_over_products_and_what_it_rests_on(trade, known) -> None:
    """Two products: China loses 10 and 4, gains 2 in a third; Viet Nam may have replaced 6 and 1: 7 of 14."""
    lost = {"NAICS_334": (30.0, 20.0, 8.0, 14.0), "NAICS_316": (9.0, 5.0, 3.0, 4.0), "NAICS_325": (1.0, 3.0, 1.0, 5.0)}
    frames = [imports(trade, quarter("CHN", *v[:2]) + quarter("VNM", *v[2:]), product_code=k) for k, v in lost.items()]
    total = imports(trade, quarter("VNM", 20.0, 46.0))
    build = Build(pl.concat([*frames, total]))
    look = {"counterpart_area": "VNM", "product_code": "NAICS"}
    assert known(p.replaced_share(build), "2025-09", DAY, **look) == pytest.approx(50.0)
    assert known(p.product_coverage(build), "2025-09", DAY, **look) == pytest.approx(100 * (14 + 4 + 5) / 46)


def test_the_bound_takes_both_ends_of_one_product(trade, known) -> None:
    """Integrated circuits: China to Viet Nam 2 to 5 as Viet Nam counts, Viet Nam to the United States 1 to 2.5."""
    way_in = imports(
        trade, quarter("CHN", 2.0, 5.0), ref_area="VNM", definition="COMTRADE_CIF", product_code="HS_854231"
    )
    way_out = imports(trade, quarter("VNM", 1.0, 2.5), product_code="HS_854231")
    other = imports(trade, quarter("VNM", 1.0, 9.0), product_code="HS_851713")
    found = p.bound(Build(pl.concat([way_in, way_out, other])))
    assert found["product_code"].unique().to_list() == ["HS_854231"]
    label = "COMTRADE_CIF_TO_IMPORTS_FOR_CONSUMPTION"
    assert known(found, "2025-09", DAY, definition=label) == pytest.approx(1.5e9)


def downloaded(*rows: tuple[str, str, float, str]) -> pl.DataFrame:
    """Exports to Viet Nam as downloads of the query hold them: month, code, USD bn, day of the download."""
    made = [(period_end(month), "VNM", code, value * 1e9, date.fromisoformat(day), "observed", f"query {day}",
             datetime.fromisoformat(day), day) for month, code, value, day in rows]  # fmt: skip
    return pl.DataFrame(made, schema=GOODS, orient="row")


def test_six_digits_are_added_up_from_eight_where_both_quarters_hold_the_same_codes(trade, known) -> None:
    """Two codes rise by 1 and 0.5 a quarter; once one of them is asked for in one year alone nothing can be compared."""
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in (7, 8, 9)]
    both = [(m, code, (0.5 if code.endswith("10") else 0.25) * (2 if m > "2025" else 1), "2025-10-20")
            for m in months for code in ("85423110", "85423190")]  # fmt: skip
    more = [("2025-08", "85423120", 0.1, "2025-11-20")]
    way_out = imports(trade, quarter("VNM", 1.0, 9.0), product_code="HS_854231")
    look = {"definition": "CHINA_CUSTOMS_QUERY_TO_IMPORTS_FOR_CONSUMPTION", "product_code": "HS_854231"}
    found = p.bound(Build(way_out, {"customs_microdata": downloaded(*both, *more)}))
    assert known(found, "2025-09", "2025-11-19", **look) is None, "the way out was told on DAY"
    whole = p.bound(Build(way_out, {"customs_microdata": downloaded(*both)}))
    assert known(whole, "2025-09", DAY, **look) == pytest.approx(2.25e9)
    assert known(found, "2025-09", DAY, **look) is None
    revised = downloaded(*both, ("2025-07", "85423110", 0.8, "2025-12-20"))
    again = p.bound(Build(way_out, {"customs_microdata": revised}))
    assert known(again, "2025-09", DAY, **look) == pytest.approx(2.05e9), "the newest download of a row counts"
    for rows in (both, [*both, *more], [*both, ("2025-07", "85423110", 0.8, "2025-12-20")]):
        own = downloaded(*rows)
        words = way_out.with_columns(change=pl.lit("first")).to_dicts()
        loops = list(
            plain.rerouting.rerouting_bound(Rows(words, date(2026, 3, 1), {"customs_microdata": own.to_dicts()}))
        )
        made = p.bound(Build(way_out, {"customs_microdata": own})).drop_nulls("value")
        assert [value for _, _, value in loops] == pytest.approx(made["value"].to_list())


def test_a_bound_ends_when_one_of_its_ends_is_withdrawn(trade, known) -> None:
    way_in = imports(
        trade, quarter("CHN", 2.0, 5.0), ref_area="VNM", definition="COMTRADE_CIF", product_code="HS_854231"
    )
    way_out = imports(trade, quarter("VNM", 1.0, 2.5), product_code="HS_854231")
    later = date.fromisoformat(DAY) + timedelta(days=30)
    gone = way_out.filter(pl.col("period_end") == date(2025, 9, 30)).with_columns(
        value=pl.lit(None, pl.Float64), vintage_date=pl.lit(later)
    )
    found = p.bound(Build(pl.concat([way_in, way_out, gone])))
    told = [known(found, "2025-09", str(day), product_code="HS_854231") for day in (DAY, later)]
    assert told == [pytest.approx(1.5e9), None]


def test_the_contribution_form_stays_small_where_the_loss_is(trade, known) -> None:
    """GACC, November 2025: elsewhere 31.49939 more, on 312.31 a year earlier; with the market's own it is all growth."""
    world = trade([("2024-11", "2024-12-10", "WORLD", 312.31), ("2025-11", "2025-12-08", "WORLD", 330.3)], COLUMNS,
                  flow="export", basis="month")  # fmt: skip
    usa = trade([("2024-11", "2024-12-18", "USA", 47.30939), ("2025-11", "2025-12-08", "USA", 33.8)], COLUMNS,
                flow="export", basis="month", dataset="trade_by_partner")  # fmt: skip
    points = known(offset_contribution(Build(pl.concat([world, usa]))), "2025-11", "2025-12-08")
    assert points == pytest.approx(10.0859, abs=0.0001)
    assert points - 100 * 13.50939 / 312.31 == pytest.approx((330.3 / 312.31 - 1) * 100)


def test_freight_is_taken_out_of_cif_alone(trade, known) -> None:
    """106 c.i.f. against 100 is no gap; 106 of customs value is one of six."""
    exports = trade([("2025-07", DAY, "VNM", 100.0), ("2025-07", DAY, "USA", 100.0)], COLUMNS, flow="export",
                    basis="month", dataset="trade_by_partner")  # fmt: skip
    theirs = pl.concat([
        imports(trade, [("2025-07", DAY, "CHN", 106.0)], ref_area="VNM", definition="COMTRADE_CIF"),
        imports(trade, [("2025-07", DAY, "CHN", 106.0)], definition="GENERAL_IMPORTS"),
    ])  # fmt: skip
    gap = mirror.gap_without_freight(Build(pl.concat([exports, theirs])))
    assert known(gap, "2025-07", DAY, counterpart_area="VNM", basis="month") == pytest.approx(0.0, abs=1e-9)
    assert known(gap, "2025-07", DAY, counterpart_area="USA", basis="month") == pytest.approx(6.0)


def test_the_share_of_china_in_the_imports_of_the_union(trade, known) -> None:
    """Of its trade with others, 200; that with its own members is no import of the Union."""
    rows = [("2025-07", DAY, "CHN", 45.0), ("2025-07", DAY, "EXTRA_EU", 200.0), ("2025-07", DAY, "WORLD", 600.0)]
    frame = imports(trade, rows, ref_area="EU", definition="COMEXT", currency="EUR", unit="EUR")
    assert known(mirror.import_share(Build(frame)), "2025-07", DAY, counterpart_area="CHN", basis="month") == 22.5


def test_growth_after_an_event_is_held_against_the_two_years_before(trade, known) -> None:
    """Usual growth alternates between 1 and -1 log points, from April 2025 on it is 10: ten, and 10 / (s / sqrt(3))."""
    months = [(2022 + i // 12, i % 12 + 1) for i in range(3 * 12 + 7)]
    start = next(i for i, month in enumerate(months) if month == (2025, 4))
    level: list[float] = []
    for i in range(len(months)):
        change = 0.0 if i < 12 else (10.0 if i >= start else 1.0 if i % 2 else -1.0)
        level.append((level[i - 12] if i >= 12 else 10.0) * math.exp(change / 100))
    rows = [(f"{y}-{m:02}", DAY, "VNM", level[i]) for i, (y, m) in enumerate(months)]
    rows += [(f"{y}-{m:02}", DAY, "CHN", 40.0) for y, m in months]
    rows += [(f"{y}-{m:02}", DAY, "WORLD", 100.0 + 40.0 + level[i]) for i, (y, m) in enumerate(months)]
    build = Build(imports(trade, rows))
    look = {"counterpart_area": "VNM", "definition": "TARIFFS_2025_04_IMPORTS_FOR_CONSUMPTION"}
    assert known(event_study.abnormal_growth(build), "2025-06", DAY, **look) == pytest.approx(10.0)
    spread = math.sqrt(24 / 23)  # of twelve ones and twelve minus ones
    ratio = 10.0 / (spread * math.sqrt(1 / 3 + 1 / 24))
    assert known(event_study.abnormal_growth_ratio(build), "2025-06", DAY, **look) == pytest.approx(ratio)
    assert known(event_study.abnormal_growth(build), "2025-05", DAY, **look) is None, "two months are too few"
