"""A home with official files of customs and banking, which the tests of several files look at."""

from __future__ import annotations

from pathlib import Path

import pytest
from filelock import FileLock

from flows.run.ingest import ingest_files
from flows.settings import Settings
from tests.conftest import Portvault
from tests.plain import SMALL, save_small_history, small_history

QUERIES = Path(__file__).parents[2] / "transforms/online_query"
BLOCKS = rf"{SMALL}|^history/(cbr/(household_debt_02_05|mortgage_02_02|mortgage_debt_02_14)|gacc/soybeans)"
"""Blocks of the history that say what the official files say: which of their figures are new is seen."""


def official_files(shared: Path) -> list[Path]:
    """Pages of customs, workbooks of the Bank of Russia and a day of its rates."""
    books = shared / "cbr/raw/widenhrzns_py_da-project"
    return [
        *sorted((shared / "gacc/raw/hoyla_meridian").glob("release_section4_*.html")),
        *(books / name for name in ("02_02_Mortgage.xlsx", "02_05_Debt_ind.xlsx", "02_14_Debt_mortgage.xlsx")),
        shared / "cbr/raw/Helheimiss_usingcbrfapi/XML_daily_eng_2025-12-13.xml",
    ]


def archive_downloads(home: Path) -> None:
    """Downloads of the online query, which the next run reads."""
    assert not ingest_files(
        Settings(home=home), sorted(QUERIES.glob("soybeans_imports_*.csv")), options={"flow": "import"}
    )


@pytest.fixture(scope="session")
def ingested(portvault: Portvault, shared: Path, together: Path) -> Path:
    """A home on BLOCKS of the history into which the official files were ingested, once for all workers. Do not write
    into it; runs on it are for `small_history` of the folder beside it."""
    home = together / "ingested" / "data"
    with FileLock(together / "ingested.lock"):
        if not home.exists():
            begun, history = home.with_name("begun"), home.with_name("history")
            save_small_history(history, BLOCKS)
            archive_downloads(begun)
            with small_history(history):
                done = portvault("ingest", *map(str, official_files(shared)), "--json", home=begun)
            assert done.returncode == 0, done.stdout + done.stderr
            begun.rename(home)
    return home
