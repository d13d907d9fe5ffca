"""Stated figures: both readings of 1.6, dollars at named rates, flows that never count twice, no vintage no figure."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.indicators import Build, stated
from transforms.indicators import reported as r
from transforms.model import CLAIM

COLUMNS = ("indicator", "segment", "value", "unit", "as_of", "published_date", "definition", "release_id")
BUREAU = [
    ("bad_loans_90d", "households", "2.3", "trn RUB", "2025-10", "2025-12-05", "BUREAU_DPD90", "press"),
    ("bad_loans_increase", "households", "490", "bn RUB", "2025-01/2025-09", "2025-12-05", "BUREAU_DPD90", "press"),
    ("bad_loans_increase", "households", "302", "bn RUB", "2024", "2025-12-05", "BUREAU_DPD90", "press"),
]
FLOWS = [
    ("restructured", "households", "532", "bn RUB", "2025H1", "2025-08-21", "RESTRUCTURED_FLOW", "a"),
    ("restructured", "households", "326", "bn RUB", "2025Q3", "2026-03-02", "RESTRUCTURED_FLOW", "b"),
    ("restructured", "households", "149", "bn RUB", "2025Q4", "2026-03-02", "RESTRUCTURED_FLOW", "b"),
]


def records(*rows: tuple[str | None, ...]) -> dict[str, pl.DataFrame]:
    said = {"bad_household_loans_rub": "about 2.3 trn RUB", "bad_household_loans_usd": "about 27 bn USD"}
    evidence = pl.DataFrame({"item": list(said), "figure": list(said.values())})
    table = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    return {"reported_figure": table, "story_evidence": evidence}


def test_sixteen_tenths_is_the_ratio_of_increases_not_of_stocks(usd, known) -> None:
    stated = records(*BUREAU)
    assert known(r.increment_multiple(Build(usd(), stated)), "2025-09", "2025-12-05") == pytest.approx(
        1.6225, abs=0.0001
    )
    assert known(r.stock_multiple(Build(usd(), stated)), "2025-09", "2025-12-05") == pytest.approx(1.2707, abs=0.0001)


def test_dollars_at_the_rate_of_the_period_end_of_the_day_and_of_the_reporter(usd, known) -> None:
    stated = records(*BUREAU)
    rates = usd(("2025-09-30", 82.8676), ("2025-12-05", 76.9708))
    assert known(r.usd_at_period_end(Build(rates, stated)), "2025-09", "2025-12-05") == pytest.approx(
        27.755e9, rel=1e-4
    )
    assert known(r.usd_at_publication(Build(rates, stated)), "2025-09", "2025-12-05") == pytest.approx(
        29.882e9, rel=1e-4
    )
    assert known(r.implied_rate(Build(rates, stated)), "2025-09", "2025-12-05") == pytest.approx(85.185, abs=0.001)
    assert r.usd_at_publication(Build(usd(("2025-11-28", 78.2284)), stated)).is_empty()


def test_the_dollars_of_the_story_belong_to_the_one_figure_that_it_converts(usd, known) -> None:
    """The bureau's next figure is not 27 bn dollars too, nor is its figure of the year before."""
    later = ("bad_loans_90d", "households", "2.6", "trn RUB", "2025-12", "2026-03-05", "BUREAU_DPD90", "press")
    before = ("bad_loans_90d", "households", "1.8", "trn RUB", "2024-12", "2025-12-05", "BUREAU_DPD90", "press")
    made = r.implied_rate(Build(usd(), records(*BUREAU, later, before)))
    assert known(made, "2025-09", "2026-03-05") == pytest.approx(85.185, abs=0.001)
    assert known(made, "2025-12", "2026-03-05") is None and known(made, "2024-12", "2026-03-05") is None
    in_dollars = ("bad_loans_90d", "households", "32.5", "bn USD", "2025-12", "2026-03-06", "BUREAU_DPD90", "press")
    made = r.implied_rate(Build(usd(), records(*BUREAU, later, in_dollars)))
    assert known(made, "2025-12", "2026-03-06") == pytest.approx(80)


def test_restructured_flow_counts_each_part_from_the_day_it_came_out(usd, known) -> None:
    flow = r.restructured_flow(Build(usd(), records(*FLOWS)))
    assert known(flow, "2025-06", "2025-12-08") == pytest.approx(532e9)
    assert known(flow, "2025-12", "2025-12-08") is None
    assert known(flow, "2025-12", "2026-03-02") == pytest.approx(1007e9)


def test_a_part_stated_twice_or_within_another_counts_once(usd, known) -> None:
    repeated = ("restructured", "households", "532", "bn RUB", "2025H1", "2025-09-01", "RESTRUCTURED_FLOW", "c")
    inside = ("restructured", "households", "260", "bn RUB", "2025Q2", "2025-09-01", "RESTRUCTURED_FLOW", "c")
    flow = r.restructured_flow(Build(usd(), records(*FLOWS, repeated, inside)))
    assert known(flow, "2025-12", "2026-03-02") == pytest.approx(1007e9)


def test_a_half_year_stated_after_its_first_quarter_counts_from_january(usd, known) -> None:
    quarter = ("restructured", "households", "250", "bn RUB", "2025Q1", "2025-05-20", "RESTRUCTURED_FLOW", "c")
    flow = r.restructured_flow(Build(usd(), records(*FLOWS, quarter)))
    assert known(flow, "2025-03", "2025-05-20") == pytest.approx(250e9)
    assert known(flow, "2025-06", "2025-08-21") == pytest.approx(532e9)
    assert known(flow, "2025-12", "2026-03-02") == pytest.approx(1007e9)


