"""Seasonal adjustment, revisions and mirror data: what they do to known paths."""

from __future__ import annotations

import math
import sys
from datetime import date
from itertools import pairwise

import polars as pl
import pytest

from transforms.indicators import Build, Change, Fits, mirror, revisions, seasonal, x13


def months(first: int, last: int, vintage: str, value) -> list[tuple[str, str, str, str, float]]:
    return [
        (f"{y}-{m:02}", vintage, "export", "month", value(y, m)) for y in range(first, last + 1) for m in range(1, 13)
    ]


def uneven(year: int, month: int) -> float:
    """A path with a trend, a season and something that no two years share."""
    return 200.0 + 2 * (year - 2019) * 12 + 9 * math.sin(month) + 5 * math.sin(year * month * month)


def test_a_pure_seasonal_pattern_is_taken_out_and_the_trend_stays(trade) -> None:
    def path(year: int, month: int) -> float:
        return 200.0 * 1.005 ** ((year - 2019) * 12 + month) * (1 + 0.1 * math.sin(math.pi * month / 6))

    frame = trade(months(2019, 2024, "2025-01-13", path))
    growth = seasonal.month_on_month(Build(frame))
    late = growth.filter(pl.col("period_end") > date(2023, 2, 28), pl.col("period_end").dt.month() > 3)["value"]
    assert late.mean() == pytest.approx(0.5, abs=0.1)
    assert late.std() < 0.5  # the raw growth of a month ranges over more than ten points
    annualised = seasonal.three_months_annualised(Build(frame)).sort("period_end")["value"][-1]
    assert annualised == pytest.approx((1.005**12 - 1) * 100, abs=2.0)


def test_the_lunar_new_year_moves_no_adjusted_figure() -> None:
    ends = [date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31), date(2026, 1, 31)]
    assert seasonal.shared_holiday(ends, [5.8, 5.2, 5.7, 5.9]) == [5.5, 5.5, 5.7, 5.9]


