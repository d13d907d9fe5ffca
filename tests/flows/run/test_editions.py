"""Only a publisher revises: the same figures in other bytes are the same edition, whatever other releases said since."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows.archive import Archive
from flows.run.editions import claims, date_releases, refuse_older
from flows.run.read import Read
from tests.conftest import SHARED
from transforms.asof import as_of
from transforms.model import CLAIM, Payload, Reading, Release, observations
from transforms.products import all_products
from warehouse.store import resolve

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
JUNE, JULY, AUGUST = date(2026, 6, 1), date(2026, 7, 1), date(2026, 8, 1)
ADDRESS = "http://example.invalid/page"


class Desk:
    """Releases of a made-up product, seen one after the other; a figure is a number with its places, as printed."""

    def __init__(self, folder: Path) -> None:
        self.archive = Archive(folder)
        self.reads: dict[str, Read] = {}

    def see(self, content: str, figures: dict[str, str], when: date, *, url: str = ADDRESS, period: str = "2026-05",
            product: str = "test.table", **facts: Any) -> Read:  # fmt: skip
        moment = datetime(when.year, when.month, when.day, 9, tzinfo=UTC)
        snapshot = self.archive.store(content.encode(), source="test", product=product, period=period,
                                      extension="html", url=url, now=moment, **facts)  # fmt: skip
        table = pl.DataFrame([
            {"measure": name, "value": float(text), "precision": 0.5 * 10 ** -len(text.partition(".")[2]),
             "period_end": date(2026, 5, 31)} for name, text in figures.items()
        ])  # fmt: skip
        said = observations(table, dataset="test", ref_area="CHN", basis="month", unit="USD")
        read = Read(snapshot, Reading(Release(product, period), table, said))
        self.reads[read.release_id] = read
        return read

    def all(self) -> list[Read]:
        """With every sighting that was made since a read was made."""
        newest = {s.release_id: s for s in self.archive.snapshots()}
        return [Read(newest[name], read.reading) for name, read in self.reads.items()]

    def vintages(self, *others: pl.DataFrame) -> pl.DataFrame:
        reads = refuse_older(self.all(), pl.DataFrame(schema=dict(CLAIM)))
        return resolve(pl.concat([frame.select(CLAIM.keys()) for frame in [*claims(reads), *others]]))

    def refused(self) -> list[str]:
        reads = refuse_older(self.all(), pl.DataFrame(schema=dict(CLAIM)))
        return [read.refusal.code for read in reads if not read.reading]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def history(desk: Desk) -> list[tuple[date, float]]:
    return desk.vintages().select("vintage_date", "value").rows()


def test_an_edition_that_comes_back_at_its_address_is_the_publishers_word(desk: Desk) -> None:
    for day, content, figure in ((JUNE, "A", "10.0"), (JULY, "B", "11.0"), (AUGUST, "A", "10.0")):
        desk.see(content, {"exports": figure}, day)
    assert history(desk) == [(JUNE, 10.0), (JULY, 11.0), (AUGUST, 10.0)]
    assert len(desk.archive.snapshots()) == 2


def test_an_edition_that_comes_back_by_hand_with_its_days_is_the_publishers_word_too(desk: Desk) -> None:
    for day, content, figure in ((JUNE, "A", "10.0"), (JULY, "B", "11.0"), (AUGUST, "A", "10.0")):
        desk.see(content, {"exports": figure}, day, url="", published=day.isoformat())
    assert history(desk) == [(JUNE, 10.0), (JULY, 11.0), (AUGUST, 10.0)]


def test_a_day_that_a_person_says_anew_of_a_file_replaces_the_one_said_before(desk: Desk) -> None:
    for day in (JUNE, JULY):
        desk.see("A", {"exports": "10.0"}, day, url="", published=day.isoformat())
    assert history(desk) == [(JULY, 10.0)]


@pytest.mark.parametrize("url", ["", "http://mirror.invalid/copy"], ids=["by hand", "at another address"])
def test_a_copy_is_the_edition_that_it_repeats_whatever_others_said_meanwhile(desk: Desk, url: str) -> None:
    desk.see("A", {"exports": "10.0"}, JUNE)
    desk.see("later", {"exports": "12.0"}, JULY, url="http://example.invalid/next", period="2026-06")
    desk.see("A with a comment", {"exports": "10.0"}, AUGUST, url=url)
    assert history(desk) == [(JUNE, 10.0), (JULY, 12.0)]
    assert desk.refused() == []


def test_a_copy_of_an_edition_that_its_publisher_has_replaced_takes_nothing_back(desk: Desk) -> None:
    desk.see("A", {"exports": "10.0"}, JUNE)
    desk.see("B", {"exports": "11.0"}, JULY)
    desk.see("A again", {"exports": "10.0"}, AUGUST, url="")
    assert history(desk) == [(JUNE, 10.0), (JULY, 11.0)]


def test_a_workbook_with_more_digits_refines_on_the_day_of_its_page(desk: Desk) -> None:
    desk.see("page", {"exports": "10.0"}, JUNE)
    desk.see("excel", {"exports": "10.04"}, AUGUST, url="http://example.invalid/table.xls")
    rows = desk.vintages().select("vintage_date", "value", "change").rows()
    assert rows == [(JUNE, 10.04, "first")]


def test_only_what_a_page_changed_has_a_new_day(desk: Desk) -> None:
    desk.see("A", {"exports": "10.0", "imports": "7.0"}, JUNE)
    desk.see("later", {"imports": "8.0"}, JULY, url="http://example.invalid/next", period="2026-06")
    desk.see("B", {"exports": "11.0", "imports": "7.0"}, AUGUST)
    found = desk.vintages()
    newest = dict(as_of(found, AUGUST).select("measure", "value").rows())
    assert newest == {"exports": 11.0, "imports": 8.0}


def test_the_oldest_page_of_a_crawl_from_the_newest_back_says_nothing_new(desk: Desk) -> None:
    """A crawl takes the newest first: the copy of the oldest page is seen last."""
    desk.see("later", {"exports": "12.0"}, JUNE, url="http://example.invalid/next", period="2026-06")
    desk.see("A", {"exports": "10.0"}, JUNE, published="2026-05-20")
    desk.see("copy", {"exports": "10.0"}, JULY, url="http://example.invalid/table.xls")
    assert history(desk)[-1] == (JUNE, 12.0)


def test_a_file_without_a_day_that_would_take_newer_figures_back_is_refused(desk: Desk) -> None:
    desk.see("new", {"exports": "12.0"}, AUGUST)
    desk.see("old", {"exports": "10.0"}, AUGUST + timedelta(days=1), url="")
    assert desk.refused() == ["older_figures"]
    assert history(desk) == [(AUGUST, 12.0)]


def test_it_is_refused_also_where_a_later_release_spoke_since(desk: Desk) -> None:
    """A table of May that nobody had seen, handed over in autumn: the release of August restated May."""
    desk.see("August", {"exports": "12.0"}, date(2026, 9, 9), url="http://example.invalid/8", period="2026-08")
    desk.see("May", {"exports": "10.0"}, date(2026, 10, 1), url="")
    assert desk.refused() == ["older_figures"]


def test_the_same_file_with_its_day_loads_where_it_belongs(desk: Desk) -> None:
    desk.see("new", {"exports": "12.0"}, AUGUST)
    old = {"exports": "10.0"}
    desk.see("old", old, AUGUST + timedelta(days=1), url="", ingested_name="old.html")
    desk.see("old", old, AUGUST + timedelta(days=2), url="", ingested_name="old.html", published="2026-06-09")
    assert desk.refused() == []
    assert history(desk) == [(date(2026, 6, 9), 10.0), (AUGUST, 12.0)]


def test_a_file_by_hand_with_news_alone_is_taken_and_later_arrivals_do_not_refuse_it(desk: Desk) -> None:
    desk.see("first", {"exports": "10.0"}, JUNE, url="", period="2026-05")
    desk.see("next", {"exports": "11.0"}, AUGUST, url="http://example.invalid/next", period="2026-06")
    assert desk.refused() == []
    assert history(desk) == [(JUNE, 10.0), (AUGUST, 11.0)]


def test_a_day_that_was_stated_wrongly_can_be_stated_again(desk: Desk) -> None:
    for number, day in enumerate(("2026-05-09", "2026-05-20")):
        desk.see("A", {"exports": "10.0"}, JUNE + timedelta(days=number), url="", published=day)
    assert history(desk) == [(date(2026, 5, 20), 10.0)]


def test_the_second_save_of_an_official_page_is_the_first_one(tmp_path: Path) -> None:
    """Regimes of December 2019: dated by the day of the second save it took 238.6 bn of exports back to 238.27."""
    folder = SHARED.parent / "cases" / "customs"
    if not folder.is_dir():
        pytest.skip("the sample cases are not here")
    reads = [_official(tmp_path, folder / f"regimes_2019-12_{save}_save.html", day)
             for save, day in (("first", START), ("second", START + timedelta(days=150)))]  # fmt: skip
    first, second = _days(reads[:1]), _days(reads)
    assert first == second
    assert len(first) == 1


def _official(folder: Path, path: Path, now: datetime) -> Read:
    product = all_products()["gacc.by_regime_bulletin"]
    reading = product.read(Payload(path.read_bytes(), path.name))
    snapshot = Archive(folder).store(path.read_bytes(), source="gacc_zh", product=product.PRODUCT,
                                     period=reading.release.period, extension="html", url="", now=now)  # fmt: skip
    return Read(snapshot, reading)


def _days(reads: Sequence[Read]) -> set[date]:
    kept = [read for read in refuse_older(reads, pl.DataFrame(schema=dict(CLAIM))) if read.reading]
    assert len(kept) == len(reads)
    assert date_releases(reads)
    return set(pl.concat(list(claims(kept)))["vintage_date"])


def test_two_files_without_a_day_are_ordered_by_what_they_are_of(desk: Desk) -> None:
    """Books of December and January handed over together: January restates December, and none is older by the clock."""
    desk.see("December", {"debt": "10.0"}, AUGUST, url="", period="2025-12")
    desk.see("January", {"debt": "11.0"}, AUGUST, url="", period="2026-01")
    assert desk.refused() == []
    desk.see("November", {"debt": "9.0"}, AUGUST, url="", period="2025-11")
    assert desk.refused() == ["older_figures"]
