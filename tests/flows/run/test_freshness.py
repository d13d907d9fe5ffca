"""Every product and period has one state, and says how that is known."""

from __future__ import annotations

import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from flows.archive import Quarantine
from flows.cli import asking, output
from flows.cli.advice import advice
from flows.run import due_periods, extract, freshness
from flows.settings import Settings
from flows.sources import SourceReport, sources
from tests.conftest import Portvault

TOTALS, BULLETIN = "gacc.total_preliminary", "gacc.total_bulletin_monthly"


def at(home: Path, day: str) -> Settings:
    return Settings(home=home, now=datetime.fromisoformat(day).replace(tzinfo=UTC))


def row(home: Path, day: str, product: str = TOTALS) -> dict[str, object]:
    return next(row for row in freshness.current(at(home, day)) if row["product"] == product)


def answered(home: Path, day: str, state: str, reason: str = "") -> None:
    extract.remember(at(home, day), [SourceReport("gacc_en", state, reason, requests=1)])  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("day", "state", "days_late", "reason"),
    [
        ("2026-09-07", "published", None, "expected 2026-09-08 (scheduled)"),
        ("2026-09-08", "due", None, "expected 2026-09-08 (scheduled)"),
        ("2026-09-11", "due", None, "expected 2026-09-08 (scheduled)"),
        ("2026-09-12", "late", 4, "4 days; expected 2026-09-08 (scheduled)"),
    ],
)
def test_a_release_is_awaited_then_due_then_late(
    built_home: Path, day: str, state: str, days_late: int | None, reason: str
) -> None:
    """Shipped history holds the preliminary release up to July 2026."""
    found = row(built_home, day)
    assert (found["last_period"], str(found["last_vintage"])) == ("2026-07", "2026-08-11")
    assert found["expected_period"] == "2026-08"
    assert (found["state"], found["days_late"], found["reason"]) == (state, days_late, reason)


@pytest.mark.parametrize("state", ["blocked", "unreachable"])
def test_silence_is_explained_by_the_publishers_answer(home: Path, state: str) -> None:
    answered(home, "2026-09-09", state, "HTTP 412 instead of the page (script challenge)")
    answered(home, "2026-09-12", state, "HTTP 412 instead of the page (script challenge)")
    assert row(home, "2026-09-07")["state"] == "published", "nothing is missing yet"
    found = row(home, "2026-09-12")
    assert (found["state"], found["reason"]) == (state, "since 2026-09-09; expected 2026-09-08 (scheduled)")
    assert found["answer"] == f"asked 2026-09-12: {state}, HTTP 412 instead of the page"
    assert found["days_late"] == 4


def test_a_publisher_that_answers_without_the_release_is_late(home: Path) -> None:
    answered(home, "2026-09-12", "reachable")
    found = row(home, "2026-09-12")
    assert (found["state"], found["answer"]) == ("late", "asked 2026-09-12: reachable")


def test_a_refused_release_is_quarantined_until_another_one_is_loaded(home: Path) -> None:
    reason = {"product": f"gacc.x or {TOTALS}", "period": "2026-08", "code": "unit_mismatch", "got": "USD"}
    Quarantine(home / "quarantine").put("ab" * 32, None, reason)
    found = row(home, "2026-09-12")
    assert (found["state"], found["reason"]) == ("quarantined", "unit_mismatch: got USD")
    Quarantine(home / "quarantine").put("ab" * 32, None, reason | {"period": "2026-06"})
    assert row(home, "2026-09-12")["state"] == "late", "June is loaded from elsewhere"


def test_ended_suspended_and_unknown_timing(built_home: Path) -> None:
    ended = row(built_home, "2026-09-12", "cbr.sme_302_19")
    assert (ended["state"], ended["last_period"]) == ("discontinued", "2018-12")
    assert "not comparable" in str(ended["reason"])
    forms = {r["period"]: r["state"] for r in due_periods.periods(at(built_home, "2022-08-30"), "cbr.form_101")}
    assert (forms["2021-12"], forms["2022-03"], forms["2022-06"]) == ("late", "suspended", "suspended")
    reports = row(built_home, "2026-09-12", "reports.narrative")
    assert reports["state"] == "not due"
    assert str(reports["reason"]).startswith("restructuring bulletin about 2026-11-29")


