"""A poll that found the same bytes is remembered in the cache alone; old pages are asked again as their habits say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.archive import Archive
from flows.archive.polls import Polls
from flows.sources.revisits import A_VISIT, planned

NOW = datetime(2026, 4, 14, 3, 0, tzinfo=UTC)


def test_validators_are_those_of_the_archived_bytes_and_the_clock_never_goes_back(tmp_path: Path) -> None:
    polls = Polls(tmp_path, "gacc_en")
    polls.note("http://a/1", "ab" * 32, NOW, etag='"x"')
    polls.note("http://a/1", "ab" * 32, NOW - timedelta(days=9))
    polls.save()
    again = Polls(tmp_path, "gacc_en")
    assert again.asked("http://a/1") == NOW
    assert again.validators("http://a/1", "ab" * 32)["etag"] == '"x"'
    assert again.validators("http://a/1", "cd" * 32) == {}, "validators of other bytes would hide a change"


def test_a_torn_file_of_polls_is_no_polls(tmp_path: Path) -> None:
    (tmp_path / "gacc_en.json").write_text('{"http://a/1": {"as')
    assert Polls(tmp_path, "gacc_en").asked("http://a/1") is None


def test_old_pages_are_asked_again_every_month_until_they_are_final_and_a_few_a_visit(tmp_path: Path) -> None:
    archive, polls = Archive(tmp_path / "archive"), Polls(tmp_path, "gacc_en")
    for number in range(20):
        archive.store(f"page {number}".encode(), source="gacc_en", product="gacc.by_partner_bulletin", period="2025-03",
                      extension="html", url=f"http://a/{number}", now=NOW)  # fmt: skip
    archive.store(b"rates", source="cbr", product="cbr.fx_daily", period="2026-04-14", extension="xml",
                  url="http://b/daily", now=NOW)  # fmt: skip
    snapshots = archive.snapshots()
    assert planned(snapshots, polls, NOW + timedelta(days=29)) == []
    then = NOW + timedelta(days=31)
    first = planned(snapshots, polls, then)
    assert len(first) == A_VISIT
    for snapshot in first:
        polls.note(snapshot.url, snapshot.sha256, then)
    second = planned(snapshots, polls, then)
    assert not {s.url for s in first} & {s.url for s in second}, "those that waited longest come next"
    assert planned(snapshots, polls, NOW + timedelta(days=500)) == [], "a page of that age is final"


def test_what_an_address_showed_last_is_asked_for_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "archive")
    names = {"source": "gacc_en", "product": "gacc.by_partner_bulletin", "period": "2025-03", "extension": "html"}
    for days, content in ((0, b"A"), (1, b"B"), (2, b"A")):
        archive.store(content, url="http://a/1", now=NOW + timedelta(days=days), **names)
    (again,) = planned(archive.snapshots(), Polls(tmp_path, "x"), NOW + timedelta(days=40))
    assert again.read() == b"A"
