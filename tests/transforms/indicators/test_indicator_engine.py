"""Vintages of derived series: what was known, and never a mix of two statistics."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from transforms.indicators.accounts import newest_of
from transforms.indicators.declaration import Build
from transforms.indicators.engine import DefinitionMix, Part, align, compact, each_vintage, emit, one_footing
from transforms.indicators.trade import FLOWLESS, KEYS, growth_computed
from warehouse.store import settle


def test_a_result_appears_when_its_last_input_does_and_changes_with_any(trade) -> None:
    exports = trade(
        [("2025-12", "2026-01-14", "export", "month", 357.78), ("2025-12", "2026-08-18", "export", "month", 357.2)]
    )
    imports = trade(
        [("2025-12", "2026-01-15", "import", "month", 243.64), ("2025-12", "2026-08-18", "import", "month", 245.3)]
    )
    table = align(FLOWLESS, export=Part(exports), imports=Part(imports)).sort("vintage_date")
    assert table["vintage_date"].to_list() == [date(2026, 1, 15), date(2026, 8, 18)]
    assert (table["export"] - table["imports"]).to_list() == pytest.approx([114.14e9, 111.9e9])


def test_vintage_is_inferred_if_any_input_is(trade) -> None:
    columns = "period vintage kind flow basis value"
    exports = trade([("2025-12", "2026-01-14", "observed", "export", "month", 357.78)], columns)
    imports = trade([("2025-12", "2026-01-18", "inferred", "import", "month", 243.64)], columns)
    assert align(FLOWLESS, a=Part(exports), b=Part(imports))["vintage_kind"].to_list() == ["inferred"]


def test_a_lagged_input_is_dated_by_month_ends(trade) -> None:
    frame = trade(
        [("2024-02", "2024-03-07", "export", "month", 221.7), ("2025-02", "2025-03-07", "export", "month", 214.8)]
    )
    table = align(KEYS, now=Part(frame), then=Part(frame, lag=12))
    assert table.select("period_end", "then").rows() == [(date(2025, 2, 28), pytest.approx(221.7e9))]


@pytest.mark.parametrize("dimension", ["definition", "currency", "unit"])
def test_two_definitions_or_currencies_are_never_joined(loans, dimension) -> None:
    frame = loans([("2025-01", "2025-03-11", "debt", "A", 1.0), ("2025-02", "2025-04-11", "debt", "A", 2.0)])
    mixed = frame.with_columns(pl.Series(dimension, ["one", "other"]))
    keys = tuple(k for k in KEYS if k != dimension)
    with pytest.raises(DefinitionMix, match=dimension):
        align(keys, now=Part(mixed), then=Part(mixed, lag=1))


@pytest.mark.parametrize(("late", "whole", "refused"), [
    ("RAS_OVERDUE", "SECTOR", False), ("DPD90", "HOMOGENEOUS_PORTFOLIOS", False), ("RAS_PROVISIONS", "RAS_OVERDUE", False),
    ("DPD90", "RESIDENTS_EXCL_ACQUIRED", True), ("RAS_OVERDUE_RESIDENTS", "SECTOR", True), ("DPD90", "RAS_OVERDUE", True),
    ("RAS_OVERDUE_RESIDENTS", "RESIDENTS_INCL_ACQUIRED", True), ("BUREAU_DPD90", "DPD90", True),
    ("RAS_OVERDUE_SME_302_19", "SME_01_13_F", True), ("PROBLEM_IV_V", "PROBLEM_IV_V_NARROW", True),
])  # fmt: skip
def test_a_formula_joins_amounts_of_the_same_loans_only(loans, late: str, whole: str, refused: bool) -> None:
    """2021-01-01 had three bad household numbers: 888, 932 and 979 bn. None is a share of another's loans."""
    part, of = (loans([("2020-12", "2021-02-10", "debt", code, 1.0)]) for code in (late, whole))
    on = tuple(k for k in KEYS if k != "definition")
    if not refused:
        assert align(KEYS, part=Part(part), of=Part(of, on=on)).height == 1
        return
    with pytest.raises(DefinitionMix, match=f"part of {late} and of of {whole} would meet"):
        align(KEYS, part=Part(part), of=Part(of, on=on))
    assert align(KEYS, part=Part(part), of=Part(of, on=on, across="called after both")).height == 1


def test_two_definitions_are_no_accounts_of_one_statistic_nor_one_path(loans) -> None:
    keys = tuple(k for k in KEYS if k != "definition")
    one, other = (loans([("2020-12", "2021-02-10", "debt", code, 1.0)]) for code in ("SECTOR", "SECTOR_NET"))
    with pytest.raises(DefinitionMix, match="account would join rows of different definition"):
        newest_of(keys, one, other)
    with pytest.raises(DefinitionMix, match="panel would join rows of different definition"):
        each_vintage(pl.concat([one, other]), keys, lambda panel: panel)


