"""The bulletin, the catalogue, series, data docs and the report of a run in a real browser: an accessibility checker finds nothing serious, nothing sticks out.

Desktop, phone, dark and print. The checker (axe-core) and the driver (puppeteer-core) are installed from the npm
registry into a throw-away folder; the tests are skipped only where npm or a browser is missing.
"""

from __future__ import annotations

import json
import re
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest

from expectations.docs import write_docs
from expectations.gate import CheckResult
from tests.browser import driver
from tests.browser.driver import BROWSER, needs_browser
from warehouse.bulletin import build, write

VIEWS = {"desktop", "phone", "dark", "print"}
pytestmark = [pytest.mark.slow, needs_browser]
View = dict[str, Any]


def look(tools: Path, screenshots: Path, *pages: Path) -> list[View]:
    """What look.mjs says of pages, one entry a page and view."""
    command = ["node", "look.mjs", str(BROWSER), str(screenshots), *map(str, pages)]
    done = subprocess.run(command, cwd=tools, capture_output=True, text=True, timeout=1800)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


@pytest.fixture(scope="module")
def looked(built_home: Path, tools: Path) -> list[View]:
    """The pages of a whole run, looked at; data docs as they are, and with rows that failed; and the bulletin of the day
    with most to tell."""
    failed = CheckResult("by_partner", "expect_x", "export", False, "fail", "1 of 31 rows otherwise", "at least 0",
                         "Goods have a value.", [{"partner": "USA", "export": -33_789_100_000.0}], "2026-03")  # fmt: skip
    catalog = built_home / "catalog"
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        eventful = write(build(con, date(2025, 12, 8)), tools, ["html"])
    pages = [
        *eventful,
        *(built_home / "bulletin").glob("*.html"),
        *(built_home / "runs").glob("*.html"),
        *(catalog / "index.html", catalog / "series.html", catalog / "checks" / "index.html"),
        write_docs(tools / "docs", [failed, replace(failed, column="import", failing_rows=[])]),
    ]
    seen = look(tools, tools, *pages)
    assert len(seen) == len(VIEWS) * len(pages) == 28
    assert {view["view"] for view in seen} == VIEWS
    assert all((tools / f"{Path(v['page']).stem}-{v['view']}.png").stat().st_size > 12_000 for v in seen)
    return seen


def test_the_accessibility_checker_finds_nothing(looked: list[View]) -> None:
    found = [
        (v["page"], v["view"], hit["impact"], hit["id"], hit["where"][:3]) for v in looked for hit in v["violations"]
    ]
    assert found == []


def test_no_page_is_wider_than_the_screen_or_asks_for_anything_else(looked: list[View]) -> None:
    assert [(v["page"], v["view"], v["wide"], v["outside"]) for v in looked if v["wide"] > 0 or v["outside"]] == []


def test_no_label_of_a_chart_is_cut_off(looked: list[View]) -> None:
    assert [(v["page"], v["view"], v["cut"]) for v in looked if v["cut"]] == []


def test_the_bulletin_is_read_at_a_glance(looked: list[View]) -> None:
    """At most 6,000 px high at 1300 wide and 12,000 on a phone: of today, and of the day with most to tell."""
    high = {(view["page"], view["view"]): view["high"] for view in looked if view["page"].startswith("bulletin")}
    assert len(high) == 2 * len(VIEWS)
    bound = {"desktop": 6000, "phone": 12_000}
    assert {name: px for name, px in high.items() if px > bound.get(name[1], px)} == {}


def test_a_line_of_a_series_page_does_not_cross_a_gap(built_home: Path, tools: Path, tmp_path: Path) -> None:
    """Export of steel by volume: the pieces of its line are those of the months known; the chart has a mark for each month."""
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        [(name, months, pieces)] = con.execute("""WITH known AS (
                SELECT series_id, period_end, date_diff('day', lag(period_end) OVER (
                    PARTITION BY series_id ORDER BY period_end), period_end) AS days
                FROM observation JOIN series USING (series_id)
                WHERE dataset = 'trade_by_commodity' AND freq = 'M' AND value IS NOT NULL)
            SELECT series_id, count(*), count(*) FILTER (days > 75) + 1 FROM known GROUP BY 1
            HAVING count(*) FILTER (days > 75) > 0 ORDER BY 2 DESC, 1 LIMIT 1""").fetchall()
    page = f"{(built_home / 'catalog' / 'series.html').as_uri()}#{quote(name)}"
    drawn = driver.look(tools, page, tmp_path / "series.png", "document.querySelector('svg circle')")
    lines = [
        points.split() for points in re.findall(r'<polyline points="([^"]+)" fill="none" stroke="var\(--one\)"', drawn)
    ]
    assert drawn.count("<circle") == months
    assert len(lines) <= pieces and sum(len(line) - 1 for line in lines) == months - pieces


def test_the_checker_would_tell(tools: Path, tmp_path: Path) -> None:
    """A page without language, alternative text or contrast is found out, so that silence means something."""
    bad = tmp_path / "bad.html"
    bad.write_text(
        '<html><title>x</title><img src="x.png"><p style="color:#ccc;background:#fff;width:3000px">pale</p></html>'
    )
    seen = look(tools, tmp_path, bad)
    assert {"html-has-lang", "image-alt", "color-contrast"} <= {hit["id"] for hit in seen[0]["violations"]}
    assert all(view["wide"] > 0 for view in seen)
