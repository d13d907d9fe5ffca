"""Files fetched by hand: official ones load exactly, doubtful ones are refused with their reason and harm nothing."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from tests.conftest import Portvault
from tests.inside import copy_home
from tests.plain import small_history
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import by_partner_rows, commodity_rows

CHALLENGE = b"""<!DOCTYPE html><html><head><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};$_ts.nsd=46372;$_ts.cd="qEqEr";
</script></head><body></body></html>"""


def report_of(done: object) -> dict[str, object]:
    return json.loads(done.stdout)  # type: ignore[attr-defined]


def query(home: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_household_workbook_equals_the_tidy_figures(ingested: Path, shared: Path) -> None:
    """Every cell of 02_05 for Russia and its federal districts, after the dates were turned into period ends."""
    tidy = pl.read_csv(shared / "cbr/household_loans_debt_overdue_monthly.csv", infer_schema_length=None)
    wanted = tidy.filter(pl.col("measure") == "debt", pl.col("currency") == "TOTAL", pl.col("area_level") == "country")
    expected = {
        date.fromisoformat(day).toordinal() - 1: float(value) * 1e6
        for day, value in wanted.select("reporting_date", "value").iter_rows()
    }
    rows = query(
        ingested,
        """SELECT period_end, value FROM vintage.observation WHERE release_id LIKE 'cbr.household_debt/%'
        AND series_id LIKE 'household_loans:RUS.%' AND series_id LIKE '%.debt.stock.%.ALL.RUB.M.N'""",
    )
    current = query(ingested, "SELECT period_end, debt FROM household_loans WHERE area = 'RUS' AND currency = 'ALL'")
    assert {day.toordinal(): value for day, value in current if value} == pytest.approx(expected)  # type: ignore[attr-defined]
    assert rows == []  # the workbook says what the history says: no new vintage


def test_the_mortgage_revision_of_december_2024_is_found(ingested: Path) -> None:
    """cbr README section 2: overdue RUB 91,008 became 91,121 between the two workbooks."""
    rows = query(
        ingested,
        """SELECT previous_value, value FROM revision WHERE dataset = 'mortgage' AND period_end = '2024-11-30'
        AND series_id LIKE 'mortgage:RUS.%.overdue.%.RUB.RUB.M.N'""",
    )
    assert rows == [(91008e6, 91121e6)]


def test_partner_pages_equal_the_tidy_figures(ingested: Path, shared: Path) -> None:
    tidy = pl.read_csv(shared / "gacc/by_partner_preliminary.csv", infer_schema=False)
    printed = tidy.filter(pl.col("period") == "2026-03", pl.col("partner_label") == "of which: Germany")[
        "export_month"
    ][0]
    rows = query(
        ingested,
        """SELECT exports FROM trade_by_partner_as_of(DATE '2026-04-14')
        WHERE partner = 'DEU' AND period_end = '2026-03-31' AND basis = 'month' AND currency = 'CNY'""",
    )
    assert rows == [(float(printed.replace(",", "")) * 1e8,)]


def test_a_download_becomes_microdata_with_the_names_of_its_codes(ingested: Path) -> None:
    rows = "SELECT count(*), count(DISTINCT hs8) FROM customs_microdata WHERE flow = 'import'"
    assert query(ingested, rows)[0][0] == 36
    names = query(ingested, """SELECT DISTINCT m.hs_name, c.name_zh, c.hs_edition FROM customs_microdata AS m
        JOIN commodity AS c ON c.code = 'HS_' || m.hs8 AND c.version = year(m.period_end)""")  # fmt: skip
    assert names and all(served == kept and edition == 2022 for served, kept, edition in names)
    years = query(ingested, "SELECT version FROM commodity WHERE code = 'HS_12019019' AND version > 2022 ORDER BY 1")
    assert [year for (year,) in years] == [
        2023,
        2024,
        2025,
    ]  # 2023 of the official lists, 2025 from the shipped history
    table = pl.read_parquet(ingested / "parquet/customs_microdata/*.parquet")
    assert len(table) == 36


def test_the_same_files_again_change_nothing(
    ingested: Path, portvault: Portvault, shared: Path, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(ingested, tmp_path / "data"))
    before = query(home, "FROM publication")
    page = shared / "gacc/raw/hoyla_meridian/release_section4_by_country_mar2026_cny.html"
    with small_history(ingested.with_name("history")):
        done = portvault("ingest", str(page), "--json", home=home)
    assert report_of(done)["outcome"] == "unchanged"
    assert query(home, "FROM publication") == before


def bad_files(folder: Path, shared: Path | None) -> dict[str, Path]:
    title, rows = by_partner_rows("2026-03", "CNY")
    partner = [
        ["Atlantis" if 8 < i < 24 and j == 0 else cell for j, cell in enumerate(row)] for i, row in enumerate(rows)
    ]
    unit = [[(cell[0].replace("CNY 100 Million", "USD1 Million"), *cell[1:]) if isinstance(cell, tuple) else cell for cell in row] for row in rows]  # fmt: skip
    exports_title, exports = commodity_rows("export", "2025-03")
    shifted = [[row[0], *row[2:], ""] if 3 < i < len(exports) - 1 else row for i, row in enumerate(exports)]
    contents = {
        "challenge_page": CHALLENGE,
        "unknown_partner": english(title, partner),
        "unit_mismatch": english(title, unit),
        "shifted_row": english(exports_title, shifted),
        "truncated": english(title, rows)[:12000],
    }
    if shared:
        contents["truncated workbook"] = (shared / "cbr/raw/widenhrzns_py_da-project/02_05_Debt_ind.xlsx").read_bytes()[
            :99999
        ]
    files = {}
    for name, content in contents.items():
        files[name] = folder / f"{name}.bin"
        files[name].write_bytes(content)
    return files


def test_each_bad_file_is_quarantined_with_its_own_reason(
    portvault: Portvault, home: Path, tmp_path: Path, shared: Path
) -> None:
    before = query(home, "FROM publication")
    files = bad_files(tmp_path, shared)
    done = portvault("ingest", *map(str, files.values()), "--json", home=home)
    assert done.returncode == 3, done.stdout
    refused = {Path(q["name"]).stem: q for q in report_of(done)["quarantined"]}  # type: ignore[union-attr, attr-defined]
    assert set(refused) == set(files)
    for name in ("challenge_page", "unknown_partner", "unit_mismatch", "shifted_row"):
        assert refused[name]["code"] in (name, "empty_cell"), refused[name]
    assert "Atlantis" in refused["unknown_partner"]["got"]
    assert len({q["code"] for q in refused.values()}) >= 4
    assert query(home, "FROM publication") == before
    kept = {path.stem for path in (home / "quarantine").glob("*.bin")}
    assert kept == {q["sha256"] for q in refused.values()}


def test_one_bad_file_does_not_stop_a_good_one(
    portvault: Portvault, small: Path, small_home: Path, tmp_path: Path
) -> None:
    home = copy_home(small_home, tmp_path / "data")
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    good.write_bytes(english(*by_partner_rows("2026-03", "CNY")))
    bad.write_bytes(CHALLENGE)
    with small_history(small):
        done = portvault("ingest", str(good), str(bad), "--published", "2026-04-14", "--json", home=home)
    assert done.returncode == 3, done.stdout
    assert query(
        home, "SELECT vintage_date, vintage_kind FROM ops.release WHERE product = 'gacc.by_partner_preliminary'"
    ) == [(date(2026, 4, 14), "observed")]
