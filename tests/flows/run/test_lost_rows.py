"""Rows cut out of the middle of a table: told where every issue of its year, or both its neighbours, print them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from flows.archive import Archive
from flows.run.lost_rows import told
from flows.run.read import Read
from tests.transforms.customs_pages import english
from tests.transforms.customs_products import by_partner_preliminary
from tests.transforms.customs_tables import by_partner_rows
from transforms.model import OBSERVATION, Payload, Reading, Release

PRELIMINARY, BULLETIN = "gacc.major_exports_preliminary", "gacc.major_exports_bulletin"


def release(archive: Archive, product: str, period: str, goods: str) -> Read:
    now = datetime(2023, 6, 1, tzinfo=UTC)
    snapshot = archive.store(f"{period} {goods}".encode(), source="gacc_en", product=product, period=period,
                             extension="html", url="", now=now)  # fmt: skip
    table = pl.DataFrame({"product_code": goods.split()})
    nothing = pl.DataFrame(schema=dict(OBSERVATION))
    return Read(snapshot, Reading(Release(product, period, currency="USD"), table, nothing))


@pytest.mark.parametrize(
    ("product", "goods", "state", "noted"),
    [
        (PRELIMINARY, "A B C D", "loaded", False),
        (PRELIMINARY, "A B D", "loaded", True),
        (PRELIMINARY, "A D", "partial", False),
        (PRELIMINARY, "A LABEL_X LABEL_Y D", "loaded", False),
        (BULLETIN, "A D", "loaded", True),
    ],
)
def test_rows_that_both_neighbours_have_are_missed(
    tmp_path: Path, product: str, goods: str, state: str, noted: bool
) -> None:
    archive = Archive(tmp_path)
    months = [("2023-03", "A B C D E"), ("2023-04", goods), ("2023-05", "A B C D F")]
    _, between, _ = told([release(archive, product, *month) for month in months])
    assert between.reading and between.state == state
    assert bool(between.reading.notes) == noted


def test_the_first_and_the_last_issue_and_distant_ones_have_no_neighbours(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    months = [("2022-06", "A B C D"), ("2023-04", "A D"), ("2023-05", "A B C D")]
    assert {read.state for read in told([release(archive, PRELIMINARY, *month) for month in months])} == {"loaded"}


def test_rows_that_every_issue_of_the_year_has_are_missed_in_one_page_alone() -> None:
    title, rows = by_partner_rows()
    whole = by_partner_preliminary.read(Payload(english(title, rows), "page.html"))
    less = by_partner_preliminary.read(Payload(english(title, rows[:6] + rows[8:]), "page.html"))
    assert not whole.set_aside and [row.code for row in less.set_aside] == ["possibly_cut"]
    gone = set(whole.table["counterpart_area"]) - set(less.table["counterpart_area"])
    assert len(gone) == 2 and all(code in less.set_aside[0].reason for code in gone)