def test_unchanged_values_make_no_vintage(trade) -> None:
    frame = trade(
        [
            ("2025-11", "2025-12-08", "export", "month", 330.3),
            ("2025-11", "2025-12-18", "export", "month", 330.3),
            ("2025-11", "2026-07-07", "export", "month", 330.0),
        ]
    )
    assert compact(frame, KEYS)["vintage_date"].to_list() == [date(2025, 12, 8), date(2026, 7, 7)]


def test_the_newest_account_wins_and_the_printed_one_on_the_same_day(trade) -> None:
    printed = trade([("2025-11", "2025-12-08", "balance", "ytd", 1080.0)])
    summed = trade(
        [("2025-11", "2025-12-08", "balance", "ytd", 1075.9), ("2025-11", "2026-01-18", "balance", "ytd", 1075.6)]
    )
    assert newest_of(KEYS, printed, summed)["value"].to_list() == pytest.approx([1080e9, 1075.6e9])


def test_each_panel_holds_only_what_was_public_that_day(trade) -> None:
    frame = trade(
        [
            ("2025-10", "2025-11-07", "balance", "month", 90.07),
            ("2025-11", "2025-12-08", "balance", "month", 111.68),
            ("2025-10", "2025-12-18", "balance", "month", 90.45),
        ]
    )
    panels = []

    def look(panel: pl.DataFrame) -> pl.DataFrame:
        panels.append(panel["value"].to_list())
        return panel

    each_vintage(frame, KEYS, look)
    assert panels == [[90.07e9], [90.07e9, 111.68e9], [90.45e9, 111.68e9]]


def test_infinite_values_are_no_values(trade) -> None:
    frame = trade([("2025-10", "2025-11-07", "balance", "month", 90.07)]).with_columns(value=pl.lit(float("inf")))
    assert compact(emit(frame, "x", "ratio"), KEYS).is_empty()


def test_a_value_that_can_be_told_no_more_has_a_vintage_without_one(trade) -> None:
    """A base revised to nothing, and back: growth is known, unknown, known again."""
    frame = trade(
        [
            ("2024-11", "2024-12-18", "export", "month", 100.0),
            ("2025-11", "2025-12-18", "export", "month", 110.0),
            ("2024-11", "2026-01-18", "export", "month", 0.0),
            ("2025-11", "2026-01-18", "export", "month", 111.0),
            ("2024-11", "2026-02-18", "export", "month", 100.0),
            ("2025-11", "2026-02-18", "export", "month", 112.0),
        ]
    )
    rates = growth_computed(Build(frame)).sort("vintage_date")
    assert rates.select(pl.col("value").round(6), "obs_status").rows() == [(10.0, "E"), (None, "O"), (12.0, "E")]
    doubled = align(KEYS, rate=Part(rates)).sort("vintage_date")
    assert doubled["rate"].is_null().to_list() == [False, True, False]  # what is made of it knows it no more either


def test_a_cell_that_a_panel_says_nothing_of_any_more_is_unknown(trade) -> None:
    frame = trade(
        [("2025-10", "2025-11-07", "balance", "month", 90.0), ("2025-10", "2025-12-18", "balance", "month", -1.0)]
    )

    def positive(panel: pl.DataFrame) -> pl.DataFrame:
        return panel.filter(pl.col("value") > 0)

    assert each_vintage(frame, KEYS, positive)["value"].to_list() == [90e9, None]
    assert each_vintage(frame, KEYS, positive, of_newest=True)["value"].to_list() == [90e9]


def rows(trade, *told: tuple[str, str, float, float, str]) -> pl.DataFrame:
    """Accounts of exports since January in bn USD: period, day, value, precision, status."""
    given = [(period, day, value, rounding * 1e9, status) for period, day, value, rounding, status in told]
    return trade(given, "period vintage value precision obs_status", flow="export", basis="ytd")


def stands(frame: pl.DataFrame, day: str) -> float:
    return float(
        frame.filter(pl.col("vintage_date") <= date.fromisoformat(day)).sort("vintage_date")["value"][-1] / 1e9
    )


def test_a_printed_sum_that_is_confirmed_beats_its_rounded_parts(trade) -> None:
    """March 2025, USD bn: 852.1 printed in July and August 2026; the parts of August add up to 539.0 + 313.0."""
    printed = rows(trade, ("2025-03", "2026-07-07", 852.1, 0.05, "A"))
    parts = rows(trade, ("2025-03", "2026-08-11", 852.0, 0.1, "E"))
    assert stands(newest_of(KEYS, printed, parts), "2026-08-11") == 852.1


