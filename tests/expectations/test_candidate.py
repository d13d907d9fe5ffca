"""Gate 2: a candidate that contradicts itself, loses something or revises too much does not pass unseen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from expectations.gate import CheckResult, check
from expectations.losses import HOLDING, beyond
from expectations.measures import changed as parts
from expectations.measures import measure
from flows.run.holding import told
from tests.expectations.small import BULLETIN, DECEMBER, FIRST, NOVEMBER, PRINTED, claims, printed, warehouse


def verdict(tmp_path: Path, new: list[pl.DataFrame], old: list[pl.DataFrame] | None = None) -> dict[str, CheckResult]:
    """Failed checks by name."""
    with warehouse(tmp_path / "new.duckdb", *new) as candidate:
        if old is None:
            measured = measure(candidate, None)
        else:
            with warehouse(tmp_path / "old.duckdb", *old) as current:
                measured = measure(candidate, current)
    return {r.column: r for r in check("candidate", measured, where="candidate") if not r.success}


@pytest.mark.slow
def test_the_first_print_of_december_2025_passes(tmp_path: Path) -> None:
    assert verdict(tmp_path, [printed()]) == {}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"total": 601.44e9}, {"export_plus_import_is_total"}),
        ({"balance": 114.12e9}, {"export_less_import_is_balance"}),
        (
            {"import": -243.64e9},
            {"export_plus_import_is_total", "export_less_import_is_balance", "amounts_not_negative"},
        ),
    ],
)
def test_a_contradiction_within_a_release_fails(tmp_path: Path, changed: dict[str, float], names: set[str]) -> None:
    found = verdict(tmp_path, [printed(**changed)])
    assert set(found) == names
    assert not names & HOLDING
    assert "2025-12-31" in next(iter(found.values())).failing_rows[0]["example"]


@pytest.mark.slow
def test_a_revision_of_imports_alone_is_no_contradiction(tmp_path: Path) -> None:
    """Imports of December 2025 were 243.64 bn at first and 245.3 bn in August 2026; the total was not reprinted."""
    revised = claims(("import", DECEMBER, BULLETIN, 245.3e9), release="august")
    assert verdict(tmp_path, [printed(), revised], [printed()]) == {}


@pytest.mark.slow
def test_a_revision_beyond_bounds_holds_the_run(tmp_path: Path) -> None:
    revised = claims(("import", DECEMBER, BULLETIN, 2436.4e9), release="august")
    found = verdict(tmp_path, [printed(), revised], [printed()])
    assert set(found) == {"revisions_within_bounds"} <= HOLDING
    assert "243640000000.0 -> 2436400000000.0" in found["revisions_within_bounds"].failing_rows[0]["example"]


@pytest.mark.slow
def test_what_is_beyond_its_bound_is_told_with_old_new_and_allowed(tmp_path: Path) -> None:
    """Exports tenfold, imports by a tenth, and a period that left: the largest first, those without a measure before."""
    new = [
        printed(),
        claims(("import", DECEMBER, BULLETIN, 2436.4e9), ("export", DECEMBER, BULLETIN, 393.5e9), release="a"),
    ]
    old = [printed(), claims(("export", NOVEMBER, FIRST, 330.4e9))]
    with warehouse(tmp_path / "new.duckdb", *new) as candidate, warehouse(tmp_path / "old.duckdb", *old) as current:
        found = beyond(candidate, current).to_dicts()
    revised = [(row["previous_value"], row["value"]) for row in found if row["check"] == "revisions_within_bounds"]
    assert revised == [(243.64e9, 2436.4e9), (357.78e9, 393.5e9)]
    assert {row["check"] for row in found if row["period_end"] == NOVEMBER} == {
        "no_observation_lost",
        "no_vintage_rewritten",
    }
    first = next(row for row in found if row["value"] == 2436.4e9)
    assert first["allowed"] == pytest.approx(0.05 * 243.64e9, rel=1e-3)
    assert all(text in told(first) for text in ("243,640,000,000", "2,436,400,000,000", "2025-12-31", first["why"]))
    gone = next(row for row in found if row["check"] == "no_observation_lost")
    assert "nothing" in told(gone) and "330,400,000,000" in told(gone)


@pytest.mark.slow
def test_a_lost_period_and_a_lost_series_hold_the_run(tmp_path: Path) -> None:
    november = claims(("export", NOVEMBER, FIRST, 330.4e9))
    germany = claims(("export", DECEMBER, FIRST, 10e9), counterpart_area="DEU", dataset="trade_by_partner")
    found = verdict(tmp_path, [printed()], [printed(), november, germany])
    assert set(found) == {"no_series_lost", "no_observation_lost", "no_vintage_rewritten"} <= HOLDING
    lost = {row["subject"]: row["failing"] for row in found["no_observation_lost"].failing_rows}
    assert lost == {"trade_total": 1, "trade_by_partner": 1}


@pytest.mark.slow
def test_a_rewritten_past_holds_the_run_though_the_newest_value_is_the_same(tmp_path: Path) -> None:
    old = [printed(), claims(("import", DECEMBER, BULLETIN, 245.3e9), release="august")]
    new = [printed(**{"import": 244.0e9, "total": 601.78e9, "balance": 113.78e9}), old[1]]
    assert set(verdict(tmp_path, new, old)) == {"no_vintage_rewritten"}


@pytest.mark.slow
def test_an_earlier_print_found_later_rewrites_nothing(tmp_path: Path) -> None:
    """A release of the same values found in an archive moves the vintage back; what was known since is unchanged."""
    early = claims(*[(flow, DECEMBER, date(2026, 1, 8), value) for flow, value in PRINTED.items()], release="early")
    assert verdict(tmp_path, [early, printed()], [printed()]) == {}


@pytest.mark.slow
def test_known_before_it_happened_fails(tmp_path: Path) -> None:
    found = verdict(tmp_path, [claims(("export", DECEMBER, date(2025, 12, 30), 1e9))])
    assert set(found) == {"known_after_it_happened"}


@pytest.mark.slow
def test_dollars_filed_as_yuan_fail(tmp_path: Path) -> None:
    found = verdict(tmp_path, [claims(("export", DECEMBER, FIRST, 357.78e9), currency="CNY")])
    assert set(found) == {"money_in_the_currency_of_the_statistic"}


@pytest.mark.slow
@pytest.mark.parametrize(("year_on_year", "month_on_month", "held"), [(6.6, 8.4, False), (8.4, 6.6, True)])
def test_rates_that_changed_columns_hold_the_run(
    tmp_path: Path, year_on_year: float, month_on_month: float, held: bool
) -> None:
    """Exports of December 2025, printed 6.6 on the year and 8.4 on the month: no page alone can tell them apart."""
    before = claims(("export", date(2024, 12, 31), FIRST, 335.646e9), ("export", NOVEMBER, FIRST, 330.163e9))
    rates = [
        claims(("export", DECEMBER, FIRST, rate), measure=measure, currency="USD", unit="percent")
        for measure, rate in (("growth_yoy", year_on_year), ("growth_mom", month_on_month))
    ]
    found = set(verdict(tmp_path, [before, printed(), *rates]))
    assert found == ({"growth_stands_in_its_column"} & HOLDING if held else set())


@pytest.mark.slow
@pytest.mark.parametrize(("april", "held"), [(251.5e8, False), (8.2e8, True)])
def test_a_year_to_date_that_falls_holds_the_run(tmp_path: Path, april: float, held: bool) -> None:
    """Two regimes of a commodity that changed places in table (18): their page prints no sum to tell."""
    own = {"dataset": "trade_by_commodity_regime", "product_code": "COMMODITY_SOYBEANS", "basis": "ytd"}
    own |= {"measure": "quantity", "unit": "kg", "currency": "_", "definition": "REGIME_ORDINARY"}
    months = [
        ("import", date(2026, 3, 31), date(2026, 4, 18), 166.1e8),
        ("import", date(2026, 4, 30), date(2026, 5, 18), april),
    ]
    found = set(verdict(tmp_path, [claims(*months, **own)]))
    assert found == ({"year_to_date_does_not_fall"} & HOLDING if held else set())


GOODS = {"TOYS": 3.4e9, "SHIPS": 4.1e9, "STEEL": 6.2e9, "RICE": 0.1e9, "COAL": 0.3e9}  # exports of a month, USD
JANUARY, FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)


def goods(release: str, end: date, currency: str, basis: str, times: float) -> list[pl.DataFrame]:
    """Five exports of a release, each so many times that of a month in dollars."""
    own = {"dataset": "trade_by_commodity", "currency": currency, "unit": currency, "basis": basis}
    return [
        claims(("export", end, date(2026, 3, 18), value * times), release=release, product_code=code, **own)
        for code, value in GOODS.items()
    ]


@pytest.mark.slow
@pytest.mark.parametrize(("rate", "held"), [(7.02, False), (1.0, True), (0.702, True), (70.2, True)])
def test_dollars_under_a_unit_of_yuan_hold_the_run(tmp_path: Path, rate: float, held: bool) -> None:
    """Export tables of 2025 print RMB 10,000 over figures in USD 1,000, and no price tells a factor of seven."""
    tables = [*goods("dollars", JANUARY, "USD", "month", 1), *goods("yuan", JANUARY, "CNY", "month", rate)]
    found = set(verdict(tmp_path, tables))
    assert found == ({"commodities_in_yuan_are_those_in_dollars"} & HOLDING if held else set())


@pytest.mark.slow
@pytest.mark.parametrize(("times", "held"), [(1.0, False), (1.1, False), (7.02, True), (10.0, True)])
def test_a_table_that_does_not_follow_the_month_before_holds_the_run(tmp_path: Path, times: float, held: bool) -> None:
    """January to February less February is January, as its own table printed it, but for revisions."""
    tables = [
        *goods("january", JANUARY, "USD", "ytd", 1),
        *goods("february", FEBRUARY, "USD", "month", 0.9 * times),
        *goods("february", FEBRUARY, "USD", "ytd", 1.9 * times),
    ]
    found = set(verdict(tmp_path, tables))
    assert found == ({"commodities_follow_the_month_before"} & HOLDING if held else set())


@pytest.mark.slow
@pytest.mark.parametrize(("days", "held"), [((27,), False), ((24, 27), True)])
def test_a_key_rate_dated_by_its_decision_as_well_holds_the_run(
    tmp_path: Path, days: tuple[int, ...], held: bool
) -> None:
    """16.5 percent was decided on Friday, 24 October 2025, and applies from Monday."""
    kind = {"dataset": "key_rate", "ref_area": "RUS", "counterpart_area": "_", "product_code": "_", "measure": "key_rate",
            "basis": "rate", "unit": "percent", "freq": "D", "currency": "_"}  # fmt: skip
    rates = [(date(2025, 9, 15), 17.0), *((date(2025, 10, day), 16.5) for day in days)]
    found = set(verdict(tmp_path, [claims(*[("_", day, day, rate) for day, rate in rates], **kind)]))
    assert found == ({"key_rate_is_changed_once"} & HOLDING if held else set())


@pytest.mark.slow
def test_loans_in_roubles_and_foreign_currency_sum_to_all(tmp_path: Path) -> None:
    parts = {"RUB": 36_000e9, "FX": 60e9, "ALL": 36_100e9}
    household = [
        claims(("_", DECEMBER, FIRST, value), dataset="household_loans", ref_area="RUS", counterpart_area="_",
               product_code="HOUSEHOLD", measure="debt", basis="stock", currency=currency, unit="RUB",
               definition="RESIDENTS_EXCL_ACQUIRED")
        for currency, value in parts.items()
    ]  # fmt: skip
    assert set(verdict(tmp_path, household)) == {"roubles_plus_foreign_is_all"}


def test_a_question_not_asked_is_a_failure() -> None:
    empty = pl.DataFrame({"check": ["values_finite"], "subject": ["x"], "tested": [1], "failing": [0], "example": [""]})
    failed = [r for r in check("candidate", empty, where="x") if not r.success]
    assert [r.column for r in failed] == ["check"]
    assert "no_series_lost" in failed[0].observed


@pytest.mark.slow
@pytest.mark.parametrize(("end", "warned"), [(date(2024, 11, 30), set()),
                                             (date(2024, 10, 31), {"mortgage_copies_differ_in_one_month"})])  # fmt: skip
def test_the_revision_of_mortgages_is_of_one_month(tmp_path: Path, end: date, warned: set[str]) -> None:
    """Overdue mortgages on 1 December 2024: 91,008 mln RUB in 02_02 of February 2025, 91,121 in 02_14 of March."""
    what = {"dataset": "mortgage", "ref_area": "RUS", "counterpart_area": "_", "product_code": "MORTGAGE", "unit": "RUB",
            "measure": "overdue", "basis": "stock", "definition": "RAS_OVERDUE_RESIDENTS", "currency": "RUB"}  # fmt: skip
    old = claims(("_", end, date(2025, 2, 28), 91_008e6), release="02_02", **what)
    new = claims(("_", end, date(2025, 3, 11), 91_121e6), release="cbr.mortgage_debt/2025-02/x", **what)
    found = verdict(tmp_path, [old, new])
    assert set(found) == warned
    assert all(result.severity == "warn" for result in found.values())


@pytest.mark.slow
@pytest.mark.parametrize("changed", [{}, {"import": 245.3e9}, {"total": 601.44e9}])
def test_asking_what_changed_alone_gives_what_asking_everything_gives(
    tmp_path: Path, changed: dict[str, float]
) -> None:
    """Partners stand, with a contradiction in them; the totals may be others, the goods are new."""
    partners = claims(*[(flow, DECEMBER, FIRST, value) for flow, value in (PRINTED | {"total": 1e9}).items()],
                      dataset="trade_by_partner", counterpart_area="USA")  # fmt: skip
    goods = claims(("export", DECEMBER, FIRST, -1e9), dataset="trade_by_commodity", product_code="COMMODITY_STEEL")
    with (
        warehouse(tmp_path / "old.duckdb", printed(), partners) as old,
        warehouse(tmp_path / "new.duckdb", printed(**changed), partners, goods) as new,
    ):
        before = measure(old, None)
        news, whole = measure(new, old, before), measure(new, old)
        assert news.equals(whole)
        assert {"trade_by_partner", "trade_by_commodity"} <= set(whole.filter(pl.col("failing") > 0)["subject"])
        assert parts(new, old) == ["trade_by_commodity", *(["trade_total"] if changed else [])]
