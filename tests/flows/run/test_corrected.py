"""A correction stays with its release, from the archive as from the cache, into ops.correction."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from unittest.mock import patch

import duckdb
import polars as pl
import pytest

from flows.archive import Archive, Quarantine
from flows.run import steps
from flows.run.assemble import RELEASE
from flows.run.reading import read_all
from flows.settings import Settings
from tests.transforms.customs_case import page
from tests.transforms.customs_tables import by_partner_rows, total_rows
from tests.transforms.test_corrections import april
from transforms import indicators
from transforms.model import CLAIM
from warehouse import history

NOTHING = history.History(pl.DataFrame(schema=dict(CLAIM)), pl.DataFrame(schema=RELEASE), {})


PAGES = {
    "gacc.major_exports_preliminary": april(shifted=True),  # April 2025 in dollars: every row one place to the left
    "gacc.by_partner_preliminary": page(  # June 2025: yuan in the title, dollars in the table
        by_partner_rows(), *[("Mar 2026", "Jun 2025")] * 4, ("Unit: CNY 100 Million", "Unit: USD1 Million")
    ),
    "gacc.total_preliminary": page(total_rows("2026-03", "CNY")),
}


@pytest.mark.slow
def test_corrections_of_mended_and_of_dropped_pages_are_written_with_their_releases(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "data", now=datetime(2026, 11, 23, tzinfo=UTC))
    archive = Archive(settings.archive)
    for product, payload in PAGES.items():
        archive.store(payload.content, source="gacc_en", product=product, period="2025-06", extension="html",
                      url=f"http://x/{product}.html", now=settings.clock())  # fmt: skip
    fresh, cached = (read_all(archive, Quarantine(settings.quarantine), settings.readings) for _ in range(2))
    assert [read.corrected for read in fresh] == [read.corrected for read in cached]
    with patch.object(history, "shipped", lambda: NOTHING), patch.object(indicators, "CATALOG", []):
        candidate = steps.build(settings, "20261123T000000Z-test", cached, "none", steps.supposed(settings))
    with duckdb.connect(str(candidate.path), read_only=True) as con:
        rows = con.execute("""SELECT correction_id, c.product, action, state, c.reason, source
            FROM ops.correction AS c JOIN ops.release AS r USING (release_id) ORDER BY 1""").fetchall()
    assert [row[:4] for row in rows] == [
        ("gacc-2025-04-exports-shifted", "gacc.major_exports_preliminary", "override", "loaded"),
        ("gacc-2025-06-by-country-unit", "gacc.by_partner_preliminary", "drop", "quarantined"),
    ]
    (_, source), (why, _) = (row[4:] for row in rows)
    assert "english.customs.gov.cn" in source and "USD 1 million" in why
