"""A home with official files of customs and banking, which the tests of several files look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from flows.run.ingest import ingest_files
from flows.settings import Settings
from tests.conftest import Portvault
from tests.inside import copy_home

QUERIES = Path(__file__).parents[2] / "transforms/online_query"


@pytest.fixture(scope="session")
def ingested(portvault: Portvault, built_home: Path, shared: Path, together: Path) -> Path:
    """A home into which the official files were ingested, once for all workers. Do not write into it."""
    home = together / "ingested" / "data"
    with FileLock(together / "ingested.lock"):
        if not home.exists():
            _ingest(portvault, copy_home(built_home, home.with_name("begun")), shared)
            home.with_name("begun").rename(home)
    return home


def _ingest(portvault: Portvault, home: Path, shared: Path) -> None:
    books = shared / "cbr/raw/widenhrzns_py_da-project"
    files = [
        *sorted((shared / "gacc/raw/hoyla_meridian").glob("release_section4_*.html")),
        *(books / name for name in ("02_02_Mortgage.xlsx", "02_05_Debt_ind.xlsx", "02_14_Debt_mortgage.xlsx")),
        shared / "cbr/raw/Helheimiss_usingcbrfapi/XML_daily_eng_2025-12-13.xml",
    ]
    downloads = sorted(QUERIES.glob("soybeans_imports_*.csv"))
    assert not ingest_files(Settings(home=home), downloads, options={"flow": "import"})
    done = portvault("ingest", *map(str, files), "--json", home=home)
    assert done.returncode == 0, done.stdout + done.stderr
