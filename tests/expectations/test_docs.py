"""Data docs are readable alone: no request leaves the page, failures come first with their rows."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from expectations.docs import write_docs
from expectations.gate import CheckResult


def result(suite: str, success: bool, severity: str = "fail", **more: object) -> CheckResult:
    return CheckResult(suite, "expect_x", "export", success, severity, "2 of 31 rows otherwise", "at least 0",
                       "a value of goods is never negative", where="2026-03 <USD>", **more)  # type: ignore[arg-type]  # fmt: skip


def test_failures_come_first_with_their_rows_and_reasons(tmp_path: Path) -> None:
    rows = [{"partner": "<script>alert(1)</script>", "export": -1.0, "label": None}]
    page = write_docs(
        tmp_path / "docs",
        [result("aaa", True), result("mmm", False, "warn"), result("zzz", False, failing_rows=rows)],
    ).read_text("utf-8")
    assert [*re.findall('<section id="(.+?)"', page)] == ["zzz", "mmm", "aaa"]
    assert "3 checks by 3 suites: 1 failed, 1 warnings." in page
    assert "a value of goods is never negative" in page
    assert "<script>alert" not in page
    assert '<td data-k="partner">&lt;script&gt;alert(1)' in page and '<td data-k="export" class=n>-1' in page


def test_releases_that_met_an_expectation_share_a_line(tmp_path: Path) -> None:
    """A backfill of 200 releases of which two fail is three lines, and both filters find them."""
    results = [replace(result("aaa", number not in (7, 9)), where=f"release {number}") for number in range(200)]
    page = write_docs(tmp_path, results).read_text("utf-8")
    assert re.findall('data-result="(.+?)"', page) == ["failed", "failed", "passed"]
    assert "release 7: 2 of 31 rows" in page and "met by 198 tables" in page
    assert re.findall("<option>(.+?)</option>", page) == ["aaa", "failed", "warning", "passed"]


def test_a_suite_leads_to_its_json(tmp_path: Path) -> None:
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "cbr.aaa.json").write_text("{}")
    page = write_docs(tmp_path / "checks", [result("aaa", True), result("bbb", True)]).read_text("utf-8")
    assert re.findall('href="(../suites/.+?)"', page) == ["../suites/cbr.aaa.json"]


def test_the_page_requests_nothing_from_elsewhere(tmp_path: Path) -> None:
    page = write_docs(tmp_path, [result("aaa", True)]).read_text("utf-8")
    assert not re.search(r"(src|href|url|@import)\s*[=(]?\s*[\"']?https?:", page)
    assert not re.search(r"<(link|img|iframe)\b|<script\s", page)


def test_a_run_that_checked_nothing_says_so(tmp_path: Path) -> None:
    assert "Nothing was checked" in write_docs(tmp_path, []).read_text("utf-8")
