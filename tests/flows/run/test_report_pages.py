"""The report of a run for people: complete, self-contained, and no word from outside becomes markup."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.run import report_files
from flows.run.report import Report
from flows.run.report_pages import html, markdown, number, percent
from flows.settings import Settings
from flows.sources import SourceReport
from warehouse.diff import difference

HOME = Path("/srv/port vault")
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
REVISION: dict[str, Any] = {
    "dataset": "trade_total", "title": f"Imports {EVIL}", "series_id": "s", "unit": "USD", "previous_value": 243.64e9,
    "value": 244.9e9, "change": 1.26e9, "change_percent": 0.5171564, "cause": "publisher", "period_end": date(2025, 12, 31),
}  # fmt: skip
CHECK = {
    "suite": "candidate", "column": "value", "severity": "fail", "expected": "no loss", "observed": EVIL, "why": "Readers rely on it.",
    "where": "20260707", "failing_rows": [{"series": EVIL, "value": 1.5, "period_end": date(2025, 12, 31)}],
}  # fmt: skip


@pytest.fixture
def report() -> Report:
    return Report(
        "20260707T010203Z-beef", datetime(2026, 7, 7, 1, 2, 3, tzinfo=UTC), datetime(2026, 7, 7, 1, 2, 45, tzinfo=UTC),
        outcome="held", reason=f"Held {EVIL}", new_releases=[EVIL], added={"trade_total": 12345}, notes=[EVIL],
        revised_count=2, revised=[REVISION, REVISION | {"previous_value": 0.0, "change_percent": None}], largest=[REVISION],
        lost_count=1, lost=[{"series_id": EVIL, "period_end": "2020-01-31", "vintage_date": "2020-03-07", "value": 7.5,
                             "cause": "code"}],
        beyond_count=1, beyond=[{"title": None, "series_id": EVIL, "period_end": "2025-12-31", "vintage_date": None, "unit": "USD",
                                 "previous_value": 243.64e9, "value": 2436.4e9, "allowed": 12.2e9, "why": "A misread unit."}],
        sources=[SourceReport("cbr", "blocked", EVIL, seen=3, requests=4)],
        products=[{"product": "cbr.key_rate", "last_period": None, "expected_period": "2026-07", "expected_date": None,
                   "state": "late", "reason": EVIL}],
        quarantined=[{"name": EVIL, "code": "unknown_label", "expected": "a label", "got": EVIL}],
        checks={"met": 40, "warned": 0, "failed": 1}, failing_checks=[CHECK], stages={"ask": 1.25, "publish": 0.5},
    )  # fmt: skip


def test_the_page_tells_all_of_the_run(report: Report) -> None:
    page = html(report, HOME)
    for words in ("held", "12,345", "243,640,000,000", "244,900,000,000", "1,260,000,000", "+0.52 %", "2020-01-31",
                  "blocked", "late", "unknown_label", "no loss", "Readers rely on it.", "1.25", "42.0 s", "exit code 4"):  # fmt: skip
        assert words in page, words
    assert '<td data-k="value" class=n>1.5' in page and '<td data-k="period_end">2025-12-31' in page  # the failing row


def test_no_word_from_outside_becomes_markup_and_nothing_is_requested(report: Report) -> None:
    page = html(report, HOME)
    assert page.count("&lt;script&gt;") >= 9
    assert not re.search(r"<(script|img|link|iframe|object)\b", page)
    assert not re.search(r"<[^>]*(src|href)=|url\(|@import", page)


def test_markdown_says_the_same_without_markup(report: Report) -> None:
    text = markdown(report, HOME)
    assert "<script" not in re.sub("`[^`]*`", "", text)
    for words in ("Largest revisions in percent", "Largest revisions in value", "+0.52 %", "| – |", "## Lost"):
        assert words in text


def test_both_lead_to_the_bulletin_and_what_else_was_written(report: Report) -> None:
    """The files stand in runs/, so their links are relative to it: they hold from a disk and from any web server."""
    report.outputs = {
        "bulletin": "/srv/port vault/bulletin/bulletin-2025-12-08.html",
        "Parquet copy": "s3://lake/parquet",
        "elsewhere": "/mnt/other",
    }
    assert "- [bulletin](../bulletin/bulletin-2025-12-08.html)\n" in markdown(report, HOME)
    page = html(report, HOME)
    assert '<a href="../bulletin/bulletin-2025-12-08.html">bulletin</a>' in page
    assert '<a href="s3://lake/parquet">Parquet copy</a>' in page and "elsewhere <code>/mnt/other</code>" in page


def test_links_in_the_orchestrator_lead_to_a_server_or_are_paths(report: Report) -> None:
    """A page of Prefect's server may open no file of a disk."""
    report.outputs = {"bulletin": "/srv/port vault/bulletin/a b.html"}
    there = Settings(home=HOME, pages_url="https://figures.example.org/vault/").pages
    assert "- [bulletin](https://figures.example.org/vault/bulletin/a%20b.html)" in markdown(report, HOME, there)
    assert Settings(home=HOME, metrics_port=9100).pages == "http://127.0.0.1:9100"
    assert "- bulletin: `/srv/port vault/bulletin/a b.html`" in markdown(report, HOME, Settings(home=HOME).pages)


