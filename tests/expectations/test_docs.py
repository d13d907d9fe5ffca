"""Data docs are readable alone: no request leaves the page, failures come first with their rows."""

from __future__ import annotations

import re
from pathlib import Path

from expectations.docs import write_docs
from expectations.gate import CheckResult


def result(suite: str, success: bool, severity: str = "fail", **more: object) -> CheckResult:
    return CheckResult(suite, "expect_x", "export", success, severity, "2 of 31 rows otherwise", "at least 0",
                       "a value of goods is never negative", where="2026-03 <USD>", **more)  # type: ignore[arg-type]  # fmt: skip


def test_failures_come_first_with_their_rows_and_reasons(tmp_path: Path) -> None:
    rows = [{"partner": "<script>alert(1)</script>", "export": -1.0}]
    page = write_docs(
        tmp_path / "docs",
        [result("aaa", True), result("mmm", False, "warn"), result("zzz", False, failing_rows=rows)],
    ).read_text("utf-8")
    assert page.index(">zzz<") < page.index(">mmm<") < page.index(">aaa<")
    assert "3 checks of 3 tables: 1 failed, 1 warnings." in page
    assert "a value of goods is never negative" in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_the_page_requests_nothing_from_elsewhere(tmp_path: Path) -> None:
    page = write_docs(tmp_path, [result("aaa", True)]).read_text("utf-8")
    assert not re.search(r"(src|href|url|@import)\s*[=(]?\s*[\"']?https?:", page)
    assert not re.search(r"<(link|script|img|iframe)\b", page)


def test_a_run_that_checked_nothing_says_so(tmp_path: Path) -> None:
    assert "Nothing was checked" in write_docs(tmp_path, []).read_text("utf-8")