def test_annual_sums_are_kept_and_ratios_move_smoothly() -> None:
    """Two full years and a half: each full year adds up; the ratio to what was adjusted moves without a step."""
    ends = [date(2023 + m // 12, m % 12 + 1, 28) for m in range(30)]
    adjusted = [100.0 + m for m in range(30)]
    raw = [value * (1.02 if m < 12 else 1.04) for m, value in enumerate(adjusted)]
    kept = seasonal.keep_annual_sums(ends, adjusted, raw)
    assert sum(kept[:12]) == pytest.approx(sum(raw[:12])) and sum(kept[12:24]) == pytest.approx(sum(raw[12:24]))
    ratios = [new / old for new, old in zip(kept, adjusted, strict=True)]
    assert max(abs(b - a) for a, b in pairwise(ratios)) < 0.003  # a step would be 0.02
    assert ratios[24:] == pytest.approx([ratios[23]] * 6)
    assert seasonal.keep_annual_sums(ends[3:14], adjusted[3:14], raw[3:14]) == adjusted[3:14]


def test_the_shared_month_of_china_has_no_growth_on_the_month_before(trade) -> None:
    growth = seasonal.month_on_month(Build(trade(months(2019, 2024, "2025-01-13", lambda y, m: 200.0 + m))))
    assert sorted(growth["period_end"].dt.month().unique()) == [1, *range(3, 13)]


def test_too_short_or_broken_a_run_is_not_adjusted(trade) -> None:
    rows = months(2021, 2024, "2025-01-13", lambda y, m: 200.0 + m)
    assert not seasonal.adjusted(Build(trade(rows))).is_empty()
    broken = [row for row in rows if row[0] != "2022-06"]
    assert seasonal.adjusted(Build(trade(broken))).is_empty()


def test_a_gap_before_a_newer_month_withdraws_the_adjusted_path_until_it_is_filled(trade, known) -> None:
    """January comes after February: for a month nothing adjusted is known, in a build of all and in one that goes on."""
    rows = months(2020, 2024, "2025-01-13", uneven)
    opened = [*rows, ("2025-02", "2025-03-18", "export", "month", 201.0)]
    filled = trade([*opened, ("2025-01", "2025-04-18", "export", "month", 202.0)])
    measures = (seasonal.adjusted, seasonal.month_on_month, x13.adjusted_x13, x13.calendar_adjusted_growth)
    before = pl.concat([measure(Build(trade(rows))) for measure in measures])
    change = Change.between(trade(rows), filled)
    for measure in measures:
        whole = measure(Build(filled))
        for day, there in (("2025-03-17", True), ("2025-03-18", False), ("2025-04-18", True)):
            assert (known(whole, "2024-11", day) is not None) == there, (measure.id, day)
        gone = whole.filter(pl.col("vintage_date") == date(2025, 3, 18))
        assert gone.height and gone["value"].null_count() == gone.height and set(gone["obs_status"]) == {"O"}
        further = measure(Build(filled, previous=before, change=change))
        order = ["period_end", "vintage_date"]
        assert further.sort(order).equals(whole.sort(order))


def test_a_month_without_a_value_is_a_gap(trade) -> None:
    rows = months(2020, 2024, "2025-01-13", uneven)
    gone = trade([*rows, ("2020-06", "2025-03-01", "export", "month", 0.0)])
    gone = gone.with_columns(value=pl.when(pl.col("value") != 0).then("value"))
    last = seasonal.adjusted(Build(gone)).filter(pl.col("vintage_date") == date(2025, 3, 1))
    kept = last.drop_nulls("value")["period_end"]
    assert kept.min() == date(2020, 7, 31) and kept.len() == 54


def test_partners_are_adjusted_and_only_china_shares_the_lunar_new_year(trade) -> None:
    """One early holiday: China's two months get one value, those that the United States count keep theirs."""

    def path(year: int, month: int) -> float:
        return {(2022, 1): 60.0, (2022, 2): 30.0}.get((year, month), 40.0)

    rows = [(period, vintage, "import", basis, value)
            for period, vintage, _, basis, value in months(2019, 2024, "2026-02-04", path)]  # fmt: skip
    early = pl.col("period_end").is_in([date(2022, 1, 31), date(2022, 2, 28)])
    own = seasonal.adjusted(Build(trade(rows, counterpart_area="MEX", dataset="trade_by_partner"))).filter(early)
    assert own["value"].max() == pytest.approx(own["value"].min(), rel=0.01)
    partner = {"ref_area": "USA", "counterpart_area": "MEX", "definition": "IMPORTS_FOR_CONSUMPTION"}
    theirs = seasonal.adjusted(Build(trade(rows, dataset="mirror_trade", **partner))).filter(early)
    assert theirs["value"].max() == pytest.approx(2 * theirs["value"].min(), rel=0.05)
    assert theirs.select("ref_area", "counterpart_area", "definition", "adjustment", "unit").unique().rows() == [
        ("USA", "MEX", "IMPORTS_FOR_CONSUMPTION", "SA", "USD")
    ]


def test_a_fit_is_kept_and_nothing_else_is_fitted_again(trade, monkeypatch) -> None:
    rows = months(2019, 2024, "2025-01-13", lambda y, m: 200.0 + m)
    fits = Fits()
    first = seasonal.adjusted(Build(trade(rows), fits=fits))
    kept = Fits(fits.used)
    monkeypatch.setitem(sys.modules, "statsmodels.tsa.seasonal", None)  # importing it would fail
    assert seasonal.adjusted(Build(trade(rows), fits=kept)).equals(first)
    with pytest.raises(ImportError):
        seasonal.adjusted(Build(trade(months(2018, 2024, "2025-01-13", lambda y, m: 200.0 + m)), fits=kept))


def test_imports_of_december_2025_were_revised_by_0_7_percent(trade, known) -> None:
    # 243.64 bn at first, 245.3 bn in August 2026; the rounded repeat in between is no revision.
    columns = "period vintage flow basis value precision"
    rows = [("2025-12", "2026-01-14", "import", "month", 243.64, 5e6), ("2025-12", "2026-02-01", "import", "month", 243.6, 5e7),
            ("2025-12", "2026-08-18", "import", "month", 245.3, 5e7)]  # fmt: skip
    table = revisions.revision(Build(trade(rows, columns)))
    assert table["vintage_date"].to_list() == [date(2026, 8, 18)]
    assert known(table, "2025-12", "2026-08-18") == pytest.approx(0.681, abs=0.001)
    assert table["unit"].to_list() == ["percent"]


def test_a_figure_back_at_its_first_print_is_revised_by_nothing(trade, known) -> None:
    columns = "period vintage flow basis value precision"
    rows = [("2025-12", "2026-01-14", "import", "month", 243.64, 5e6), ("2025-12", "2026-07-07", "import", "month", 244.9, 5e7),
            ("2025-12", "2026-08-18", "import", "month", 243.6, 5e7)]  # fmt: skip
    table = revisions.revision(Build(trade(rows, columns)))
    assert known(table, "2025-12", "2026-07-07") == pytest.approx(0.517, abs=0.001)
    assert known(table, "2025-12", "2026-08-18") == 0


def test_goods_and_partners_have_revisions_of_their_own(trade, known) -> None:
    columns = "period vintage counterpart_area product_code flow basis value"
    rows = [("2025-05", "2025-06-09", "WORLD", "COMMODITY_STEEL", "export", "ytd", 200.0),
            ("2025-05", "2025-07-14", "WORLD", "COMMODITY_STEEL", "export", "ytd", 202.0),
            ("2025-05", "2025-06-09", "USA", "TOTAL", "export", "ytd", 100.0),
            ("2025-05", "2025-06-18", "USA", "TOTAL", "export", "ytd", 99.0)]  # fmt: skip
    goods = trade(rows[:2], columns, dataset="trade_by_commodity")
    partners = trade(rows[2:], columns, dataset="trade_by_partner")
    table = revisions.revision(Build(pl.concat([goods, partners])))
    assert known(table, "2025-05", "2025-07-14", product_code="COMMODITY_STEEL_LEVEL") == pytest.approx(1.0)
    assert known(table, "2025-05", "2025-07-14", counterpart_area="USA", product_code="LEVEL") == pytest.approx(-1.0)


def test_mean_revision_keeps_its_sign_and_mean_size_does_not(trade, known) -> None:
    rows = [("2025-01", "2025-02-01", "import", "month", 100.0), ("2025-02", "2025-03-01", "import", "month", 100.0),
            ("2025-01", "2025-08-01", "import", "month", 101.0), ("2025-02", "2025-08-01", "import", "month", 97.0)]  # fmt: skip
    frame = trade(rows)
    assert known(revisions.mean_revision(Build(frame)), "2025-02", "2025-08-01") == pytest.approx(-1.0)
    assert known(revisions.mean_absolute_revision(Build(frame)), "2025-02", "2025-08-01") == pytest.approx(2.0)


def test_the_mirror_gap_compares_sums_of_the_same_months(trade, known) -> None:
    columns = "period vintage ref_area counterpart_area flow definition value"
    shared = {"basis": "month"}
    theirs = trade([(f"2024-{m:02}", "2026-03-27", "USA", "CHN", "import", "GENERAL_IMPORTS", 36.0) for m in range(1, 13)],
                   columns, dataset="mirror_trade", **shared)  # fmt: skip
    ours = trade([(f"2024-{m:02}", "2025-01-18", "CHN", "USA", "export", "_", 43.0) for m in range(1, 13)],
                 columns, dataset="trade_by_partner", **shared)  # fmt: skip
    gap = mirror.gap(Build(pl.concat([theirs, ours])))
    assert known(gap, "2024-12", "2026-03-27", basis="ytd") == pytest.approx((36 / 43 - 1) * 100)
    assert known(gap, "2024-12", "2026-03-26", basis="ytd") is None
    assert gap["definition"].unique().to_list() == ["GENERAL_IMPORTS"]
