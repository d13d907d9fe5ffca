"""A home that an earlier version made is taken over: its archive, its publication, and what the older code had misread."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import Portvault
from tests.inside import copy_home
from tests.plain import small_history
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import by_partner_rows

EARLIER = Path(__file__).parent / "home_of_november_2026"
"""Tables, and a dozen rows, of the publication that commit 64463b0 built from the history and the page below."""
MISREAD = ("trade_total", 1.2)  # exports of the newest month in it, a fifth too large: beyond the bound of 5 %


def earlier(home: Path) -> float:
    """Put the publication and the archive of the earlier version into a home; the figure that it had misread."""
    shutil.rmtree(home / "archive", ignore_errors=True)
    shutil.rmtree(home / "publications", ignore_errors=True)
    page = english(*by_partner_rows("2026-03", "CNY"))
    sha256 = hashlib.sha256(page).hexdigest()
    sidecar = {
        "also_at": [], "extension": "html", "first_seen": "2026-11-28T12:27:46.976418+00:00",
        "ingested_name": "partners-cny.html", "last_seen": "2026-11-28T12:27:46.976418+00:00",
        "options": {"published": "2026-04-14"}, "period": "2026-03", "product": "gacc.by_partner_preliminary",
        "published": "2026-04-14", "sha256": sha256, "size": len(page), "source": "gacc_en", "url": "",
    }  # fmt: skip
    place = Path("gacc_en", "gacc.by_partner_preliminary", "2026-03", sha256)
    for folder in (home / "archive", home / "archive" / ".sidecars"):
        (folder / place).parent.mkdir(parents=True)
        (folder / place).with_suffix(".json").write_text(json.dumps(sidecar, indent=1))
    (home / "archive" / place).with_suffix(".html").write_bytes(page)
    warehouse = home / "warehouse.duckdb"
    warehouse.unlink()
    with duckdb.connect(str(warehouse), config={"storage_compatibility_version": "v1.0.0"}) as con:
        con.execute((EARLIER / "schema.sql").read_text("utf-8"))
        for table in ("publication", "series", "ops.release", "vintage.observation"):
            rows = EARLIER / f"{table.replace('.', '_')}.csv"
            con.execute(f"INSERT INTO {table} BY NAME FROM read_csv('{rows}', header = true, all_varchar = true)")
        con.execute("UPDATE vintage.observation SET value = value * ? WHERE series_id LIKE ? || ':%' AND period_end = "
                    "(SELECT max(period_end) FROM vintage.observation WHERE series_id LIKE ? || ':%')",
                    [MISREAD[1], MISREAD[0], MISREAD[0]])  # fmt: skip
        con.execute("""INSERT INTO observation BY NAME SELECT * EXCLUDE (change, first_seen) FROM vintage.observation
            QUALIFY row_number() OVER (PARTITION BY series_id, period_end ORDER BY vintage_date DESC) = 1""")
        (wrong,) = con.execute("SELECT value FROM observation WHERE series_id LIKE ? || ':%' ORDER BY period_end DESC LIMIT 1",
                               [MISREAD[0]]).fetchall()[0]  # fmt: skip
    manifest = {
        "published_at": "2026-11-28T12:30:36+00:00", "run_id": "20261128T122747Z-35d8", "content_digest": "earlier",
        "fingerprint": "earlier", "storage_version": "v1.0.0", "portvault_version": "0.1.0", "oldest_driver": "1.1.3",
        "sha256": hashlib.sha256(warehouse.read_bytes()).hexdigest(), "size": warehouse.stat().st_size,
    }  # fmt: skip
    (home / "warehouse.json").write_text(json.dumps(manifest, indent=1))
    return float(wrong)


def asked(portvault: Portvault, home: Path, *command: str, code: int = 0) -> Any:
    done = portvault(*command, "--json", home=home)
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_a_home_of_an_earlier_version_is_taken_over_and_what_its_code_misread_is_told(
    portvault: Portvault, small: Path, small_home: Path, tmp_path: Path
) -> None:
    home = copy_home(small_home, tmp_path / "data")
    wrong = earlier(home)
    with small_history(small):
        taken_over(portvault, home, wrong)


def taken_over(portvault: Portvault, home: Path, wrong: float) -> None:
    found = {finding["what"]: finding for finding in asked(portvault, home, "upgrade", "--check")}
    assert found["build"]["advice"] and "1 release" in found["archive"]["found"]

    held = asked(portvault, home, "run", "--offline", code=4)
    told = next(row for row in held["beyond"] if row["check"] == "revisions_within_bounds")
    assert told["previous_value"] == wrong and told["value"] == pytest.approx(wrong / MISREAD[1])
    assert "changed with the code" in held["reason"]

    approved = portvault("approve", held["run_id"], home=home)
    assert approved.returncode == 0, approved.stdout + approved.stderr
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        release = con.execute("SELECT source_id, state FROM ops.release WHERE archive_path IS NOT NULL").fetchall()
        value = con.execute("SELECT value FROM observation WHERE series_id = ? AND period_end = ?",
                            [told["series_id"], told["period_end"]]).fetchall()  # fmt: skip
    assert release == [("gacc_en", "loaded")] and value == [(told["value"],)]
    assert asked(portvault, home, "run", "--offline")["outcome"] == "unchanged"
