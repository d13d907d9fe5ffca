"""Series pages and feeds of a small publication: all series are there, nothing is asked of elsewhere, formats hold."""

from __future__ import annotations

import json
import re
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.expectations.small import printed, warehouse
from warehouse.catalog.series_pages import series, write_series
from warehouse.feeds import write_feeds


def series_data(catalog: Path) -> dict[str, Any]:
    """What all series of a catalogue share."""
    text = (catalog / "series-data.js").read_text("utf-8")
    return dict(json.loads(text.removeprefix("const DATA=").removesuffix(",PARTS=[];")))


def series_of(file: Path) -> list[list[Any]]:
    """The series of a dataset or indicator."""
    return list(json.loads(file.read_text("utf-8").removeprefix("PARTS.push(").removesuffix(");")))


@pytest.fixture
def con(tmp_path: Path) -> duckdb.DuckDBPyConnection:
    return warehouse(tmp_path / "small.duckdb", printed())


def test_every_series_is_in_the_data_with_its_words(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    page = write_series(con, tmp_path / "catalog")
    data = series_data(tmp_path / "catalog")
    every = series_of(tmp_path / "catalog/series/trade_total.js")
    assert {row[0] for row in every} == {row[0] for row in con.execute("SELECT series_id FROM series").fetchall()}
    export = next(row for row in every if ".export." in row[0])
    assert all(word in export[3].lower() for word in ("china", "出口", "экспорт"))
    assert export[9] == [[20251231, 357780000000, 20260114]]
    assert export[10] == [] and data["next"] == {}
    told = page.read_text("utf-8")
    assert re.findall(r'src="([^"]+)"', told) == ["series-data.js", "series/trade_total.js"]
    assert not re.search(r"fetch\(|@import|<link", told)


def test_each_series_says_from_when_to_when_it_reaches(built_home: Path) -> None:
    """The page, and the table, against the values themselves: a period whose value is known no more is none."""
    with duckdb.connect(str(built_home / "warehouse.duckdb"), read_only=True) as con:
        told = con.execute("SELECT series_id, first_period, last_period, observations FROM series").fetchall()
        known = con.execute("""SELECT series_id, min(period_end), max(period_end), count(*) FROM (
            SELECT series_id, period_end, value FROM observation UNION ALL SELECT series_id, period_end, value FROM indicator)
            WHERE value IS NOT NULL GROUP BY ALL""").fetchall()  # fmt: skip
    assert sorted(row for row in told if row[-1]) == sorted(known)
    page = [row for file in (built_home / "catalog/series").glob("*.js") for row in series_of(file)]
    spans = [(row[0], row[9][0][0], row[9][-1][0], len(row[9])) for row in page]
    days = [(name, *(int(f"{day:%Y%m%d}") for day in ends), count) for name, *ends, count in known]
    assert sorted(spans) == sorted(days)


def test_a_point_tells_every_vintage_down_to_the_first_print(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """What a series page calls as first printed is the last pair of a point, and its product says what comes next."""
    con.close()
    copy = shutil.copy(tmp_path / "small.duckdb", tmp_path / "grown.duckdb")
    Path(copy).chmod(0o644)
    con = duckdb.connect(copy)
    con.execute(
        """INSERT INTO vintage.observation BY NAME
           SELECT o.* EXCLUDE (vintage_date, value, change), o.vintage_date + 30 * n::INTEGER AS vintage_date,
               o.value + n * 1e9 AS value, 'revised' AS change
           FROM vintage.observation AS o, range(1, 3) AS r(n) WHERE series_id LIKE '%.export.%value%'"""
    )
    con.execute("UPDATE ops.release SET continues = 'gacc.total_preliminary'")
    con.execute(
        """INSERT INTO freshness BY NAME SELECT 'gacc.total_preliminary' AS product, 'China' AS title, '2026-01' AS expected_period,
               DATE '2026-03-07' AS expected_date, 'not due' AS state, 'rule' AS origin"""
    )
    [export] = [
        row for row in map(json.loads, series(con)["trade_total"]) if ".export." in row[0] and ".value." in row[0]
    ]
    assert export[9] == [[20251231, 359780000000, 20260315, 358780000000, 20260213, 357780000000, 20260114]]
    assert export[10] == ["gacc.total_preliminary"]
    write_series(con, tmp_path)
    text = (tmp_path / "series-data.js").read_text("utf-8")
    assert '"next":{"gacc.total_preliminary":["2026-01","2026-03-07","not due"]}' in text


def test_a_label_cannot_end_the_script(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_series(con, tmp_path)
    assert not any("</" in path.read_text("utf-8") for path in tmp_path.rglob("*.js"))


def test_feeds_are_well_formed(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    calendar, changed, atom = write_feeds(con, tmp_path / "feeds")
    lines = calendar.read_bytes().split(b"\r\n")
    assert lines[0] == b"BEGIN:VCALENDAR" and lines[-2:] == [b"END:VCALENDAR", b""]
    assert all(len(line) <= 75 for line in lines)
    [one] = json.loads(changed.read_text("utf-8"))["changes"]
    assert (one["day"], one["dataset"], one["added"], one["revised"]) == ("2026-01-14", "trade_total", 4, 0)
    root = ElementTree.fromstring(atom.read_text("utf-8"))
    titles = [title.text for title in root.iter("{http://www.w3.org/2005/Atom}title")]
    assert titles == ["Portvault: what changed", "trade_total: 4 added, 0 revised"]