def test_what_the_shipped_figures_are_known_to_contradict_has_a_heading_of_its_own(report: Report) -> None:
    """In every run the same; a check that fails anew, of the shipped figures as well, is told before it."""
    shipped = CHECK | {"suite": "history_banking"}
    report.failing_checks = [shipped | {"severity": "warn", "column": "risk_ratios"}, shipped, CHECK]
    for text in (markdown(report, HOME), html(report, HOME)):
        news, known = text.split("Known in the figures as published")
        assert "Checks not met" in news and "risk_ratios" not in news and "risk_ratios" in known
        assert news.index("unknown_label") < news.index("Checks not met")
    report.failing_checks = report.failing_checks[:1]
    assert "Checks not met" not in markdown(report, HOME) + html(report, HOME)


def test_an_empty_run_has_a_page_too() -> None:
    page = html(Report("20260707T010203Z-beef", datetime(2026, 7, 7, tzinfo=UTC)), HOME)
    assert "failed" in page and "Revised" not in page


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), (0.1, "0.1"), (1080000000000.0, "1,080,000,000,000"), (-28.58, "-28.58"), (2e-5, "2e-05")],
)
def test_figures_have_the_digits_they_have(value: float | None, text: str) -> None:
    assert number(value) == text


def test_a_change_from_nought_has_no_percent() -> None:
    assert (percent(None), percent(-12.345)) == ("–", "-12.35 %")


def test_files_of_a_run(report: Report, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    report_files.save(settings, report)
    report_files.save(settings, replace(report, run_id="20260708T010203Z-beef", outcome="unchanged"))
    assert sorted(path.name for path in settings.runs.iterdir()) == [
        "20260707T010203Z-beef.html", "20260707T010203Z-beef.json", "20260707T010203Z-beef.md",
        "20260708T010203Z-beef.json", "20260708T010203Z-beef.md",
    ]  # fmt: skip
    assert json.loads((settings.runs / "20260707T010203Z-beef.json").read_bytes())["lost"][0]["value"] == 7.5


def test_revisions_are_ranked_in_percent_and_in_value(built_home: Path, tmp_path: Path) -> None:
    """Two published figures are revised in a copy: a small one by much, the largest in roubles by little."""
    old = built_home / "warehouse.duckdb"
    new = Path(shutil.copy(old, tmp_path / "new.duckdb"))
    new.chmod(0o644)
    with duckdb.connect(str(new)) as con:
        picked = con.execute("""
            SELECT series_id, period_end, value, factor FROM (
                (SELECT *, 3.0 AS factor FROM observation JOIN series USING (series_id)
                 WHERE unit = 'percent' AND value BETWEEN 1 AND 2 ORDER BY series_id, period_end LIMIT 1)
                UNION ALL
                (SELECT *, 1.01 FROM observation JOIN series USING (series_id) WHERE unit = 'RUB'
                 ORDER BY value DESC, series_id, period_end LIMIT 1))""").fetchall()
        for series, end, value, factor in picked:
            con.execute(
                """INSERT INTO vintage.observation BY NAME
                   SELECT * REPLACE (DATE '2030-01-01' AS vintage_date, value * $2 AS value, 'revised' AS change,
                                     CASE WHEN $2 = 3 THEN 'new/2030-01' ELSE release_id END AS release_id)
                   FROM vintage.observation WHERE series_id = $3 AND period_end = $4 AND value = $1 LIMIT 1""",
                [value, factor, series, end],
            )
    found = difference(new, old)
    assert len(picked) == found.revised_count == 2
    assert found.revised["change_percent"].round(6).to_list() == [1.0, None]  # percents change by points
    assert dict(found.largest.select("unit", "change").iter_rows()) == {
        "percent": pytest.approx(picked[0][2] * 2), "RUB": pytest.approx(picked[1][2] * 0.01),
    }  # fmt: skip
    assert found.lost_count == 0
    assert dict(found.revised.select("unit", "cause").iter_rows()) == {"percent": "publisher", "RUB": "code"}
    assert found.by_code == 1


def test_a_day_on_which_another_word_stands_is_lost_to_its_publisher_or_to_the_code(
    built_home: Path, tmp_path: Path
) -> None:
    """Two days of the key rate say otherwise in a copy: one by a release that is new, one by the same release."""
    old = built_home / "warehouse.duckdb"
    new = Path(shutil.copy(old, tmp_path / "new.duckdb"))
    new.chmod(0o644)
    with duckdb.connect(str(new)) as con:
        days = [
            day
            for (day,) in con.execute("""SELECT vintage_date FROM vintage.observation
            WHERE series_id LIKE 'key_rate:%' ORDER BY vintage_date LIMIT 2""").fetchall()
        ]
        for day, release in zip(days, ("'new/2030-01'", "release_id"), strict=True):
            con.execute(
                f"""UPDATE vintage.observation SET value = value + 1, release_id = {release}
                WHERE series_id LIKE 'key_rate:%' AND vintage_date = ?""",
                [day],
            )
        con.execute("UPDATE ops.part SET print = 'another' WHERE part = 'key_rate'")
    found = difference(new, old)
    assert dict(found.lost.select("vintage_date", "cause").iter_rows()) == {days[0]: "publisher", days[1]: "code"}
    assert (found.lost_count, found.by_code) == (2, 1)
    again = difference(new, old, same_code=True)
    assert dict(again.lost.select("vintage_date", "cause").iter_rows()) == {days[0]: "publisher", days[1]: "dated anew"}
    assert again.by_code == 0