def test_a_sum_of_preliminary_months_does_not_replace_a_final_print(trade) -> None:
    printed = rows(trade, ("2024-09", "2024-10-18", 381.14, 0.005, "A"))
    months = rows(trade, ("2024-09", "2024-10-14", 380.0, 0.005, "P"), ("2024-09", "2025-02-01", 382.0, 0.005, "P"))
    both = newest_of(KEYS, printed, months)
    assert not both.select("period_end", "vintage_date").is_duplicated().any()
    assert [stands(both, day) for day in ("2024-10-14", "2024-10-18", "2025-02-01")] == [380.0, 381.14, 381.14]
    final = newest_of(KEYS, printed, months.with_columns(obs_status=pl.lit("A")))
    assert stands(final, "2025-02-01") == 382.0


def test_more_digits_are_taken_and_an_account_that_comes_back_is_told(trade) -> None:
    printed = rows(trade, ("2025-11", "2025-12-08", 1080.0, 5.0, "P"))
    exact = rows(trade, ("2025-11", "2025-12-09", 1075.85, 0.01, "P"))
    assert stands(newest_of(KEYS, printed, exact), "2025-12-09") == 1075.85
    same_day = newest_of(KEYS, printed, exact.with_columns(vintage_date=date(2025, 12, 8)))
    assert same_day["value"].to_list() == pytest.approx([1075.85e9])
    printed = rows(trade, ("2025-11", "2025-12-08", 100.0, 0.5, "A"))
    other = rows(trade, ("2025-11", "2025-12-09", 110.0, 1.0, "A"), ("2025-11", "2025-12-10", 100.4, 1.0, "A"))
    both = newest_of(KEYS, printed, other)
    assert [stands(both, day) for day in ("2025-12-09", "2025-12-10")] == [110.0, 100.0]


def test_a_base_revised_after_the_figure_is_of_another_state(trade) -> None:
    """April 2023, USD bn: 295.42 printed in May 2023 with growth of 8.5 %; the base was cut to 268.96 that August."""
    now = ("2023-04", "2023-05-18", 295.42, 0.0, "A")
    revised = ("2022-04", "2023-08-18", 268.96, 0.0, "A")

    def pairs(*told: tuple[str, str, float, float, str]) -> list[tuple[float, float, str]]:
        frame = rows(trade, *told)
        table = one_footing(align(KEYS, now=Part(frame), then=Part(frame, lag=12)), "then")
        return (
            table.sort("vintage_date").select((pl.col("now") / 1e9).round(6), pl.col("then") / 1e9, "obs_status").rows()
        )

    first = ("2022-04", "2022-05-18", 272.28, 0.0, "A")
    assert pairs(now, first, revised) == [(295.42, 272.28, "E")]
    assert pairs(now, revised) == [(295.42, 268.96, "U")]  # nobody here can tell which base it had
    anew = ("2023-04", "2024-08-18", 288.08, 0.0, "A")
    assert pairs(now, first, revised, anew) == [(295.42, 272.28, "E"), (288.08, 268.96, "E")]


def test_a_figure_said_again_on_the_day_its_base_was_revised_is_of_that_state(trade) -> None:
    """Growth of April 2023, USD bn: the base was cut to 268.96 in August 2023 and the figure printed again that day."""
    told = [
        ("2022-04", "2022-05-18", "export", "month", 272.28),
        ("2023-04", "2023-05-18", "export", "month", 295.42),
        ("2022-04", "2023-08-18", "export", "month", 268.96),
    ]
    again = [*told, ("2023-04", "2023-08-18", "export", "month", 295.42)]
    rates = [growth_computed(Build(settle(trade(rows)).words)).sort("vintage_date") for rows in (told, again)]
    assert [rate["value"].round(2).to_list() for rate in rates] == [[8.5], [8.5, 9.84]]
    assert set(rates[1]["obs_status"]) == {"E"}


def test_a_print_said_again_beats_a_sum_of_the_same_day(trade) -> None:
    """A sum of months that is newer than the print counts until the print is said again."""
    printed = settle(
        rows(trade, ("2025-03", "2025-04-18", 852.1, 0.05, "A"), ("2025-03", "2026-08-11", 852.1, 0.05, "A"))
    )
    months = rows(trade, ("2025-03", "2026-07-07", 850.0, 0.1, "A"), ("2025-03", "2026-08-11", 851.0, 0.1, "A"))
    assert stands(newest_of(KEYS, printed.vintages, months), "2026-08-11") == 851.0
    both = newest_of(KEYS, printed.words.select(months.columns), months)
    assert [stands(both, day) for day in ("2025-04-18", "2026-07-07", "2026-08-11")] == [852.1, 850.0, 852.1]


def test_a_base_said_again_is_no_other_base(trade) -> None:
    told = trade(
        [
            ("2024-08", "2024-09-18", "export", "month", 100.0),
            ("2025-08", "2025-09-18", "export", "month", 110.0),
            ("2024-08", "2026-07-07", "export", "month", 100.0),
            ("2025-08", "2026-06-07", "export", "month", 112.0),
        ]
    )
    rates = growth_computed(Build(settle(told).words)).sort("vintage_date")
    assert rates["value"].round(6).to_list() == [10.0, 12.0]
