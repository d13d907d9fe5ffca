"""Bytes are written once, found again, and never used when they are not what was stored."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.archive import Archive, CorruptSnapshot, Quarantine, Snapshot
from flows.archive.sightings import SIGHTINGS
from warehouse.files import write_atomic

NOW = datetime(2026, 4, 14, 3, 0, tzinfo=UTC)
PAGE = b"<html>China's Total Export & Import Values, Mar 2026</html>"
URL = "http://english.customs.gov.cn/Statics/d9c40839-ca1e-4726-b570-1e41e043103f.html"


def store(archive: Archive, content: bytes = PAGE, **changes: object) -> Snapshot:
    names = {
        "source": "gacc_en",
        "product": "gacc.total_preliminary",
        "period": "2026-03",
        "extension": "html",
        "url": URL,
        "now": NOW,
    }
    return archive.store(content, **{**names, **changes})  # type: ignore[arg-type]


def files(root: Path) -> list[str]:
    """Without the sightings."""
    return sorted(str(p.relative_to(root)) for p in root.rglob("*") if p.is_file() and SIGHTINGS not in p.parts)


def sightings(root: Path) -> list[Path]:
    return sorted(p for p in root.rglob("*.json") if SIGHTINGS in p.parts)


def test_path_and_sidecar_follow_the_contract(tmp_path: Path) -> None:
    snapshot = store(Archive(tmp_path), etag='"x"', title="(1) Totals")
    assert snapshot.created
    assert files(tmp_path) == [
        f"gacc_en/gacc.total_preliminary/2026-03/{snapshot.sha256}.{ext}" for ext in ("html", "json")
    ]
    sidecar = json.loads(snapshot.path.with_suffix(".json").read_text())
    assert sidecar["url"] == URL
    assert sidecar["first_seen"] == "2026-04-14T03:00:00.000000+00:00"
    assert (sidecar["size"], sidecar["etag"], sidecar["title"]) == (len(PAGE), '"x"', "(1) Totals")


def test_same_bytes_at_the_same_address_are_kept_once_and_say_nothing(tmp_path: Path) -> None:
    store(Archive(tmp_path))
    written = (tmp_path / files(tmp_path)[0]).stat().st_mtime_ns
    again = store(Archive(tmp_path), now=NOW + timedelta(days=1))
    assert not again.created
    assert (again.first_seen, len(again.sightings)) == (NOW, 1)
    assert (len(files(tmp_path)), len(sightings(tmp_path))) == (2, 1)
    assert again.path.stat().st_mtime_ns == written


def test_same_bytes_under_another_period_or_address_are_the_same_snapshot(tmp_path: Path) -> None:
    """A workbook that did not change over the turn of the month; a table with an English and a Russian address."""
    archive = Archive(tmp_path)
    store(archive)
    again = store(archive, period="2026-04", url=URL + "?lang=en")
    assert (again.period, again.url, len(archive.snapshots())) == ("2026-03", URL, 1)
    assert archive.at(URL) is not None
    assert archive.at(URL) == archive.at(URL + "?lang=en") == Archive(tmp_path).at(URL + "?lang=en")


def test_names_that_differ_in_one_cyrillic_letter_do_not_collide(tmp_path: Path) -> None:
    """The Bank of Russia names obs_tabl20 with a Cyrillic с, others with a Latin c; files are named by what they hold."""
    base, archive = "https://www.cbr.ru/Content/Document/File/115862/obs_tabl20", Archive(tmp_path)
    for number, letter in enumerate(("%D1%81", "\u0441", "c")):
        store(archive, PAGE + bytes([number]), url=f"{base}{letter}.xlsx", ingested_name=f"obs_tabl20{letter}.xlsx")
    kept = archive.snapshots()
    assert {s.read() for s in kept} == {PAGE + bytes([number]) for number in range(3)}
    assert len({s.url for s in kept}) == 3


def test_clock_going_backwards_does_not_bring_a_sighting_before_those_of_the_release(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    store(archive)
    store(archive, PAGE + b" corrected", now=NOW + timedelta(days=3))
    back = store(archive, now=NOW - timedelta(days=400))
    assert [s.moment for s in back.sightings] == [NOW, NOW + timedelta(days=3, microseconds=1)]


def test_clock_going_backwards_does_not_make_a_new_edition_older_than_the_one_it_replaces(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    store(archive)
    new = store(archive, PAGE + b" corrected", now=NOW - timedelta(days=400))
    assert new.first_seen > NOW
    assert archive.snapshots()[-1] == new


def test_changed_bytes_at_one_address_are_a_second_snapshot(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    old = store(archive)
    new = store(archive, PAGE + b" corrected", now=NOW + timedelta(days=3))
    assert archive.snapshots() == [old, new]
    assert archive.at(URL) == new
    assert old.read() == PAGE


def test_an_old_edition_that_comes_back_is_the_current_one_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    old = store(archive)
    store(archive, PAGE + b" corrected", now=NOW + timedelta(days=3))
    store(archive, PAGE, now=NOW + timedelta(days=5))
    for seen in (archive, Archive(tmp_path)):
        current = seen.at(URL)
        assert current is not None
        assert current.sha256 == old.sha256
        assert [s.moment for s in current.sightings] == [NOW, NOW + timedelta(days=5)]
    assert len(sightings(tmp_path)) == 3


def test_an_archive_of_an_earlier_version_is_taken_over(tmp_path: Path) -> None:
    """Its sidecars knew the first and the last sight: bytes that came back after others are three sightings."""
    archive = Archive(tmp_path)
    old, new = store(archive), store(archive, PAGE + b" corrected", now=NOW + timedelta(days=3))
    shutil.rmtree(tmp_path / SIGHTINGS)
    for snapshot, days in ((old, 5), (new, 4)):
        path = snapshot.path.with_suffix(".json")
        last = (NOW + timedelta(days=days)).isoformat(timespec="microseconds")
        path.write_text(json.dumps({**snapshot.sidecar, "last_seen": last}))
    taken = Archive(tmp_path)
    seen = {s.sha256: [one.moment for one in s.sightings] for s in taken.snapshots()}
    assert seen == {old.sha256: [NOW, NOW + timedelta(days=5)], new.sha256: [NOW + timedelta(days=3)]}
    assert taken.at(URL).sha256 == old.sha256  # type: ignore[union-attr]
    assert [s.read() for s in taken.snapshots()] == [PAGE, PAGE + b" corrected"]


def test_snapshots_are_sorted_by_product_period_and_first_sight(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    for day, period in ((1, "2026-03"), (2, "2026-02"), (3, "2026-02")):
        store(archive, f"{day}".encode(), period=period, now=NOW + timedelta(days=day))
    store(archive, b"0", product="gacc.by_partner_preliminary")
    order = [(s.product.split(".")[1][:5], s.period, s.read()) for s in Archive(tmp_path).snapshots()]
    assert order == [
        ("by_pa", "2026-03", b"0"), ("total", "2026-02", b"2"), ("total", "2026-02", b"3"), ("total", "2026-03", b"1"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "damage",
    [lambda p: p.write_bytes(PAGE[:-1]), lambda p: p.write_bytes(b""), lambda p: p.unlink()],
    ids=["truncated", "emptied", "gone"],
)
def test_damaged_bytes_are_never_used_and_the_message_says_what_to_do(tmp_path: Path, damage: object) -> None:
    damage(store(Archive(tmp_path)).path)  # type: ignore[operator]
    archive = Archive(tmp_path)
    with pytest.raises(CorruptSnapshot, match=f"(?s)Not used.*fetches it again from {URL}"):
        archive.snapshots()[0].read()
    assert archive.at(URL) is None, "so that the next visit fetches it without validators"


def test_fetching_again_mends_damaged_bytes_and_keeps_the_day_of_first_sight(tmp_path: Path) -> None:
    store(Archive(tmp_path)).path.write_bytes(b"cut")
    archive = Archive(tmp_path)
    mended = store(archive, now=NOW + timedelta(days=9))
    assert mended.read() == PAGE
    assert mended.first_seen == NOW


@pytest.mark.parametrize("sidecar", [None, b"", b'{"sha256": "'], ids=["missing", "empty", "cut"])
def test_torn_sidecar_is_there_twice(tmp_path: Path, sidecar: bytes | None) -> None:
    """The day stated by whoever ingested the file can be fetched from nowhere."""
    path = store(Archive(tmp_path), published="2026-04-14").path.with_suffix(".json")
    path.unlink() if sidecar is None else path.write_bytes(sidecar)
    (kept,) = Archive(tmp_path).snapshots()
    assert (kept.sidecar["published"], kept.url, kept.first_seen) == ("2026-04-14", URL, NOW)
    store(Archive(tmp_path), published="2026-04-13", now=NOW + timedelta(days=1))
    assert json.loads(path.read_text())["published"] == "2026-04-13"
    path.unlink()
    assert Archive(tmp_path).snapshots()[0].sidecar["published"] == "2026-04-13"


def test_files_that_are_cut_or_gone_are_seen_without_reading_them(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    whole, cut, gone = (store(archive, PAGE + bytes([n])) for n in range(3))
    assert archive.damaged() == []
    cut.path.write_bytes(PAGE)
    gone.path.unlink()
    assert {s.sha256 for s in Archive(tmp_path).damaged()} == {cut.sha256, gone.sha256} != {whole.sha256}


@pytest.mark.parametrize("sidecar", [None, b"", b'{"sha256": "'], ids=["missing", "empty", "cut"])
def test_lost_sidecar_loses_neither_bytes_nor_first_sight(tmp_path: Path, sidecar: bytes | None) -> None:
    path = store(Archive(tmp_path)).path.with_suffix(".json")
    shutil.rmtree(tmp_path / SIGHTINGS)
    path.unlink() if sidecar is None else path.write_bytes(sidecar)
    archive = Archive(tmp_path)
    (rebuilt,) = archive.snapshots()
    assert rebuilt.read() == PAGE
    assert (rebuilt.product, rebuilt.period, rebuilt.first_seen) == ("gacc.total_preliminary", "2026-03", NOW)
    completed = store(archive, now=NOW + timedelta(days=1))
    assert (completed.url, completed.first_seen) == (URL, NOW)
    assert "rebuilt" not in json.loads(path.read_text())


@pytest.mark.parametrize(
    "names",
    [
        {"period": "../../../etc"},
        {"period": "2026-03/.."},
        {"product": "gacc/../../x"},
        {"product": ".."},
        {"product": ""},
        {"source": "/etc"},
        {"source": "gacc_en\0"},
        {"extension": "html/../../x"},
        {"extension": "h" * 200},
        {"period": "2026-03\n"},
    ],
)
def test_hostile_names_never_become_paths(tmp_path: Path, names: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="cannot be part of an archive path"):
        store(Archive(tmp_path / "archive"), **names)
    assert files(tmp_path) == []


def test_json_release_does_not_collide_with_its_sidecar(tmp_path: Path) -> None:
    store(Archive(tmp_path), b'{"RowData": []}', product="cbr.data_service", extension="json")
    (snapshot,) = Archive(tmp_path).snapshots()
    assert snapshot.read() == b'{"RowData": []}'
    assert snapshot.sidecar["url"] == URL


def test_disk_full_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        store(Archive(tmp_path))
    assert files(tmp_path) == []


def test_what_a_killed_writer_left_is_no_snapshot(tmp_path: Path) -> None:
    snapshot = store(Archive(tmp_path))
    (snapshot.path.parent / ".writing-x1").write_bytes(b"half")
    assert len(Archive(tmp_path).snapshots()) == 1


@pytest.mark.slow
def test_thousands_of_snapshots_are_listed(tmp_path: Path) -> None:
    for number in range(3000):
        folder = tmp_path / "gacc_en" / "gacc.total_preliminary" / f"{2000 + number // 12}-{number % 12 + 1:02}"
        folder.mkdir(parents=True, exist_ok=True)
        sha = f"{number:064x}"
        (folder / f"{sha}.html").write_bytes(b"x")
        sidecar = {
            "source": "gacc_en", "product": "gacc.total_preliminary", "period": folder.name, "sha256": sha,
            "url": URL, "first_seen": NOW.isoformat(),
        }  # fmt: skip
        (folder / f"{sha}.json").write_text(json.dumps(sidecar))
    assert len(Archive(tmp_path).snapshots()) == 3000


def test_quarantine_is_idempotent_and_keeps_bytes_with_the_reason(tmp_path: Path) -> None:
    quarantine, sha = Quarantine(tmp_path), "ab" * 32
    reason = {"code": "unit_mismatch", "expected": "CNY", "got": "USD1 Million", "since": "2026-04-14"}
    quarantine.put(sha, PAGE, reason)
    before = {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()}
    quarantine.put(sha, PAGE, {**reason, "since": "2026-05-01"})
    assert {p.name: p.stat().st_mtime_ns for p in tmp_path.iterdir()} == before
    (item,) = quarantine.items()
    assert (item["code"], item["since"], Path(item["path"]).read_bytes()) == ("unit_mismatch", "2026-04-14", PAGE)


def test_quarantine_refuses_names_and_forgets_on_demand(tmp_path: Path) -> None:
    quarantine, sha = Quarantine(tmp_path), "cd" * 32
    with pytest.raises(ValueError, match="SHA-256"):
        quarantine.put("../x", None, {"code": "x"})
    quarantine.put(sha, None, {"code": "gate_failed"})
    assert [item["code"] for item in quarantine.items()] == ["gate_failed"]
    quarantine.drop(sha)
    quarantine.drop(sha)
    assert quarantine.items() == []


def test_damaged_quarantine_reason_is_shown_not_fatal(tmp_path: Path) -> None:
    quarantine, sha = Quarantine(tmp_path), "ef" * 32
    quarantine.put(sha, PAGE, {"code": "x"})
    (tmp_path / f"{sha}.json").write_bytes(b"{")
    assert [item["code"] for item in quarantine.items()] == ["unreadable_reason"]


def test_write_atomic_replaces_whole_files(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a" / "b.json", b"1")
    write_atomic(tmp_path / "a" / "b.json", b"2")
    assert (tmp_path / "a" / "b.json").read_bytes() == b"2"
    assert files(tmp_path) == ["a/b.json"]
