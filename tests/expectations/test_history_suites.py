"""The shipped figures are judged at gate 2: what was found when they were collected comes out again."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from expectations.gate import CheckResult, passed
from expectations.history_customs import (
    CHECKS,
    CNY_2023,
    CNY_2024,
    MIRROR,
    REGIMES,
    SELECTED,
    TO_US,
    USD_2021,
)
from expectations.questions import ask
from expectations.shipped import check_shipped, tables
from warehouse import history

DECEMBER_2022 = (pl.col("release_id") == "history/gacc/totals_usd_mirror") & (
    pl.col("period_end").cast(pl.String) == "2022-12-31"
)


@pytest.fixture(scope="module")
def claims() -> pl.DataFrame:
    return history.shipped().claims


@pytest.fixture(scope="module")
def results() -> list[CheckResult]:
    return check_shipped(history.shipped())


@pytest.mark.slow
def test_the_known_failures_are_warnings_and_nothing_else_fails(results: list[CheckResult]) -> None:
    assert passed(results)
    warned = {r.column: r.observed.partition(":")[0] for r in results if not r.success and "customs" in r.suite}
    assert warned == {
        "continents_make_the_world": "6 of 66 cases fail",
        "year_to_date_less_the_last_is_the_month_later": "3033 of 4505 cases fail",
        "growth_of_partners_in_2025_follows_from_levels": "25 of 94 cases fail",
        "growth_of_exports_in_dollars_follows_from_levels": "15 of 211 cases fail",
    }
    assert all(r.why.startswith("Known: ") for r in results if r.column in warned)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "broken"),
    [
        # a digit of the total of January 2024, printed by two sources
        (
            pl.when(pl.col("value") == 3_763_564_830_000.0).then(3_763_565_830_000.0).otherwise("value"),
            {"exports_and_imports_of_partners_make_their_total", "continents_make_the_world: known",
             "continents_make_the_world", "two_copies_of_2024_agree",
             "year_to_date_less_the_last_is_the_month_in_february"},
        ),
        # a known failure that has gone: the growth of December 2022 as today's levels give it
        (
            pl.when(DECEMBER_2022, pl.col("measure") == "growth_yoy").then(-12.6).otherwise("value"),
            {"growth_of_exports_in_dollars_follows_from_levels: known"},
        ),
    ],
)  # fmt: skip
def test_a_figure_that_changes_is_seen(
    claims: pl.DataFrame, results: list[CheckResult], change: pl.Expr, broken: set[str]
) -> None:
    told = {
        r.column
        for r in check_shipped(replace(history.shipped(), claims=claims.with_columns(value=change)))
        if not r.success
    }
    before = {r.column for r in results if not r.success}
    assert told - before == broken - before


@pytest.mark.slow
def test_a_block_that_is_gone_is_seen(claims: pl.DataFrame) -> None:
    fewer = claims.filter(~pl.col("release_id").str.starts_with("history/gacc/by_regime"))
    found = {
        r.column
        for r in check_shipped(replace(history.shipped(), claims=fewer))
        if not r.success and r.severity == "fail"
    }
    assert found == {"regimes_make_the_total: cases"}


FAULTS: dict[str, dict[str, str]] = {  # question -> the figures of which a half more is noticed
    "exports_and_imports_make_the_total": {"block": USD_2021, "flow": "total"},
    "exports_less_imports_are_the_balance": {"block": USD_2021, "flow": "balance"},
    "months_make_the_year_to_date": {"block": CNY_2023, "basis": "ytd", "flow": "export"},
    "exports_and_imports_of_partners_make_their_total": {"block": CNY_2024, "counterpart_area": "DEU", "flow": "total"},
    "countries_make_continents": {"block": CNY_2024, "counterpart_area": "DEU", "flow": "export"},
    "continents_make_the_world": {"block": CNY_2024, "counterpart_area": "AFRICA"},
    "year_to_date_less_the_last_is_the_month_in_february": {
        "block": CNY_2024,
        "period_end": "2024-02-29",
        "basis": "ytd",
    },
    "year_to_date_less_the_last_is_the_month_later": {"block": CNY_2024, "period_end": "2024-05-31", "basis": "ytd"},
    "regimes_make_the_total": {"block": REGIMES, "dataset": "trade_total"},
    "two_copies_of_2024_agree": {"block": SELECTED, "counterpart_area": "WORLD"},
    "exports_to_the_us_agree_in_two_sources": {"block": TO_US, "period_end": "2024-09-30"},
    "growth_of_exports_to_the_us_follows_from_levels": {"block": TO_US, "measure": "growth_yoy"},
    "growth_of_partners_in_2025_follows_from_levels": {"block": SELECTED, "measure": "growth_yoy"},
    "growth_of_exports_in_dollars_follows_from_levels": {"block": MIRROR, "measure": "growth_yoy"},
    "china_as_a_partner_has_imports_only": {"block": CNY_2024, "counterpart_area": "CHN"},
}


@pytest.mark.parametrize("name", CHECKS)
def test_each_question_notices_a_wrong_figure(claims: pl.DataFrame, name: str) -> None:
    figures = claims.with_columns(block=pl.col("release_id").str.split("#").list.first())
    chosen = pl.all_horizontal([pl.col(column).cast(pl.String) == value for column, value in FAULTS[name].items()])
    assert figures.filter(chosen).height, "a fault in nothing shows nothing"
    column, fault = ("flow", pl.lit("export")) if name.startswith("china") else ("value", pl.col("value") * 1.5)
    wrong = figures.with_columns(pl.when(chosen).then(fault).otherwise(column).alias(column))
    with tables(replace(history.shipped(), claims=wrong)) as connection:
        assert ask(connection, {name: CHECKS[name]})["failing"].sum() > CHECKS[name].known
