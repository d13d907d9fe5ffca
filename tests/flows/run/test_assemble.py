"""What a warehouse holds depends on its inputs alone, never on chance, the day or the order of arrival."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from flows.archive import Archive
from flows.run.assemble import content
from flows.run.editions import RULES, date_releases
from flows.run.read import Read
from tests.conftest import ROOT
from tests.transforms.customs_pages import english
from tests.transforms.customs_tables import by_partner_rows
from transforms.model import Payload
from transforms.products import all_products


def reads(folder: Path, listed: str = "2026-03", **facts: str) -> list[Read]:
    """The official page of March 2026, first seen on 1 June 2026, and a mended edition a week later."""
    archive, product = Archive(folder), all_products()["gacc.by_partner_preliminary"]
    title, rows = by_partner_rows("2026-03", "CNY")
    made = []
    for day, stamp in ((1, "2026/04/08"), (8, "2026/06/08")):
        page = english(title, rows, stamp=stamp)
        seen = datetime(2026, 6, day, 9, tzinfo=UTC)
        snapshot = archive.store(page, source="gacc_en", product=product.PRODUCT, period=listed, extension="html",
                                 url=f"http://example.invalid/{day}", now=seen, **facts)  # fmt: skip
        made.append(Read(snapshot, product.read(Payload(page))))
    return made


@pytest.fixture
def derived(built_home: Path, tmp_path: Path) -> Path:
    """The folder of a derivation of the history alone, so that only the news of a test is derived."""
    return Path(shutil.copytree(built_home / "cache" / "indicators", tmp_path / "derived"))


AGAIN = """
import sys
from pathlib import Path
from flows.run.assemble import content
from tests.flows.run.test_assemble import reads
print(content(list(reversed(reads(Path(sys.argv[1]))))).digest())
"""


def test_the_same_inputs_give_the_same_digest_twice(tmp_path: Path, derived: Path) -> None:
    """Sums in an order left to chance differ in their last digit; one indicator once did. Once derived from nothing, in a
    process of its own: its polars has two threads, which leave more to chance than the one of a worker of the tests."""
    once = content(reads(tmp_path), derived)
    again = subprocess.run([sys.executable, "-c", AGAIN, str(tmp_path)], env=os.environ | {"POLARS_MAX_THREADS": "2"},
                           cwd=ROOT, capture_output=True, text=True, check=True)  # fmt: skip
    assert again.stdout.split() == [once.digest()]


def test_a_page_found_late_carries_the_day_of_the_calendar_and_a_mended_one_the_day_it_was_seen(tmp_path: Path) -> None:
    dated = date_releases(reads(tmp_path))
    assert sorted((one.day, one.kind, one.rule) for one in dated.values()) == [
        (date(2026, 4, 14), "inferred", "the day of the publisher's calendar; the bytes were first seen later"),
        (date(2026, 6, 8), "observed", "the day the bytes were first seen"),
    ]


def test_a_copy_has_the_day_of_its_edition_in_the_list_of_releases_too(tmp_path: Path, derived: Path) -> None:
    """The second page is the first one saved again; the day on which a copy was seen says nothing of its figures."""
    both = reads(tmp_path)
    told = content(both, derived).releases.filter(pl.col("release_id").is_in([read.release_id for read in both]))
    assert set(told["vintage_date"]) == {date(2026, 4, 14)}
    assert set(told["vintage_rule"]) == {RULES["calendar"], RULES["copy"]}


def test_a_page_linked_under_another_month_is_dated_by_its_own(tmp_path: Path) -> None:
    """Figures of March would else have been known on 10 March, the release day of February."""
    assert min(one.day for one in date_releases(reads(tmp_path, listed="2026-02")).values()) == date(2026, 4, 14)


def test_a_stated_day_wins(tmp_path: Path) -> None:
    dated = date_releases(reads(tmp_path, published="2026-04-20"))
    assert {one.day for one in dated.values()} == {date(2026, 4, 20)}