def test_periods_one_by_one(built_home: Path) -> None:
    found = {r["period"]: r for r in due_periods.periods(at(built_home, "2026-10-20"), TOTALS)}
    assert list(found)[-4:] == ["2026-07", "2026-08", "2026-09", "2026-10"]
    assert [found[p]["state"] for p in list(found)[-4:]] == ["published", "late", "late", "not due"]
    assert "2026-01" not in found, "January comes with February"
    assert found["2026-02"]["state"] == "published"


def test_a_product_that_is_far_behind_or_was_never_loaded_says_so(built_home: Path) -> None:
    assert row(built_home, "2026-10-20")["reason"] == "42 days; expected 2026-09-08 (scheduled), and 1 more since"
    never = row(built_home, "2026-10-20", "gacc.major_exports_bulletin")
    assert (never["last_period"], never["expected_period"]) == (None, "2026-09")
    assert never["reason"] == "expected 2026-10-18 (scheduled), nothing loaded yet"


def test_the_same_rates_in_another_form_are_not_waited_for(built_home: Path) -> None:
    found = row(built_home, "2026-09-12", "cbr.fx_soap")
    assert (found["state"], found["days_late"]) == ("not due", None)


def test_holes_lie_between_periods_that_are_there_and_are_fetched_by_a_source_of_ours(built_home: Path) -> None:
    """Of the bulletin by partner March 2024 was not to be had; the totals are whole; the online query comes by hand."""
    found = due_periods.holes(at(built_home, "2026-10-20"))
    assert found["gacc.by_partner_bulletin"] == ["2024-03"]
    assert not {TOTALS, "gacc.online_query"} & set(found)


def test_what_to_do_follows_from_the_states(home: Path, tmp_path: Path) -> None:
    def told(folder: Path) -> str:
        settings = at(folder, "2026-10-20")
        return " ".join(advice(settings, freshness.current(settings)))

    assert told(tmp_path / "nothing").startswith("There is no publication yet: `portvault run`")
    assert "Not every publisher was asked yet" in told(home) and "backfill" not in told(home)
    assert f"gacc.online_query. Put downloads into {home / 'inbox'}" in told(home)
    reports = [SourceReport(source, requests=1) for source in sources()]
    extract.remember(at(home, "2026-10-20"), reports)
    assert "`portvault backfill --from 2021-09 --to 2026-10`" in told(home) and "asked yet" not in told(home)
    assert "gacc.by_partner_bulletin (1)" in told(home), "March 2024 is missing between months that ship"
    next(report for report in reports if report.source == "gacc_en").state = "blocked"
    extract.remember(at(home, "2026-10-20"), reports)
    assert "`portvault ingest FILE`" in told(home)


@pytest.mark.parametrize("columns", [80, 120, 200])
def test_the_table_is_whole_at_every_width(home: Path, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.StringIO()
    monkeypatch.setattr(output, "out", Console(file=text, width=columns, force_terminal=True, no_color=True))
    monkeypatch.setenv("PORTVAULT_HOME", str(home))
    monkeypatch.setenv("PORTVAULT_NOW", "2026-10-20")
    asking.status(product=None, as_json=False)
    shown = re.sub(r"\x1b\[[0-9;]*m", "", text.getvalue())
    assert max(map(len, shown.splitlines())) <= columns
    assert "…" not in shown
    for found in freshness.current(at(home, "2026-10-20")):
        words = " ".join(shown.split())
        assert f"{found['product']} " in words and " ".join(str(found["reason"]).split()[:3]) in words


def test_freshness_holds_it_in_the_warehouse(portvault: Portvault, built_home: Path) -> None:
    query = "SELECT product, last_period, state, reason, answer FROM freshness WHERE product = 'cbr.household_debt'"
    (found,) = json.loads(portvault("sql", query, "--json", home=built_home).stdout)
    assert (found["last_period"], found["state"], found["answer"]) == ("2025-01", "late", "not asked yet")
    done = portvault("status", "--product", TOTALS, "--json", home=built_home, PORTVAULT_NOW="2026-09-12")
    assert json.loads(done.stdout)[-2]["state"] == "late"
    assert portvault("status", "--product", "nothing", home=built_home).returncode == 2
