"""A revision beyond bounds is held: nothing is published before a person has spoken, and their word holds."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests.conftest import Portvault
from tests.inside import copy_home
from tests.plain import small_history
from tests.transforms.customs_pages import Cell, english
from tests.transforms.customs_tables import by_partner_rows


def doubled(row: list[Cell]) -> list[Cell]:
    """A row with twice its exports and imports, and their sum; growth and words as they are."""
    if len(row) != 10 or "." not in str(row[1]):
        return row
    exports, exports_ytd, imports, imports_ytd = (2 * float(str(cell).replace(",", "")) for cell in row[3:7])
    levels = (exports + imports, exports_ytd + imports_ytd, exports, exports_ytd, imports, imports_ytd)
    return [row[0], *(f"{level:,.1f}" for level in levels), *row[7:]]


def exports_to_germany(home: Path) -> float:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute("""SELECT exports FROM trade_by_partner WHERE partner = 'DEU' AND basis = 'ytd'
            AND currency = 'CNY' AND period_end = DATE '2026-03-31'""").fetchall()
    return float(rows[0][0])


@pytest.fixture(scope="module", autouse=True)
def on_small_history(small: Path) -> Iterator[None]:
    with small_history(small):
        yield


@pytest.fixture(scope="module")
def held(small_home: Path, portvault: Portvault, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A home in which a release that doubles every level waits for a decision; and the run id."""
    folder = tmp_path_factory.mktemp("held")
    home = copy_home(small_home, folder / "data")
    title, rows = by_partner_rows("2026-03", "CNY")
    page = folder / "doubled.html"
    page.write_bytes(english(title, [doubled(row) for row in rows]))
    done = portvault("ingest", str(page), "--published", "2026-05-20", "--json", home=home)
    assert done.returncode == 4, done.stdout + done.stderr
    return home, json.loads(done.stdout)["run_id"]


def test_nothing_is_published_while_it_is_held(held: tuple[Path, str], small_home: Path, portvault: Portvault) -> None:
    home, run_id = held
    assert exports_to_germany(home) == exports_to_germany(small_home)
    again = portvault("run", "--offline", "--json", home=home)
    assert again.returncode == 4
    assert portvault("approve", "another-run", home=home).returncode == 2
    assert [path.stem for path in (home / "held").glob("*.duckdb")] == [run_id]


def test_approve_publishes_it(held: tuple[Path, str], small_home: Path, portvault: Portvault, tmp_path: Path) -> None:
    home = Path(shutil.copytree(held[0], tmp_path / "data"))
    done = portvault("approve", held[1], home=home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert exports_to_germany(home) == pytest.approx(2 * exports_to_germany(small_home), rel=1e-3)
    assert portvault("run", "--offline", "--json", home=home).returncode == 0


def test_reject_leaves_the_release_out_for_good(
    held: tuple[Path, str], small_home: Path, portvault: Portvault, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(held[0], tmp_path / "data"))
    assert portvault("reject", held[1], home=home).returncode == 0
    done = portvault("run", "--offline", "--json", home=home)
    assert done.returncode == 3, done.stdout + done.stderr
    assert json.loads(done.stdout)["quarantined"][0]["code"] == "rejected"
    assert exports_to_germany(home) == exports_to_germany(small_home)
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        assert con.execute("SELECT state, vintage_date FROM ops.release WHERE archive_path IS NOT NULL").fetchall() == [
            ("quarantined", date(2026, 5, 20))
        ]
