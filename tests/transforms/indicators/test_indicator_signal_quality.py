"""Early warning judged by hand on a few countries, and against pairs counted one by one."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from tests.transforms.indicators.plain import judged as plain_judged
from transforms.indicators import Build, Change
from transforms.indicators import crisis_sample as c
from transforms.indicators import signal_quality as s
from transforms.model import observations, series_id
from transforms.periods import month_end


def quarter(year: int, number: int = 1) -> int:
    return year * 4 + number - 1


def test_quarters_are_told_apart_around_a_crisis() -> None:
    """Germany, 2008: 2005 to the first quarter of 2007 are before it, 2007 is too near, 2008 to 2010 are of it."""
    newest = quarter(2024)
    expected = {(2004, 4): "calm", (2005, 1): "before", (2007, 1): "before", (2007, 2): None, (2008, 1): None,
                (2010, 1): None, (2010, 2): "calm", (2021, 1): "calm", (2021, 2): None}  # fmt: skip
    assert {at: c.kind("DEU", quarter(*at), newest) for at in expected} == expected


def test_the_panel_is_the_published_one() -> None:
    """151 crises of 118 countries; the years that Laeven and Valencia print for Russia, Spain and Argentina."""
    panel = c.panel()
    assert (panel.height, panel["area"].n_unique()) == (151, 118) and not panel.select(
        "area", "start_year"
    ).is_duplicated().any()
    of = {area: panel.filter(area=area).drop("area").rows() for area in ("RUS", "ESP", "ARG")}
    assert of["RUS"] == [(1998, 8, 1998), (2008, None, None)] and of["ESP"] == [(1977, None, 1981), (2008, None, None)]
    assert of["ARG"] == [(1980, 3, 1982), (1989, 12, 1991), (1995, 1, 1995), (2001, None, 2003)]
    assert (panel["end_year"] >= panel["start_year"]).all() and c.crises()["CAN"] == ()


def test_the_area_under_the_curve_counts_pairs() -> None:
    """Of twelve pairs ten are in order and one is a tie: 10.5 / 12; at 4 all three are told, one of four is an alarm."""
    found = ([4.0, 6.0, 9.0], [1.0, 2.0, 3.0, 6.0], 5)
    pairs = sum((b > c) + 0.5 * (b == c) for b in found[0] for c in found[1])
    assert c.auroc(found) == pytest.approx(pairs / 12) == pytest.approx(10.5 / 12)
    assert c.best(found) == (4.0, 1.0, 0.25)


MEASURES = (s.area_under_curve, s.threshold, s.usefulness, s.noise_to_signal, s.crises_known, s.combined)
AREAS = {"DEU": 2008, "ESP": 2008, "FRA": 2008, "ITA": 2008, "NLD": 2008, "CAN": None}


def panel(rise: float) -> pl.DataFrame:
    """Gaps of zero in calm quarters and of `rise` in the four to twelve quarters before 2008, except in Canada."""
    rows = [(area, month_end(year, 3 * number), rise if start and 4 <= quarter(start) - quarter(year, number) <= 12 else 0.0)
            for area, start in AREAS.items() for year in range(2000, 2024) for number in range(1, 5)]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["ref_area", "period_end", "value"], orient="row")
    made = observations(frame, dataset="credit_gap", product_code="PRIVATE_NONFINANCIAL_ALL_LENDERS", measure="credit_to_gdp_gap",
                        basis="stock", definition="BIS", unit="percent", freq="Q")  # fmt: skip
    day = date(2024, 6, 10) if rise > 0 else date(2024, 3, 10)
    return made.with_columns(
        vintage_date=pl.lit(day), vintage_kind=pl.lit("observed"), release_id=pl.lit("bis"),
        first_seen=pl.lit(day).cast(pl.Datetime("us")),
    ).with_columns(series_id())  # fmt: skip


def test_a_signal_is_judged_by_what_was_known_each_day(known) -> None:
    """In March no gap told anything; revised in June each crisis was told and no calm quarter was."""
    build = Build(pl.concat([panel(0.0), panel(7.0)]))
    look = {"product_code": "CREDIT_GAP_BIS"}
    values = {one.id: [known(one(build), "2023-12", day, **look) for day in ("2024-03-10", "2024-06-10")]
              for one in (s.area_under_curve, s.threshold, s.usefulness, s.noise_to_signal, s.crises_known)}  # fmt: skip
    assert values == {
        "early_warning_auroc": [0.5, 1.0], "early_warning_threshold": [0.0, 7.0], "early_warning_usefulness": [0.0, 1.0],
        "early_warning_noise_to_signal": [1.0, 0.0], "early_warning_crises": [5.0, 5.0],
    }  # fmt: skip
    few = Build(panel(7.0).filter(pl.col("ref_area").is_in(["DEU", "ESP", "CAN"])))
    assert s.area_under_curve(few).is_empty(), "two crises are a story, no statistic"


def test_five_measures_rest_on_one_sample_a_day(monkeypatch) -> None:
    """Two days of one signal are two samples, however many measures are asked for."""
    seen: list[int] = []
    sample = c.sample
    monkeypatch.setattr(s, "sample", lambda panel: seen.append(panel.height) or sample(panel))
    build = Build(pl.concat([panel(0.0), panel(7.0)]))
    for one in (s.area_under_curve, s.threshold, s.usefulness, s.noise_to_signal, s.crises_known):
        assert one(build).height
    assert len(seen) == 2


def test_a_judgement_ends_when_its_crises_are_no_longer_known(known) -> None:
    """Gaps of three countries are withdrawn in June: what was told of five crises in March is not told any more."""
    gone = panel(7.0).filter(pl.col("ref_area").is_in(["FRA", "ITA", "NLD"]))
    build = Build(pl.concat([panel(0.0), gone.with_columns(value=pl.lit(None, pl.Float64))]))
    look = {"product_code": "CREDIT_GAP_BIS"}
    told = [known(s.area_under_curve(build), "2023-12", day, **look) for day in ("2024-03-10", "2024-06-10")]
    assert told == [0.5, None]


def services(noise: float, day: date) -> pl.DataFrame:
    """Debt service that tells most crises too, with other values in each quarter."""
    rows = [(area, month_end(year, 3 * number), 10.0 + (noise * (year * 7 + number * 3 + ord(area[0])) % 5) +
             (3.0 if start and 4 <= quarter(start) - quarter(year, number) <= 12 else 0.0))
            for area, start in AREAS.items() for year in range(2000, 2024) for number in range(1, 5)]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["ref_area", "period_end", "value"], orient="row")
    made = observations(frame, dataset="debt_service_ratio", product_code="PRIVATE_NONFINANCIAL", measure="debt_service_ratio",
                        basis="rate", definition="BIS", unit="percent", freq="Q")  # fmt: skip
    return made.with_columns(
        vintage_date=pl.lit(day), vintage_kind=pl.lit("observed"), release_id=pl.lit("bis"),
        first_seen=pl.lit(day).cast(pl.Datetime("us")),
    ).with_columns(series_id())  # fmt: skip


def test_signals_as_one_by_plain_loops_and_by_hand(known) -> None:
    """Weights 2 * 1 - 1 for the gap, 2 * area - 1 for debt service; each quarter by its ranks."""
    frame = pl.concat([panel(7.0), services(1.0, date(2024, 6, 10))])
    build = Build(frame)
    gaps, debts = ([(r["ref_area"], r["period_end"], r["value"]) for r in frame.filter(dataset=name).iter_rows(named=True)]
                   for name in ("credit_gap", "debt_service_ratio"))  # fmt: skip
    expected = {
        (area, end): value
        for area, end, value in plain_judged.together({"CREDIT_GAP_BIS": gaps, "DEBT_SERVICE": debts})
    }
    made = s.combined(build)
    assert {(a, e): v for a, e, v in made.select("ref_area", "period_end", "value").iter_rows()} == pytest.approx(
        expected
    )
    before = {(a, e) for a, e, v in gaps if v > 0}
    assert len(before) == 45 and min(expected[at] for at in before) > max(
        v for at, v in expected.items() if at not in before
    )
    assert known(s.area_under_curve(build), "2023-12", "2024-06-10", product_code="COMBINED") == 1.0
    debt = known(s.area_under_curve(build), "2023-12", "2024-06-10", product_code="DEBT_SERVICE")
    assert 0.5 < debt < 1.0


def test_signals_are_combined_by_what_was_known_each_day(known) -> None:
    """In March the gap told nothing and is not chosen: one signal is itself. Withdrawn in July, what was told ends."""
    gone = panel(7.0).with_columns(value=pl.lit(None, pl.Float64), vintage_date=pl.lit(date(2024, 7, 10)))
    made = s.combined(Build(pl.concat([panel(0.0), services(1.0, date(2024, 3, 10)), panel(7.0), gone])))
    told = [known(made, "2006-12", day, ref_area="DEU") for day in ("2024-03-10", "2024-06-10", "2024-07-10")]
    assert told[0] is None and told[1] is not None and told[2] is None


def test_the_news_of_a_day_give_what_all_days_give() -> None:
    june = pl.concat([panel(0.0), services(1.0, date(2024, 3, 10)), panel(7.0)])
    july = pl.concat([june, services(0.5, date(2024, 7, 10))])
    before = pl.concat(
        [one(Build(june)).with_columns(native_title=pl.lit(one.title)) for one in MEASURES], how="diagonal"
    )
    whole, later = Build(july), Build(july, previous=before, change=Change.between(june, july))
    for one in MEASURES:
        rows = [frame.select("ref_area", "product_code", "period_end", "vintage_date", "value").sort(pl.all())
                for frame in (one(whole), one(later))]  # fmt: skip
        assert rows[0].equals(rows[1]) and rows[0].height, one.id