def test_a_flow_of_a_day_is_of_no_period_and_counts_nowhere(usd, known) -> None:
    """ "532 bn as of 1 July" would count beside the half-year of the same end."""
    of_a_day = ("restructured", "households", "532", "bn RUB", "2025-07-01", "2025-08-22", "RESTRUCTURED_FLOW", "c")
    flow = r.restructured_flow(Build(usd(), records(*FLOWS, of_a_day)))
    assert known(flow, "2025-06", "2025-12-08") == pytest.approx(532e9)


def test_a_figure_without_a_publication_day_a_known_segment_or_a_definition_is_left_out(usd) -> None:
    undated = ("problem_share", "mortgage", "1.4", "%", "2025-07-01", None, "PROBLEM_IV_V", "x")
    strange = ("problem_share", "boats", "1.4", "%", "2025-07-01", "2025-09-04", "PROBLEM_IV_V", "x")
    vague = ("problem_share", "corporate", "4.1", "%", "2025-07-01", "2025-09-04", "PRESS", "x")  # beside it 10.4
    assert stated.figures(Build(pl.DataFrame(schema=dict(CLAIM)), records(undated, strange, vague))).is_empty()


def test_only_the_share_of_the_whole_system_meets_the_criterion(usd, known) -> None:
    rows = records(
        ("problem_share", "all", "10", "%", "2026-01-01", "2026-02-02", "PROBLEM_CMASF", "x"),
        ("bad_loans_share", "households", "7", "%", "2025-10", "2025-12-05", "BUREAU_DPD90", "x"),
        ("problem_share", "SME", "19", "%", "2026-01-01", "2026-02-02", "PROBLEM_CMASF", "x"),
    )
    gap = r.crisis_gap(Build(usd(), rows))
    assert gap["product_code"].to_list() == ["ALL"]
    assert known(gap, "2025-12", "2026-02-02") == 0.0


def test_definitions_stay_apart(usd) -> None:
    rows = records(
        ("problem_share", "unsecured consumer", "12.9", "%", "2025-10-01", "2025-11-27", "PROBLEM_IV_V", "x"),
        ("npl_share", "unsecured consumer", "7.8", "%", "2024-10-01", "2025-10-13", "NPL90", "x"),
    )
    table = next(i for i in r.PASSED_ON if i.id == "reported_problem_share")(Build(usd(), rows))
    assert sorted(table["definition"].to_list()) == ["NPL90", "PROBLEM_IV_V"]


@pytest.mark.parametrize(
    ("words", "end"),
    [("2025-10-01", date(2025, 9, 30)), ("2025-09-30", date(2025, 9, 30)), ("2025-10", date(2025, 10, 31)),
     ("2025-01/2025-09", date(2025, 9, 30)),
     ("2025H1", date(2025, 6, 30)), ("2025Q3", date(2025, 9, 30)), ("2024", date(2024, 12, 31)), ("soon", None)],
)  # fmt: skip
def test_periods_as_stated(words: str, end: date | None) -> None:
    assert stated.last_day(words) == end


def test_october_2025_of_the_bureau_is_the_end_of_september_and_of_nobody_else() -> None:
    """Its increase runs over nine months; a share of problem loans "in October" is no other word on 1 October."""
    shares = [("problem_share", "mortgage", value, "%", period, "2025-11-27", "PROBLEM_IV_V", "x")
              for value, period in (("1.7", "2025-10-01"), ("1.8", "2025-10"))]  # fmt: skip
    found = (
        stated.figures(Build(pl.DataFrame(schema=dict(CLAIM)), records(*shares, BUREAU[0])))
        .select("definition", "period_end", "value")
        .rows()
    )
    assert sorted(found) == [
        ("BUREAU_DPD90", date(2025, 9, 30), 2.3e12), ("PROBLEM_IV_V", date(2025, 9, 30), 1.7),
        ("PROBLEM_IV_V", date(2025, 10, 31), 1.8),
    ]  # fmt: skip


def test_another_bureau_makes_no_point_of_the_same_series() -> None:
    """Borrowers and write-offs differ from bureau to bureau."""
    told = records(
        BUREAU[0], ("bad_loans_90d", "households", "2.4", "trn RUB", "2025-12-01", "2025-12-20", "BUREAU_DPD90", "x")
    )
    names = pl.Series("originator", ["credit bureau Scoring Bureau, quoted by press", "United Credit Bureau"])
    told["reported_figure"] = told["reported_figure"].with_columns(names)
    assert stated.figures(Build(pl.DataFrame(schema=dict(CLAIM)), told))["value"].to_list() == [2.3e12]


def test_a_figure_retold_is_one_point_dated_by_its_first_publication(usd) -> None:
    """The translation, a month later; a value that comes back after another one is news."""

    def share(value: str, published: str) -> tuple[str | None, ...]:
        return ("problem_share", "mortgage", value, "%", "2025-07-01", published, "PROBLEM_IV_V", published)

    told = records(share("1.4", "2025-09-04"), share("1.40", "2025-10-04"), share("1.5", "2025-11-04"), share("1.4", "2025-12-04"))  # fmt: skip
    frame = stated.figures(Build(usd(), told))
    assert [(row["value"], str(row["vintage_date"])) for row in frame.iter_rows(named=True)] == [
        (1.4, "2025-09-04"), (1.5, "2025-11-04"), (1.4, "2025-12-04"),
    ]  # fmt: skip
